import { createCounter } from './create-counter.ts';
import { createRateLimiter } from './create-rate-limiter.ts';
import { counterSuite } from './testing/counter.suite.ts';
import { rateLimiterSuite } from './testing/rate-limiter.suite.ts';

counterSuite('one process without Redis', async () => createCounter({ url: null }));
rateLimiterSuite('one process without Redis', async (limit) => createRateLimiter({ url: null, ...limit }));
