import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { poolEvent, RotationRun, weights } from '../../testing/a-rotation-run.ts';

/** Shares are whole billionths of a turn. */
const EPSILON = 1e-5;

describe('the rotation, whoever leaves, returns, is added, skipped, credited, full or not suited', () => {
  it('keeps everybody within one turn of their share of what they could have had', () => {
    fc.assert(
      fc.property(weights, fc.array(poolEvent, { minLength: 20, maxLength: 250 }), (of, events) => {
        const run = new RotationRun(of);
        for (const event of events) {
          run.apply(event);
          for (const deviation of run.deviations()) expect(Math.abs(deviation)).toBeLessThanOrEqual(1 + EPSILON);
        }
      }),
      { numRuns: 120 },
    );
  });

  it('forgives nobody anything while nobody comes or goes, and keeps each within one turn of their weight', () => {
    fc.assert(
      fc.property(weights, fc.integer({ min: 0, max: 300 }), (of, times) => {
        const run = new RotationRun(of);
        for (let n = 0; n < times; n += 1) run.apply({ do: 'request' });
        const total = of.reduce((sum, weight) => sum + weight, 0);
        of.forEach((weight, at) =>
          expect(Math.abs(run.tallyOf(`o${at}`).received - (times * weight) / total)).toBeLessThanOrEqual(1 + EPSILON),
        );
        expect(run.forgiven()).toBeLessThanOrEqual(EPSILON);
      }),
      { numRuns: 120 },
    );
  });

  it('gives whoever comes or comes back what is theirs from now on, and at most one turn besides', () => {
    fc.assert(
      fc.property(weights, fc.integer({ min: 1, max: 9 }), fc.integer({ min: 0, max: 200 }), (of, weight, before) => {
        const run = new RotationRun(of);
        for (let n = 0; n < before; n += 1) run.apply({ do: 'request' });
        run.apply({ do: 'leave', who: 0 });
        for (let n = 0; n < before; n += 1) run.apply({ do: 'request' });
        run.apply({ do: 'return', who: 0 });
        run.apply({ do: 'add', weight });
        const [back, added] = ['o0', `o${of.length}`];
        const had = run.tallyOf(back ?? '').received;
        const total = of.reduce((sum, one) => sum + one, weight);
        // Whoever held everything while alone may be given what waited for them: nobody waits here but with one owner.
        const waited = of.length === 1 ? before : 0;
        for (let n = 1; n <= 60; n += 1) {
          run.apply({ do: 'request' });
          expect(run.tallyOf(added ?? '').received).toBeLessThanOrEqual(1 + (n * weight) / total + 1);
          expect(run.tallyOf(back ?? '').received - had - waited).toBeLessThanOrEqual(2 + (n * (of[0] ?? 0)) / total);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('gives the same owners for the same events', () => {
    fc.assert(
      fc.property(fc.array(poolEvent, { maxLength: 120 }), (events) => {
        const owners = () => {
          const run = new RotationRun([3, 1, 2]);
          events.forEach((event) => run.apply(event));
          return [...run.bench.inquiries.values()].map(({ owner }) => owner);
        };
        expect(owners()).toEqual(owners());
      }),
      { numRuns: 50 },
    );
  });
});
