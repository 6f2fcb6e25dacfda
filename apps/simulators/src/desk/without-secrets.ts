import type { IncomingHttpHeaders } from 'node:http';

const SECRET_HEADERS: ReadonlySet<string> = new Set([
  'authorization',
  'cookie',
  'x-api-key',
  'proxy-authorization',
  'x-api-token',
  'api-token',
]);
const SECRET_FIELDS: ReadonlySet<string> = new Set([
  'token',
  'api_key',
  'refresh_token',
  'client_secret',
  'client_assertion',
  'assertion',
]);
const HIDDEN = '[redacted]';

export const headersWithoutSecrets = (headers: IncomingHttpHeaders): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, SECRET_HEADERS.has(name) ? HIDDEN : String(value)]),
  );

/** Slack also takes its token as a field of the body. */
export const bodyWithoutSecrets = (body: unknown): unknown =>
  body !== null && typeof body === 'object' && !Array.isArray(body)
    ? Object.fromEntries(Object.entries(body).map(([name, value]) => [name, SECRET_FIELDS.has(name) ? HIDDEN : value]))
    : body;
