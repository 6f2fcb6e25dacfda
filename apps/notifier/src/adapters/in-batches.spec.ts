import { TransientError } from '@sluice/kernel';
import { describe, expect, it } from 'vitest';
import { inBatches } from './in-batches.ts';

/** Doubles numbers; odd runs of the log are what ran together. */
const doubling = (fail: (requests: readonly number[]) => Error | null = () => null, most?: number) => {
  const runs: (readonly number[])[] = [];
  const double = inBatches<number, number>(async (requests) => {
    runs.push(requests);
    await new Promise((resolve) => setImmediate(resolve));
    const error = fail(requests);
    if (error) throw error;
    return requests.map((number) => number * 2);
  }, most);
  return { double, runs };
};

describe('requests of the same time', () => {
  it('run together, each with its own answer, and what comes meanwhile runs next', async () => {
    const { double, runs } = doubling();
    const first = Promise.all([1, 2, 3].map(double));
    await new Promise((resolve) => setImmediate(resolve));
    const second = Promise.all([4, 5].map(double));
    expect([await first, await second]).toEqual([
      [2, 4, 6],
      [8, 10],
    ]);
    expect(runs).toEqual([
      [1, 2, 3],
      [4, 5],
    ]);
    expect(await double(6)).toBe(12);
  });

  it('are at most so many in one run', async () => {
    const { double, runs } = doubling(() => null, 2);
    expect(await Promise.all([1, 2, 3].map(double))).toEqual([2, 4, 6]);
    expect(runs).toEqual([[1, 2], [3]]);
  });

  it('do not fail for the one that is to blame', async () => {
    const { double } = doubling((requests) => (requests.includes(3) ? new RangeError('three') : null));
    const ended = await Promise.allSettled([1, 2, 3, 4, 5].map(double));
    expect(ended.map((one) => (one.status === 'fulfilled' ? one.value : String(one.reason)))).toEqual([
      2,
      4,
      'RangeError: three',
      8,
      10,
    ]);
  });

  it('fail together, at once, while the world is unwell', async () => {
    const { double, runs } = doubling(() => new TransientError('away'));
    const ended = await Promise.allSettled([1, 2, 3].map(double));
    expect(ended.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(runs).toHaveLength(1);
  });
});
