import { parsePlaybook, type ConditionContext, type Rubric } from '@sluice/policy';
import { aDocument } from '@sluice/policy/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scoreBy } from './score.ts';

const empty = {
  inquiry: {},
  company: {},
  history: { inquiries: 0 },
  metadata: {},
  lists: {},
  numbers: {},
  reading: {},
} as unknown as ConditionContext;

const playbook = parsePlaybook(aDocument());
const scored = (rubric: Rubric, context: ConditionContext = empty) => scoreBy({ ...playbook, rubric }, context);

describe('a score', () => {
  const component = fc.record({
    points: fc.integer({ min: -50, max: 80 }),
    when: fc.constantFrom('true', 'false'),
    times: fc.constantFrom(null, '0.5', '1.0', '7.0'),
    group: fc.constantFrom(null, 'a', 'b'),
  });
  const rubricOf = (
    components: readonly {
      readonly points: number;
      readonly when: string;
      readonly times: string | null;
      readonly group: string | null;
    }[],
  ): Rubric => ({
    start: 0,
    floor: 0,
    cap: 100,
    labels: [],
    normalise: 'none',
    groups: { a: { least: 0, most: 25 }, b: { least: -10, most: 40 } },
    components: components.map((one, at) => ({ ...one, rule: `r${at}`, input: '1', from: 'rule', note: '' })),
  });

  it('is the sum of its reasons, and within its bounds, whatever the rubric', () => {
    fc.assert(
      fc.property(
        fc.array(component, { maxLength: 12 }),
        fc.integer({ min: -20, max: 20 }),
        fc.constantFrom('none', 'to_100'),
        (components, start, normalise) => {
          const { score, reasons } = scored({
            ...rubricOf(components),
            start,
            cap: normalise === 'none' ? 100 : 145,
            normalise,
          });
          expect(reasons.reduce((sum, { points }) => sum + points, 0)).toBe(score);
          expect(score).toBeGreaterThanOrEqual(0);
          expect(score).toBeLessThanOrEqual(100);
        },
      ),
    );
  });

  it('holds each group within its bounds', () => {
    const { score, reasons } = scored(
      rubricOf([
        { points: 20, when: 'true', times: null, group: 'a' },
        { points: 20, when: 'true', times: null, group: 'a' },
        { points: 7, when: 'true', times: null, group: null },
      ]),
    );
    expect(score).toBe(32);
    expect(reasons.at(-1)).toEqual({ rule: 'cap:a', points: -15, input: 40, from: 'rule' });
  });

  it('counts a share of points where the rubric says so', () => {
    expect(scored(rubricOf([{ points: 30, when: 'true', times: '0.51', group: null }])).score).toBe(15);
  });

  it('is of a hundred where the rubric says so', () => {
    const { score, reasons } = scored({
      ...rubricOf([{ points: 95, when: 'true', times: null, group: null }]),
      cap: 145,
      normalise: 'to_100',
    });
    expect({ score, last: reasons.at(-1) }).toEqual({
      score: 66,
      last: { rule: 'normalise', points: -29, input: 95, from: 'rule' },
    });
  });

  it('tells what could not be evaluated, and gives no points for it', () => {
    const rubric = rubricOf([
      { points: 10, when: 'metadata.seats > 5', times: null, group: null },
      { points: 20, when: 'true', times: 'reading.likeness', group: null },
      { points: 30, when: 'true', times: 'has(metadata.seats) ? 0.5 : 0.0', group: null },
    ]);
    const components = rubric.components.map((one, at) => ({ ...one, ...(at === 2 && { input: 'metadata.seats' }) }));
    const { score, unevaluated } = scored({ ...rubric, components });
    expect(score).toBe(0);
    expect(unevaluated).toEqual([
      { condition: 'rubric.r0', because: 'metadata.seats is not there', counted: 'not-held' },
      { condition: 'rubric.r1.times', because: 'reading.likeness is not there', counted: 'not-held' },
      { condition: 'rubric.r2.input', because: 'metadata.seats is not there', counted: 'not-held' },
    ]);
  });
});
