import type { Cache } from './ports/cache.port.ts';

interface Entry {
  readonly json: string;
  readonly expiresAt: number;
}

/** Oldest entries make room beyond this count, so that a process without Redis doesn't grow for ever. */
const MAX_ENTRIES = 10_000;

/** For one process: tests, and a service that was given no Redis. Values are kept as JSON, as Redis would. */
export const memoryCache = (): Cache => {
  const entries = new Map<string, Entry>();
  let closed = false;
  const isLive = (entry: Entry | undefined): entry is Entry =>
    entry !== undefined && entry.expiresAt > performance.now();
  return {
    async get(key) {
      const entry = entries.get(key);
      if (isLive(entry)) return JSON.parse(entry.json) as unknown;
      entries.delete(key);
      return undefined;
    },
    async set(key, value, ttlSeconds) {
      if (closed || !(ttlSeconds > 0) || value === undefined) return;
      entries.delete(key);
      entries.set(key, { json: JSON.stringify(value), expiresAt: performance.now() + Math.ceil(ttlSeconds) * 1000 });
      const oldest = entries.keys().next();
      if (entries.size > MAX_ENTRIES && !oldest.done) entries.delete(oldest.value);
    },
    isReachable: async () => !closed,
    close: async () => {
      closed = true;
      entries.clear();
    },
  };
};
