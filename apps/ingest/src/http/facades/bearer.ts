import { createHash, timingSafeEqual } from 'node:crypto';
import { Problem } from '@sluice/service';
import type { FastifyRequest } from 'fastify';

const digestOf = (token: string): Buffer => createHash('sha256').update(token).digest();

/** Checks `Authorization: Bearer <token>` against every live token, in constant time. @throws Problem 401 */
export const createBearerCheck = (tokens: readonly string[]) => {
  const digests = tokens.map(digestOf);
  return ({ headers }: Pick<FastifyRequest, 'headers'>): void => {
    const given = digestOf(/^Bearer (.+)$/u.exec(headers.authorization ?? '')?.[1] ?? '');
    // Every token is tried, so that time does not tell which one fits.
    if (digests.map((digest) => timingSafeEqual(digest, given)).includes(true)) return;
    throw new Problem({ status: 401, title: 'Unauthorized', detail: 'Send the token of this intake: Authorization: Bearer <token>.', headers: { 'www-authenticate': 'Bearer' } });
  };
};
