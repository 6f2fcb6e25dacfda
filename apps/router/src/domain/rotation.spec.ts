import type { Owner } from '@sluice/policy';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { consider, emptyRotation, rotate, type RotationState } from './rotation.ts';

const owner = (key: string, more: Partial<Owner> = {}): Owner => ({ key, skills: [], territories: [], languages: [], weight: 1, capacity: null, away: false, ...more });
const anything = { skills: [], territory: null, language: null };

const assignTimes = (owners: readonly Owner[], times: number, state: RotationState = emptyRotation): { readonly counts: Readonly<Record<string, number>>; readonly state: RotationState } => {
  const counts: Record<string, number> = {};
  let at = state;
  for (let n = 0; n < times; n += 1) {
    const picked = rotate(owners, consider(owners, anything, at), at);
    if (picked.owner) counts[picked.owner] = (counts[picked.owner] ?? 0) + 1;
    at = picked.state;
  }
  return { counts, state: at };
};

describe('who is passed over', () => {
  it.each([
    { because: 'away', who: owner('a', { away: true }), needs: anything },
    { because: 'skill sales missing', who: owner('a', { skills: ['support'] }), needs: { ...anything, skills: ['sales'] } },
    { because: 'territory US not covered', who: owner('a', { territories: ['DE'] }), needs: { ...anything, territory: 'US' } },
    { because: 'language de not spoken', who: owner('a', { languages: ['en'] }), needs: { ...anything, language: 'de' } },
    { because: 'capacity 0 reached', who: owner('a', { capacity: 0 }), needs: anything },
  ])('$because', ({ because, who, needs }) => {
    expect(consider([who], needs, emptyRotation)).toEqual([{ owner: 'a', excludedBecause: because, standing: 0 }]);
    expect(rotate([who], consider([who], needs, emptyRotation), emptyRotation).owner).toBeNull();
  });

  it('covers everything when nothing is named', () => {
    expect(consider([owner('a')], { skills: [], territory: 'US', language: 'fr' }, emptyRotation)[0]?.excludedBecause).toBeNull();
  });
});

describe('the rotation', () => {
  it('gives everybody their weight, and never more than one turn besides', () => {
    fc.assert(fc.property(fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 6 }), fc.integer({ min: 0, max: 300 }), (weights, times) => {
      const owners = weights.map((weight, at) => owner(`o${at}`, { weight }));
      const total = weights.reduce((sum, weight) => sum + weight, 0);
      const { counts } = assignTimes(owners, times);
      for (const { key, weight } of owners) expect(Math.abs((counts[key] ?? 0) - (times * weight) / total)).toBeLessThanOrEqual(1);
    }));
  });

  it('does not flood somebody who comes back', () => {
    const owners = [owner('a'), owner('b'), owner('c')];
    const away = owners.map((one) => (one.key === 'c' ? { ...one, away: true } : one));
    const { state } = assignTimes(away, 100);
    const { counts } = assignTimes(owners, 30, state);
    expect(counts['c']).toBeGreaterThanOrEqual(9);
    expect(counts['c']).toBeLessThanOrEqual(11);
  });

  it('gives nobody more than their capacity', () => {
    const { counts } = assignTimes([owner('a', { capacity: 3 }), owner('b', { capacity: 2 })], 20);
    expect(counts).toEqual({ a: 3, b: 2 });
  });

  it('gives the same owners for the same requests', () => {
    const owners = [owner('a', { weight: 3 }), owner('b')];
    expect(assignTimes(owners, 50)).toEqual(assignTimes(owners, 50));
  });
});
