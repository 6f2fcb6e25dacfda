export { createCache, type RedisChoice } from './create-cache.ts';
export { createCounter } from './create-counter.ts';
export { createRateLimiter, type RateLimit } from './create-rate-limiter.ts';
export { memoryCache } from './memory-cache.adapter.ts';
export type { Cache } from './ports/cache.port.ts';
export type { Counter } from './ports/counter.port.ts';
export type { RateLimiter, RateVerdict } from './ports/rate-limiter.port.ts';
export { openRedis, type ReachabilityChange, type RedisLink, type RedisLinkOptions } from './redis-link.ts';
