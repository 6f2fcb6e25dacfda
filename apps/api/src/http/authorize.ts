import { createBearerLookup, Problem } from '@sluice/service';
import type { FastifyRequest } from 'fastify';
import type { ApiKey, Scope } from './api-keys.ts';

export type Authorize = (request: FastifyRequest, scope: Scope) => ApiKey;

/** Finds who asks, and whether they may. @throws Problem 401 or 403 that names the scope that is missing. */
export const createAuthorize = (keys: readonly ApiKey[]): Authorize => {
  const keyOf = createBearerLookup({ tokens: keys, hint: 'Send an API key: Authorization: Bearer <key>.' });
  return (request, scope) => {
    const key = keyOf(request);
    if (!key.scopes.includes(scope))
      throw new Problem({ status: 403, title: 'Forbidden', detail: `This key lacks the scope ${scope}.` });
    return key;
  };
};
