import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Counter } from '../ports/counter.port.ts';

/** What every counter must do. `open` gives an empty one; the suite closes it. */
export const counterSuite = (name: string, open: () => Promise<Counter>): void => {
  describe(`${name} as a counter`, () => {
    let counter: Counter;
    beforeEach(async () => {
      counter = await open();
    });
    afterEach(() => counter.close());

    it('starts at nothing', async () => {
      expect(await counter.read('day')).toBe(0);
    });

    it('sums what is added and taken back, fractions included', async () => {
      expect(await counter.add('day', 0.25, 60)).toBeCloseTo(0.25, 9);
      expect(await counter.add('day', 0.5, 60)).toBeCloseTo(0.75, 9);
      expect(await counter.add('day', -0.25, 60)).toBeCloseTo(0.5, 9);
      expect(await counter.read('day')).toBeCloseTo(0.5, 9);
    });

    it('keeps keys apart', async () => {
      await counter.add('monday', 1, 60);
      await counter.add('tuesday', 2, 60);
      expect([await counter.read('monday'), await counter.read('tuesday')]).toEqual([1, 2]);
    });

    it('loses nothing when many add at once', async () => {
      await Promise.all(Array.from({ length: 100 }, () => counter.add('day', 1, 60)));
      expect(await counter.read('day')).toBe(100);
    });

    it('forgets a sum after its time', async () => {
      await counter.add('short', 5, 1);
      await expect.poll(() => counter.read('short'), { timeout: 3000 }).toBe(0);
    });
  });
};
