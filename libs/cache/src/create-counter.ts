import { holdLink, type RedisChoice } from './create-cache.ts';
import type { Counter } from './ports/counter.port.ts';

interface Sum {
  readonly value: number;
  readonly expiresAt: number;
}

const memoryCounter = (): Omit<Counter, 'close'> => {
  const sums = new Map<string, Sum>();
  const valueOf = (key: string): number => {
    const sum = sums.get(key);
    return sum !== undefined && sum.expiresAt > performance.now() ? sum.value : 0;
  };
  return {
    async add(key, amount, ttlSeconds) {
      const value = valueOf(key) + amount;
      sums.set(key, { value, expiresAt: performance.now() + ttlSeconds * 1000 });
      for (const [other, { expiresAt }] of sums) if (expiresAt <= performance.now()) sums.delete(other);
      return value;
    },
    read: async (key) => valueOf(key),
  };
};

/**
 * A shared sum. Every addition is also kept in this process, so that when Redis goes away or comes back empty the
 * larger of the two counts: a budget may stop too early, it never starts anew because Redis was restarted.
 */
export const createCounter = (options: RedisChoice & { readonly namespace?: string }): Counter => {
  const held = holdLink(options);
  const own = memoryCounter();
  const keyOf = (key: string): string => `sluice:${options.namespace ?? 'counter'}:${key}`;
  const shared = async (key: string, amount: number, ttlSeconds: number): Promise<number> => {
    const answer = await held?.link.run('counter', async (redis) => {
      const sum = Number(await redis.incrbyfloat(keyOf(key), amount));
      await redis.expire(keyOf(key), Math.ceil(ttlSeconds));
      return sum;
    });
    return answer?.answered ? answer.value : 0;
  };
  return {
    async add(key, amount, ttlSeconds) {
      const mine = await own.add(key, amount, ttlSeconds);
      return Math.max(mine, await shared(key, amount, ttlSeconds));
    },
    async read(key) {
      const answer = await held?.link.run('counter', (redis) => redis.get(keyOf(key)));
      return Math.max(await own.read(key), answer?.answered ? Number(answer.value ?? 0) : 0);
    },
    close: async () => held?.release(),
  };
};
