import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { Problem } from './problem.ts';

/** A token that may be sent, kept as its digest alone. */
export interface BearerToken {
  readonly digest: Buffer;
}

export const bearerToken = (token: string): BearerToken => ({ digest: createHash('sha256').update(token).digest() });

export interface BearerLookup<Token extends BearerToken> {
  readonly tokens: readonly Token[];
  /** What to send, for who sent nothing that fits. */
  readonly hint: string;
}

/** Finds which token `Authorization: Bearer <token>` is, in constant time. @throws Problem 401 */
export const createBearerLookup =
  <Token extends BearerToken>({ tokens, hint }: BearerLookup<Token>) =>
  ({ headers }: Pick<FastifyRequest, 'headers'>): Token => {
    const [, given] = /^Bearer (.+)$/u.exec(headers.authorization ?? '') ?? [];
    const { digest } = bearerToken(given ?? '');
    // Every token is compared, so that time does not tell which one fits.
    const found = tokens.filter((token) => timingSafeEqual(token.digest, digest)).at(-1);
    if (given === undefined || !found)
      throw new Problem({
        status: 401,
        title: 'Unauthorized',
        detail: hint,
        headers: { 'www-authenticate': 'Bearer' },
      });
    return found;
  };
