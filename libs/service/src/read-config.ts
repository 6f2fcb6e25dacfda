import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { connectionFaults, type Environment } from './connection-keys.ts';

/** The environment of a service is wrong. The message lists every fault, and no value. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

const FILE = '_FILE';

/**
 * Every key may come as `<KEY>_FILE` instead: the path of a file that holds the value, as secrets are mounted. A key of the schema's
 * own that ends so is a path by itself.
 */
const withFiles = (environment: Environment, keys: ReadonlySet<string>) => {
  const values: Record<string, string | undefined> = { ...environment };
  const faults: string[] = [];
  for (const [name, path] of Object.entries(environment)) {
    const key = name.slice(0, -FILE.length);
    if (!name.endsWith(FILE) || !keys.has(key) || keys.has(name) || !path) continue;
    try {
      values[key] = readFileSync(path, 'utf8').trim();
    } catch (error) {
      faults.push(
        `${name}: can't be read (${error instanceof Error && 'code' in error ? String(error.code) : 'unknown'})`,
      );
    }
  }
  return { values, faults };
};

/** Reads and validates the environment whole. @throws ConfigError that names all faults at once. */
export const readConfig = <Schema extends z.ZodObject>(
  schema: Schema,
  environment: Environment,
): Readonly<z.output<Schema>> => {
  const keys = new Set(Object.keys(schema.shape));
  const { values, faults: unreadable } = withFiles(environment, keys);
  const parsed = schema.safeParse(values);
  const faults = [
    ...unreadable,
    ...(parsed.error?.issues ?? []).map(({ path, message }) => `${path.map(String).join('.')}: ${message}`),
    ...connectionFaults(values, keys),
  ];
  if (parsed.success && faults.length === 0) return Object.freeze(parsed.data);
  throw new ConfigError(
    `the environment does not fit:\n  ${faults.join('\n  ')}\nSet the keys above; each one's meaning stands in the service's config.ts.`,
  );
};

/** What every service is given. */
export const serviceKeys = {
  SLUICE_HTTP_PORT: z.coerce
    .number()
    .int()
    .min(0)
    .max(65_535)
    .default(8080)
    .describe('Port of HTTP, health and metrics; 0 takes a free one'),
  SLUICE_HTTP_HOST: z.string().default('0.0.0.0').describe('Address to listen on'),
  SLUICE_LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error']).default('info').describe('Least level that is logged'),
  SLUICE_BRAND: z.string().min(1).default('default').describe('The brand this deployment serves'),
} as const;
