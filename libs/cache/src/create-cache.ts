import { memoryCache } from './memory-cache.adapter.ts';
import type { Cache } from './ports/cache.port.ts';
import { redisCache } from './redis-cache.adapter.ts';
import { openRedis, type RedisLink, type RedisLinkOptions } from './redis-link.ts';

/** A Redis of one's own (`url`), a connection that others use too (`link`), or none (`url: null`): then this process remembers alone. */
export type RedisChoice = RedisLinkOptions | { readonly url: null } | { readonly link: RedisLink };

interface HeldLink {
  readonly link: RedisLink;
  /** Closes the connection if it was opened here. */
  release(): Promise<void>;
}

/** Null when there is no Redis to hold. */
export const holdLink = (choice: RedisChoice): HeldLink | null => {
  if ('link' in choice) return { link: choice.link, release: async () => {} };
  if (choice.url === null) return null;
  const link = openRedis(choice);
  return { link, release: () => link.close() };
};

/** `namespace` keeps the keys of two services or uses apart; letters, digits and dashes. */
export const createCache = (options: RedisChoice & { readonly namespace?: string }): Cache => {
  const held = holdLink(options);
  if (!held) return memoryCache();
  const cache = redisCache(held.link, options.namespace ?? 'cache');
  let closed = false;
  return {
    get: async (key) => (closed ? undefined : cache.get(key)),
    set: async (key, value, ttlSeconds) => (closed ? undefined : cache.set(key, value, ttlSeconds)),
    isReachable: async () => !closed && cache.isReachable(),
    close: async () => {
      closed = true;
      await held.release();
    },
  };
};
