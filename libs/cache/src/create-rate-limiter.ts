import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import { holdLink, type RedisChoice } from './create-cache.ts';
import type { RateLimiter, RateVerdict } from './ports/rate-limiter.port.ts';

export interface RateLimit {
  /** What may be consumed per window; a whole number. */
  readonly points: number;
  /** Whole seconds of a window. */
  readonly durationSeconds: number;
  /** Keeps the keys of two limits apart. Default `rate`. */
  readonly namespace?: string;
}

interface Consuming {
  consume(key: string, points: number): Promise<RateLimiterRes>;
}

/** The library resolves when allowed and rejects with the same shape when not; only other errors mean that the store failed. */
const take = async (
  limiter: Consuming,
  key: string,
  points: number,
): Promise<{ allowed: boolean; state: RateLimiterRes }> => {
  try {
    return { allowed: true, state: await limiter.consume(key, points) };
  } catch (refusal) {
    if (refusal instanceof RateLimiterRes) return { allowed: false, state: refusal };
    throw refusal;
  }
};

/** Counts in Redis over all replicas; while Redis is away each process counts alone, under the same limit. */
export const createRateLimiter = (options: RedisChoice & RateLimit): RateLimiter => {
  const { points: limit, durationSeconds: duration, namespace } = options;
  const common = { points: limit, duration, keyPrefix: `sluice:${namespace ?? 'rate'}` };
  const held = holdLink(options);
  const local = new RateLimiterMemory(common);
  const shared = held && new RateLimiterRedis({ ...common, storeClient: held.link.redis });

  const verdictOf = (allowed: boolean, state: RateLimiterRes, counted: RateVerdict['counted']): RateVerdict => ({
    allowed,
    limit,
    remaining: allowed ? state.remainingPoints : 0,
    resetMs: Math.max(0, state.msBeforeNext),
    counted,
  });

  return {
    async consume(key, points = 1) {
      const answer = held && shared ? await held.link.run('rate-limit', () => take(shared, key, points)) : null;
      if (answer?.answered) return verdictOf(answer.value.allowed, answer.value.state, 'shared');
      const { allowed, state } = await take(local, key, points);
      return verdictOf(allowed, state, 'local');
    },
    close: async () => held?.release(),
  };
};
