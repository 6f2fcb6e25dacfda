import { loadPlaybooks } from '@sluice/policy/files';
import type { Playbook } from '@sluice/policy';
import fc from 'fast-check';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { gateBy } from './review.ts';
import { scoreBy } from './score.ts';

const { playbooks } = loadPlaybooks(join(import.meta.dirname, '..', '..', '..', '..', 'playbooks'));
const [first] = playbooks;
if (!first) throw new Error('there is no playbook');
const base = first.playbook;
const withGate = (reviewBelow: number): Playbook => ({ ...base, gates: { ...base.gates, reviewBelow } });
const empty = { inquiry: {}, company: {}, history: { inquiries: 0 }, metadata: {}, lists: {}, numbers: {}, reading: {} } as Parameters<typeof scoreBy>[1];

describe('a gate', () => {
  it('at 0.70 never acts at 0.69, and always at 0.70', () => {
    expect(gateBy(withGate(0.7), 0.69, { kind: 'not-asked' })).toMatchObject({ gates: [{ passed: false }], review: { needed: true, reasons: ['low-confidence'] } });
    expect(gateBy(withGate(0.7), 0.7, { kind: 'not-asked' })).toMatchObject({ gates: [{ passed: true }], review: { needed: false } });
  });

  it('is passed exactly from its threshold on', () => {
    fc.assert(fc.property(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true }), (threshold, confidence) => {
      expect(gateBy(withGate(threshold), confidence, { kind: 'not-asked' }).review.needed).toBe(confidence < threshold);
    }));
  });
});

describe('a score', () => {
  it('is the sum of its reasons, and within its bounds, whatever the rubric', () => {
    const component = fc.record({ points: fc.integer({ min: -50, max: 80 }), when: fc.constantFrom('true', 'false') });
    fc.assert(fc.property(fc.array(component, { maxLength: 12 }), fc.integer({ min: -20, max: 20 }), (components, start) => {
      const rubric = { start, floor: 0, cap: 100, labels: [], components: components.map(({ points, when }, at) => ({ rule: `r${at}`, when, points, input: '1', from: 'rule' as const, note: '' })) };
      const { score, reasons } = scoreBy(rubric, empty);
      expect(reasons.reduce((sum, { points }) => sum + points, 0)).toBe(score);
      expect(score).toBeGreaterThanOrEqual(0);
      expect(score).toBeLessThanOrEqual(100);
    }));
  });
});
