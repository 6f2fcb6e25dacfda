import { bearerToken, createBearerLookup, Problem, type BearerToken } from '@sluice/service';
import type { FastifyRequest } from 'fastify';

export const scopes = [
  'inquiries:read',
  'inquiries:content',
  'inquiries:command',
  'dlq:read',
  'dlq:replay',
  'ops:read',
  'pools:write',
  'switches:write',
  'playbooks:read',
  'playbooks:write',
  'playbooks:activate',
] as const;
export type Scope = (typeof scopes)[number];

export interface ApiKey extends BearerToken {
  /** The part of the key that may be shown: who did it. */
  readonly id: string;
  readonly scopes: readonly Scope[];
}

const isScope = (text: string): text is Scope => scopes.some((scope) => scope === text);

/** Reads `sl_<env>_<id>_<secret>:scope+scope`, separated by commas. @throws Error naming an unknown scope, and no secret. */
export const parseApiKeys = (text: string): readonly ApiKey[] =>
  text
    .split(',')
    .filter(Boolean)
    .map((entry) => {
      const [key = '', ...rest] = entry.trim().split(':');
      const named = rest.join(':').split('+');
      const unknown = named.find((scope) => !isScope(scope));
      if (unknown !== undefined)
        throw new Error(`reading API keys: there is no scope "${unknown}"; there are ${scopes.join(', ')}`);
      return { id: key.split('_')[2] ?? 'unnamed', ...bearerToken(key), scopes: named.filter(isScope) };
    });

/** The tokens of document 003's administration, separated by commas: at `/v1/admin/*` they may read and change the playbook, and nothing elsewhere. */
export const adminKeys = (tokens: string): readonly ApiKey[] =>
  tokens
    .split(',')
    .map((token) => token.trim())
    .filter(Boolean)
    .map((token) => ({
      id: 'admin',
      ...bearerToken(token),
      scopes: ['playbooks:read', 'playbooks:write', 'playbooks:activate'],
    }));

export const AUTHORIZE = Symbol('AUTHORIZE');
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
