import { describe, expect, it } from 'vitest';
import { memoryCache } from './memory-cache.adapter.ts';
import { cacheSuite } from './testing/cache.suite.ts';

cacheSuite('memory', async () => memoryCache());

describe('memory', () => {
  it('makes room by dropping what was set longest ago', async () => {
    const cache = memoryCache();
    for (let n = 0; n <= 10_000; n += 1) await cache.set(`key-${n}`, n, 60);
    expect(await cache.get('key-0')).toBeUndefined();
    expect(await cache.get('key-1')).toBe(1);
    expect(await cache.get('key-10000')).toBe(10_000);
  });
});
