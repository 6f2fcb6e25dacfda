import { readFileSync } from 'node:fs';
import type { FailPoints } from '@sluice/kernel';
import { z } from 'zod';
import { failPointsKey } from './fail-points.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** The environment of a service is wrong. The message lists every fault, and no value. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** Every key may come as `<KEY>_FILE` instead: the path of a file that holds the value, as secrets are mounted. */
const withFiles = (environment: Environment): Environment => {
  const files = Object.entries(environment).filter(
    ([key, path]) => key.startsWith('SLUICE_') && key.endsWith('_FILE') && path,
  );
  return {
    ...environment,
    ...Object.fromEntries(
      files.map(([key, path]) => [key.slice(0, -'_FILE'.length), readFileSync(String(path), 'utf8').trim()]),
    ),
  };
};

/** Reads and validates the environment whole. @throws ConfigError that names all faults at once. */
export const readConfig = <Shape extends z.ZodType>(
  schema: Shape,
  environment: Environment,
): Readonly<z.output<Shape>> => {
  const parsed = schema.safeParse(withFiles(environment));
  if (parsed.success) return Object.freeze(parsed.data as object) as z.output<Shape>;
  const faults = parsed.error.issues.map(({ path, message }) => `  ${path.map(String).join('.')}: ${message}`);
  throw new ConfigError(
    `the environment does not fit:\n${faults.join('\n')}\nSet the keys above; each one's meaning stands in the service's config.ts.`,
  );
};

/** A secret that shows itself only to who asks: printed, logged or put in JSON it reads `[redacted]`. */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return '[redacted]';
  }

  toJSON(): string {
    return '[redacted]';
  }
}

export const secret = (description: string) =>
  z
    .string()
    .min(1)
    .describe(description)
    .transform((value) => new Secret(value));

const list = z
  .string()
  .min(1)
  .transform((text) =>
    text
      .split(',')
      .map((one) => one.trim())
      .filter(Boolean),
  );

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

export const kafkaKeys = {
  SLUICE_KAFKA_BROKERS: list.describe('host:port, separated by commas'),
  SLUICE_REGISTRY_URL: z.url().describe("Base of the schema registry's Confluent API"),
  SLUICE_KAFKA_SESSION_TIMEOUT_MS: z.coerce
    .number()
    .int()
    .min(6_000)
    .max(1_800_000)
    .default(15_000)
    .describe(
      'Silence, in milliseconds, after which a member is taken for dead and its partitions are given to others; the broker allows no less than 6,000',
    ),
  SLUICE_KAFKA_TRANSACTION_TIMEOUT_MS: z.coerce
    .number()
    .int()
    .min(1_000)
    .max(900_000)
    .default(15_000)
    .describe('Milliseconds for which a dead process can hold up readers of what it was writing'),
  SLUICE_FAIL_POINT: failPointsKey.describe(
    'For fault harnesses: <point>@<passing>:<signal> sends this process the signal there',
  ),
} as const;

interface KafkaConfig {
  readonly SLUICE_KAFKA_BROKERS: readonly string[];
  readonly SLUICE_KAFKA_SESSION_TIMEOUT_MS: number;
  readonly SLUICE_KAFKA_TRANSACTION_TIMEOUT_MS: number;
  readonly SLUICE_FAIL_POINT: FailPoints;
}

/** What the keys above say, as the transport takes it. */
export const kafkaOptionsOf = (config: KafkaConfig) => ({
  brokers: config.SLUICE_KAFKA_BROKERS,
  sessionTimeoutMs: config.SLUICE_KAFKA_SESSION_TIMEOUT_MS,
  transactionTimeoutMs: config.SLUICE_KAFKA_TRANSACTION_TIMEOUT_MS,
  failPoints: config.SLUICE_FAIL_POINT,
});

export const postgresKeys = {
  SLUICE_POSTGRES_URL: z.string().startsWith('postgres').describe('postgres://user:password@host:port/database'),
} as const;
export const redisKeys = {
  SLUICE_REDIS_URL: z.string().startsWith('redis').describe('redis:// or rediss:// address; may be away'),
} as const;
