import { createHash, timingSafeEqual } from 'node:crypto';

export const scopes = ['inquiries:read', 'inquiries:content', 'inquiries:command', 'dlq:read', 'dlq:replay', 'ops:read', 'pools:write', 'playbooks:read', 'playbooks:write', 'playbooks:activate'] as const;
export type Scope = (typeof scopes)[number];

export interface ApiKey {
  /** The part of the key that may be shown: who did it. */
  readonly id: string;
  readonly digest: Buffer;
  readonly scopes: readonly Scope[];
}

const digestOf = (key: string): Buffer => createHash('sha256').update(key).digest();
const isScope = (text: string): text is Scope => scopes.some((scope) => scope === text);

/** Reads `sl_<env>_<id>_<secret>:scope+scope`, separated by commas. @throws Error naming an unknown scope, and no secret. */
export const parseApiKeys = (text: string): readonly ApiKey[] =>
  text.split(',').filter(Boolean).map((entry) => {
    const [key = '', ...rest] = entry.trim().split(':');
    const named = rest.join(':').split('+');
    const unknown = named.find((scope) => !isScope(scope));
    if (unknown !== undefined) throw new Error(`reading API keys: there is no scope "${unknown}"; there are ${scopes.join(', ')}`);
    return { id: key.split('_')[2] ?? 'unnamed', digest: digestOf(key), scopes: named.filter(isScope) };
  });

/** The tokens of document 003's administration, separated by commas: at `/v1/admin/*` they may read and change the playbook, and nothing elsewhere. */
export const adminKeys = (tokens: string): readonly ApiKey[] =>
  tokens.split(',').map((token) => token.trim()).filter(Boolean).map((token) => ({ id: 'admin', digest: digestOf(token), scopes: ['playbooks:read', 'playbooks:write', 'playbooks:activate'] }));

/** The key that was given; null when none fits. Compares all, in constant time. */
export const findApiKey = (keys: readonly ApiKey[], given: string): ApiKey | null => {
  const digest = digestOf(given);
  return keys.reduce<ApiKey | null>((found, key) => (timingSafeEqual(key.digest, digest) ? key : found), null);
};
