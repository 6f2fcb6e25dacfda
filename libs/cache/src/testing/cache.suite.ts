import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Cache } from '../ports/cache.port.ts';

/** What every cache must do. `open` gives an empty one; the suite closes it. */
export const cacheSuite = (name: string, open: () => Promise<Cache>): void => {
  describe(`${name} as a cache`, () => {
    let cache: Cache;
    beforeEach(async () => {
      cache = await open();
    });
    afterEach(() => cache.close());

    it('misses what was never set', async () => {
      expect(await cache.get('nothing')).toBeUndefined();
    });

    it.each([
      { value: { name: 'Żółć & Söhne', employees: 12, tags: ['a', null] } },
      { value: [1, 'two', false] },
      { value: 'text' },
      { value: 0 },
      { value: false },
      { value: '' },
    ])('gives back $value as it was set', async ({ value }) => {
      await cache.set('key', value, 60);
      expect(await cache.get('key')).toEqual(value);
    });

    it('tells a remembered null from a miss', async () => {
      await cache.set('no-such-company', null, 60);
      expect(await cache.get('no-such-company')).toBeNull();
    });

    it('keeps the last value of a key', async () => {
      await cache.set('key', 'first', 60);
      await cache.set('key', 'second', 60);
      expect(await cache.get('key')).toBe('second');
    });

    it('keeps keys apart, whatever they hold', async () => {
      await cache.set('a:b', 1, 60);
      await cache.set('a', 2, 60);
      await cache.set('ключ с пробелом\n', 3, 60);
      expect([await cache.get('a:b'), await cache.get('a'), await cache.get('ключ с пробелом\n')]).toEqual([1, 2, 3]);
    });

    it('hands out copies, so that nobody changes what others will read', async () => {
      const value = { list: [1] };
      await cache.set('key', value, 60);
      value.list.push(2);
      expect(await cache.get('key')).toEqual({ list: [1] });
    });

    it.each([0, -1, Number.NaN])('keeps nothing for %d seconds', async (ttlSeconds) => {
      await cache.set('key', 'value', ttlSeconds);
      expect(await cache.get('key')).toBeUndefined();
    });

    it('forgets a value when its time is over', async () => {
      await cache.set('short', 'value', 1);
      await cache.set('long', 'value', 60);
      await expect.poll(() => cache.get('short'), { timeout: 3000 }).toBeUndefined();
      expect(await cache.get('long')).toBe('value');
    });

    it('is reachable until it is closed, then only misses', async () => {
      await cache.set('key', 'value', 60);
      expect(await cache.isReachable()).toBe(true);
      await cache.close();
      await cache.close();
      await cache.set('key', 'value', 60);
      expect(await cache.get('key')).toBeUndefined();
      expect(await cache.isReachable()).toBe(false);
    });
  });
};
