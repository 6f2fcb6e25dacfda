import { countLookup } from './metrics.ts';
import type { Cache } from './ports/cache.port.ts';
import type { RedisLink } from './redis-link.ts';

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // Another writer's value under our key is not worth failing for: it is a miss, and is overwritten.
    return undefined;
  }
};

/** Keys are `sluice:<namespace>:<key>`, values JSON text with an expiry: nothing stays for ever. */
export const redisCache = (link: RedisLink, namespace: string): Omit<Cache, 'close'> => {
  const keyOf = (key: string): string => `sluice:${namespace}:${key}`;
  return {
    async get(key) {
      const answer = await link.run('cache', (redis) => redis.get(keyOf(key)));
      const value = answer.answered && answer.value !== null ? parsed(answer.value) : undefined;
      const miss = answer.answered ? 'miss' : 'unavailable';
      countLookup(namespace, value === undefined ? miss : 'hit');
      return value;
    },
    async set(key, value, ttlSeconds) {
      if (!(ttlSeconds > 0) || value === undefined) return;
      await link.run('cache', (redis) => redis.set(keyOf(key), JSON.stringify(value), 'EX', Math.ceil(ttlSeconds)));
    },
    isReachable: () => link.isReachable(),
  };
};
