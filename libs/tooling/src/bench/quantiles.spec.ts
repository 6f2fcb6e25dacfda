import { describe, expect, it } from 'vitest';
import { quantilesOf } from './quantiles.ts';

describe('quantiles', () => {
  it('are values that were measured, whatever order they came in', () => {
    const values = Array.from({ length: 100 }, (_, n) => 100 - n);
    expect(quantilesOf(values)).toEqual({ p50: 50, p95: 95, p99: 99 });
  });

  it('of one value are that value', () => {
    expect(quantilesOf([7])).toEqual({ p50: 7, p95: 7, p99: 7 });
  });

  it('of nothing are refused: a number that was not measured must not be printed', () => {
    expect(() => quantilesOf([])).toThrow('nothing was measured');
  });
});
