import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Breaker } from './health.ts';

const after = (decisions: readonly boolean[], limits = { defects: 3, outOf: 10 }): Breaker => {
  const breaker = new Breaker(limits);
  for (const isDefect of decisions) breaker.record(isDefect);
  return breaker;
};
const [good, bad] = [false, true];

describe('the breaker', () => {
  it('is closed at first, and stays so for a defect now and then', () => {
    expect(new Breaker({ defects: 3, outOf: 10 }).isOpen).toBe(false);
    expect(after(Array.from({ length: 300 }, (_, n) => n % 6 === 0)).isOpen).toBe(false);
  });

  it('opens when nothing but defects comes, at the very one', () => {
    const breaker = new Breaker({ defects: 3, outOf: 10 });
    expect([breaker.record(bad), breaker.record(bad), breaker.record(bad)]).toEqual([false, false, true]);
  });

  it('opens only when at least half of what it looks at are defects', () => {
    expect(after([bad, bad, good, good, good, good, bad]).isOpen).toBe(false);
    expect(after([good, good, good, bad, bad, bad]).isOpen).toBe(true);
  });

  it('forgets what lies further back than it looks', () => {
    expect(after([bad, bad, ...Array.from({ length: 10 }, () => good), bad]).isOpen).toBe(false);
  });

  it('stays open: a new process closes it', () => {
    expect(after([bad, bad, bad, ...Array.from({ length: 100 }, () => good)]).isOpen).toBe(true);
  });

  it('never opens on fewer defects than it was told, and always once its view is full of them', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 60 }), fc.integer({ min: 1, max: 10 }), (decisions, defects) => {
        const limits = { defects, outOf: 10 };
        if (decisions.filter(Boolean).length < defects) expect(after(decisions, limits).isOpen).toBe(false);
        expect(after([...decisions, ...Array.from({ length: 10 }, () => bad)], limits).isOpen).toBe(true);
      }),
    );
  });
});
