import type { RateLimiter } from '@sluice/cache';
import type { Clock } from '@sluice/kernel';
import { Problem } from '@sluice/service';
import type { FastifyRequest } from 'fastify';
import { assertNever } from '@sluice/kernel';
import { verifySignature } from './intake-signature.ts';

/** Who may send, and how much. */
export interface Gatekeeper {
  /** @throws Problem 401 that says what is wrong with the signature, and nothing about the secret. */
  verify(request: Pick<FastifyRequest, 'headers'>, body: Buffer): void;
  /** @throws Problem 429 with the time to wait. */
  admit(source: string): Promise<void>;
}

export interface GatekeeperOptions {
  readonly secrets: readonly string[];
  readonly limiter: RateLimiter;
  readonly windowSeconds: number;
  readonly clock: Clock;
}

const header = (request: Pick<FastifyRequest, 'headers'>, name: string): string | undefined => {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
};

const refuse = (detail: string): never => {
  throw new Problem({
    status: 401,
    title: 'Unauthorized',
    detail,
    headers: { 'www-authenticate': 'Signature header="X-Signature"' },
  });
};

export const createGatekeeper = ({ secrets, limiter, windowSeconds, clock }: GatekeeperOptions): Gatekeeper => ({
  verify(request, body) {
    const verdict = verifySignature(
      { body, signature: header(request, 'x-signature'), timestamp: header(request, 'x-timestamp') },
      secrets,
      Date.parse(clock.now()),
    );
    switch (verdict) {
      case 'valid':
        return;
      case 'missing':
        return refuse('The header X-Signature is missing: sha256=<hex HMAC-SHA256 of the raw body>.');
      case 'malformed':
        return refuse('The header X-Signature is not of the form sha256=<64 hex digits>.');
      case 'stale':
        return refuse('The header X-Timestamp is more than five minutes from now, or no number of seconds.');
      case 'wrong':
        return refuse('The signature does not fit the body. It is taken over the raw bytes, before any decoding.');
      default:
        return assertNever(verdict);
    }
  },

  async admit(source) {
    const { allowed, limit, remaining, resetMs } = await limiter.consume(source);
    if (allowed) return;
    const seconds = Math.ceil(resetMs / 1_000);
    throw new Problem({
      status: 429,
      title: 'Too many requests',
      detail: `This source may send ${limit} requests per ${windowSeconds} seconds.`,
      retryAfter: seconds,
      headers: {
        'ratelimit-policy': `"source";q=${limit};w=${windowSeconds}`,
        ratelimit: `"source";r=${remaining};t=${seconds}`,
      },
    });
  },
});
