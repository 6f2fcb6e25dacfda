import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Breaker } from './health.ts';

const LIMITS = { defects: 3, outOf: 10, restMs: 1_000 };
const [good, bad] = [false, true];
const many = (isDefect: boolean, count: number) => Array.from({ length: count }, () => isDefect);

/** What a breaker says to each decision, one batch each. */
const rests = (decisions: readonly boolean[], limits = LIMITS): readonly (number | null)[] => {
  const breaker = new Breaker(limits);
  return decisions.map((isDefect) => breaker.judge([isDefect]));
};
const opens = (decisions: readonly boolean[], limits = LIMITS): boolean =>
  rests(decisions, limits).some((ms) => ms !== null);

describe('the breaker', () => {
  it('stays closed for a defect now and then', () => {
    expect(opens(Array.from({ length: 300 }, (_, n) => n % 6 === 0))).toBe(false);
  });

  it('opens when nothing but defects comes, at the very one, in whatever batches', () => {
    expect(rests(many(bad, 3))).toEqual([null, null, 1_000]);
    expect(new Breaker(LIMITS).judge([bad, bad, bad, good])).toBe(1_000);
  });

  it('opens only when at least half of what it looks at are defects', () => {
    expect(opens([bad, bad, good, good, good, good, bad])).toBe(false);
    expect(opens([good, good, good, bad, bad, bad])).toBe(true);
  });

  it('forgets what lies further back than it looks', () => {
    expect(opens([bad, bad, ...many(good, 10), bad])).toBe(false);
  });

  it('closes when the trial after its rest goes well, and begins anew', () => {
    expect(rests([bad, bad, bad, good, bad, bad, bad])).toEqual([null, null, 1_000, null, null, null, 1_000]);
  });

  it('rests twice as long after each trial that fails, five minutes at most', () => {
    const [, , ...after] = rests(many(bad, 14));
    expect(after.slice(0, 4)).toEqual([1_000, 2_000, 4_000, 8_000]);
    expect(after.at(-1)).toBe(300_000);
  });

  it('takes no batch without a decision for a trial', () => {
    const breaker = new Breaker(LIMITS);
    breaker.judge([bad, bad, bad]);
    expect(breaker.judge([])).toBeNull();
    expect(breaker.judge([bad])).toBe(2_000);
  });

  it('never opens on fewer defects than it was told, and always once its view is full of them', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 60 }), fc.integer({ min: 1, max: 10 }), (decisions, defects) => {
        const limits = { ...LIMITS, defects };
        if (decisions.filter(Boolean).length < defects) expect(opens(decisions, limits)).toBe(false);
        expect(opens([...decisions, ...many(bad, 10)], limits)).toBe(true);
      }),
    );
  });
});
