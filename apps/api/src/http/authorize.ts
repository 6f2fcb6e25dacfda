import { Problem } from '@sluice/service';
import type { FastifyRequest } from 'fastify';
import { findApiKey, type ApiKey, type Scope } from './api-keys.ts';

export type Authorize = (request: FastifyRequest, scope: Scope) => ApiKey;

/** Finds who asks, and whether they may. @throws Problem 401 or 403 that names the scope that is missing. */
export const createAuthorize = (keys: readonly ApiKey[]): Authorize => (request, scope) => {
  const given = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
  const key = given === undefined ? null : findApiKey(keys, given);
  if (!key) throw new Problem({ status: 401, title: 'Unauthorized', detail: 'Send an API key: Authorization: Bearer <key>.', headers: { 'www-authenticate': 'Bearer' } });
  if (!key.scopes.includes(scope)) throw new Problem({ status: 403, title: 'Forbidden', detail: `This key lacks the scope ${scope}.` });
  return key;
};
