import confluent from '@kafkajs/confluent-schema-registry';
import { createAgent, httpRequest } from '../http/http-request.ts';
import type { TlsOptions } from '../tls.ts';

export interface RegistryOptions {
  /** Base of the registry's Confluent API. */
  readonly url: string;
  readonly auth?:
    | { readonly kind: 'basic'; readonly username: string; readonly password: string }
    | { readonly kind: 'bearer'; readonly token: string };
  /** Of an https address; Node's own authorities are trusted unless told. */
  readonly tls?: TlsOptions;
  /** Milliseconds an answer may be awaited; ten seconds when not given. The library itself waits for ever. */
  readonly timeoutMs?: number;
}

const DEFAULT_TIMEOUT_MS = 10_000;

/** The HTTP status that an error of the library carries; null when there was no answer. */
export const statusOf = (error: unknown): number | null =>
  error instanceof Error && 'status' in error && typeof error.status === 'number' ? error.status : null;

const REFUSED = new Set([401, 403]);

/** Why the registry gave no usable answer, for who looks at `/readyz`. */
export const reasonOf = (error: unknown): string => {
  const status = statusOf(error);
  if (status !== null && REFUSED.has(status)) return `the schema registry refuses the credentials: ${status}`;
  // The library says 400 where there was no answer at all; what it was told stands in its message, behind a preamble.
  const told = error instanceof Error ? error.message.replace(/^Confluent_Schema_Registry - /, '') : 'unknown';
  return `the schema registry gives no usable answer: ${told.replace(/^Error, status 400: /, '')}`;
};

const authorizationOf = ({ auth }: RegistryOptions): Readonly<Record<string, string>> => {
  if (!auth) return {};
  return {
    authorization:
      auth.kind === 'bearer'
        ? `Bearer ${auth.token}`
        : `Basic ${Buffer.from(`${auth.username}:${auth.password}`).toString('base64')}`,
  };
};

/** Our schemas are made from zod, which checks formats itself; unknown keywords of a foreign schema are no fault of a record. */
const JSON_OPTIONS = { strict: false, validateFormats: false, allErrors: false } as const;

export const createRegistry = (options: RegistryOptions): confluent.SchemaRegistry => {
  const headers = authorizationOf(options);
  const timeout = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
  return new confluent.SchemaRegistry(
    {
      host: options.url,
      retry: { retries: 1, initialRetryTimeInSecs: 0.1 },
      agent: createAgent(options.url, options.tls),
      middlewares: [
        () => ({
          async prepareRequest(next) {
            return (await next()).enhance({ headers, timeout });
          },
        }),
      ],
    },
    { [confluent.SchemaType.JSON]: JSON_OPTIONS },
  );
};

/** Puts JSON to a path of the registry that the library has no call for. Gives the status. @throws Node's error when there is no answer */
export const putToRegistry = async (options: RegistryOptions, path: string, body: unknown): Promise<number> => {
  const agent = createAgent(options.url, options.tls);
  try {
    const { status } = await httpRequest({
      method: 'PUT',
      url: `${options.url}${path}`,
      agent,
      headers: { 'content-type': 'application/vnd.schemaregistry.v1+json', ...authorizationOf(options) },
      body: JSON.stringify(body),
    });
    return status;
  } finally {
    agent.destroy();
  }
};
