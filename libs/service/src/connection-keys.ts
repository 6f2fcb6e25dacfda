import type { FailPoints } from '@sluice/kernel';
import { z } from 'zod';
import { failPointsKey } from './fail-points.ts';
import { Secret } from '@sluice/kernel';
import { secret } from './secret.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

const list = z
  .string()
  .min(1)
  .transform((text) =>
    text
      .split(',')
      .map((one) => one.trim())
      .filter(Boolean),
  );

const pem = (description: string) =>
  z
    .string()
    .regex(/-----BEGIN [A-Z0-9 ]+-----/, 'is no PEM; the path of a file goes into the same key with _FILE at its end')
    .describe(description);
const secretPem = (description: string) => pem(description).transform((value) => new Secret(value));

const MECHANISMS = ['plain', 'scram-sha-256', 'scram-sha-512', 'oauthbearer'] as const;

const kafkaSecurityKeys = {
  SLUICE_KAFKA_TLS: z.stringbool().default(false).describe('Speak TLS to the brokers'),
  SLUICE_KAFKA_CA: pem('Authorities whose brokers are trusted, PEM; those that Node knows when not given').optional(),
  SLUICE_KAFKA_CLIENT_CERT: pem('Our own certificate for mutual TLS, PEM').optional(),
  SLUICE_KAFKA_CLIENT_KEY: secretPem('The key of that certificate, PEM').optional(),
  SLUICE_KAFKA_CLIENT_KEY_PASSPHRASE: secret('Of that key, where it is encrypted').optional(),
  SLUICE_KAFKA_SASL_MECHANISM: z
    .string()
    .toLowerCase()
    .pipe(z.enum(MECHANISMS))
    .optional()
    .describe('How we show the brokers who we are, beside or without a certificate'),
  SLUICE_KAFKA_SASL_USERNAME: z.string().min(1).optional().describe('For plain and scram'),
  SLUICE_KAFKA_SASL_PASSWORD: secret('For plain and scram').optional(),
  SLUICE_KAFKA_OAUTH_TOKEN_URL: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('For oauthbearer: where client credentials are given for a token'),
  SLUICE_KAFKA_OAUTH_CLIENT_ID: z.string().min(1).optional().describe('For oauthbearer'),
  SLUICE_KAFKA_OAUTH_CLIENT_SECRET: secret('For oauthbearer').optional(),
  SLUICE_KAFKA_OAUTH_SCOPE: z.string().min(1).optional().describe('For oauthbearer, where the server wants one'),
  SLUICE_KAFKA_OAUTH_CA: pem(
    'Authorities whose token server is trusted, PEM; those that Node knows when not given',
  ).optional(),
} as const;

const registryKeys = {
  SLUICE_REGISTRY_URL: z
    .url({ protocol: /^https?$/ })
    .refine(
      (url) => !/^https?:\/\/[^/]*@/u.test(url),
      'write user and password as SLUICE_REGISTRY_USERNAME and SLUICE_REGISTRY_PASSWORD',
    )
    .describe("Base of the schema registry's Confluent API"),
  SLUICE_REGISTRY_USERNAME: z.string().min(1).optional().describe('Basic authentication'),
  SLUICE_REGISTRY_PASSWORD: secret('Basic authentication').optional(),
  SLUICE_REGISTRY_TOKEN: secret('Bearer token, instead of a user name').optional(),
  SLUICE_REGISTRY_CA: pem(
    'Authorities whose registry is trusted, PEM; those that Node knows when not given',
  ).optional(),
  SLUICE_REGISTRY_CLIENT_CERT: pem('Our own certificate for mutual TLS, PEM').optional(),
  SLUICE_REGISTRY_CLIENT_KEY: secretPem('The key of that certificate, PEM').optional(),
} as const;

/** Kafka and its schema registry. */
export const kafkaKeys = {
  SLUICE_KAFKA_BROKERS: list.describe('host:port, separated by commas'),
  ...kafkaSecurityKeys,
  ...registryKeys,
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

export const postgresKeys = {
  SLUICE_POSTGRES_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, 'write postgres://user:password@host:port/database')
    .transform((value) => new Secret(value))
    .describe('postgres://user:password@host:port/database'),
  SLUICE_POSTGRES_TLS: z
    .stringbool()
    .default(false)
    .describe('Speak TLS to Postgres, and check whom we speak to; sslmode in the address is not needed then'),
  SLUICE_POSTGRES_CA: pem(
    'Authorities whose database is trusted, PEM; those that Node knows when not given',
  ).optional(),
  SLUICE_POSTGRES_CLIENT_CERT: pem('Our own certificate, PEM').optional(),
  SLUICE_POSTGRES_CLIENT_KEY: secretPem('The key of that certificate, PEM').optional(),
} as const;

export const redisKeys = {
  SLUICE_REDIS_URL: z
    .string()
    .regex(/^rediss?:\/\//, 'write redis://user:password@host:port')
    .transform((value) => new Secret(value))
    .describe('redis:// or rediss:// address; may be away'),
} as const;

type OutputOf<Keys extends z.ZodRawShape> = Readonly<z.output<z.ZodObject<Keys>>>;

/** What of TLS is given, as it is given to a connection. */
const certificatesOf = (given: {
  readonly ca: string | undefined;
  readonly cert?: string | undefined;
  readonly key?: Secret | undefined;
  readonly passphrase?: Secret | undefined;
}) => ({
  ...(given.ca === undefined ? {} : { ca: given.ca }),
  ...(given.cert === undefined ? {} : { cert: given.cert }),
  ...(given.key === undefined ? {} : { key: given.key.reveal() }),
  ...(given.passphrase === undefined ? {} : { passphrase: given.passphrase.reveal() }),
});

/** `connectionFaults` has seen that what belongs together is there. */
const revealed = (value: Secret | undefined): string => value?.reveal() ?? '';

const saslOf = (config: OutputOf<typeof kafkaSecurityKeys>) => {
  const mechanism = config.SLUICE_KAFKA_SASL_MECHANISM;
  if (mechanism === undefined) return undefined;
  if (mechanism !== 'oauthbearer')
    return {
      mechanism,
      username: config.SLUICE_KAFKA_SASL_USERNAME ?? '',
      password: revealed(config.SLUICE_KAFKA_SASL_PASSWORD),
    };
  const scope = config.SLUICE_KAFKA_OAUTH_SCOPE;
  return {
    mechanism,
    tokenUrl: config.SLUICE_KAFKA_OAUTH_TOKEN_URL ?? '',
    clientId: config.SLUICE_KAFKA_OAUTH_CLIENT_ID ?? '',
    clientSecret: revealed(config.SLUICE_KAFKA_OAUTH_CLIENT_SECRET),
    tls: certificatesOf({ ca: config.SLUICE_KAFKA_OAUTH_CA }),
    ...(scope === undefined ? {} : { scope }),
  };
};

/** Where Kafka is and how it is spoken to, as the transport takes it. */
export const kafkaConnectionOf = (
  config: OutputOf<typeof kafkaSecurityKeys> & { readonly SLUICE_KAFKA_BROKERS: readonly string[] },
) => {
  const sasl = saslOf(config);
  return {
    brokers: config.SLUICE_KAFKA_BROKERS,
    ...(config.SLUICE_KAFKA_TLS
      ? {
          tls: certificatesOf({
            ca: config.SLUICE_KAFKA_CA,
            cert: config.SLUICE_KAFKA_CLIENT_CERT,
            key: config.SLUICE_KAFKA_CLIENT_KEY,
            passphrase: config.SLUICE_KAFKA_CLIENT_KEY_PASSPHRASE,
          }),
        }
      : {}),
    ...(sasl === undefined ? {} : { sasl }),
  };
};

/** What a service's Kafka keys say, as the transport takes it. */
export const kafkaOptionsOf = (config: OutputOf<typeof kafkaKeys> & { readonly SLUICE_FAIL_POINT: FailPoints }) => ({
  ...kafkaConnectionOf(config),
  sessionTimeoutMs: config.SLUICE_KAFKA_SESSION_TIMEOUT_MS,
  transactionTimeoutMs: config.SLUICE_KAFKA_TRANSACTION_TIMEOUT_MS,
  failPoints: config.SLUICE_FAIL_POINT,
});

const registryAuthOf = (config: OutputOf<typeof registryKeys>) => {
  if (config.SLUICE_REGISTRY_TOKEN) return { kind: 'bearer', token: config.SLUICE_REGISTRY_TOKEN.reveal() } as const;
  const username = config.SLUICE_REGISTRY_USERNAME;
  return username === undefined
    ? undefined
    : ({ kind: 'basic', username, password: revealed(config.SLUICE_REGISTRY_PASSWORD) } as const);
};

/** Where the registry is and how it is spoken to, as the codec takes it. */
export const registryOptionsOf = (config: OutputOf<typeof registryKeys>) => {
  const auth = registryAuthOf(config);
  return {
    url: config.SLUICE_REGISTRY_URL,
    tls: certificatesOf({
      ca: config.SLUICE_REGISTRY_CA,
      cert: config.SLUICE_REGISTRY_CLIENT_CERT,
      key: config.SLUICE_REGISTRY_CLIENT_KEY,
    }),
    ...(auth === undefined ? {} : { auth }),
  };
};

/** Where the database is and how it is spoken to, as persistence takes it. */
export const postgresOptionsOf = (config: OutputOf<typeof postgresKeys>) => ({
  url: config.SLUICE_POSTGRES_URL.reveal(),
  ...(config.SLUICE_POSTGRES_TLS
    ? {
        tls: certificatesOf({
          ca: config.SLUICE_POSTGRES_CA,
          cert: config.SLUICE_POSTGRES_CLIENT_CERT,
          key: config.SLUICE_POSTGRES_CLIENT_KEY,
        }),
      }
    : {}),
});

interface Rule {
  /** The rule says something where this holds. */
  readonly when: (has: (key: string) => boolean, environment: Environment) => boolean;
  readonly key: string;
  readonly fault: string;
}

const isOn = (value: string | undefined): boolean => /^(true|1|yes|on|y|enabled)$/i.test(value ?? '');
const mechanismOf = (environment: Environment): string =>
  (environment['SLUICE_KAFKA_SASL_MECHANISM'] ?? '').toLowerCase();

/** A certificate and its key are of use together only. */
const pair = (prefix: string): readonly Rule[] => [
  {
    when: (has) => has(`${prefix}_CLIENT_CERT`) && !has(`${prefix}_CLIENT_KEY`),
    key: `${prefix}_CLIENT_KEY`,
    fault: `is missing: ${prefix}_CLIENT_CERT is given`,
  },
  {
    when: (has) => has(`${prefix}_CLIENT_KEY`) && !has(`${prefix}_CLIENT_CERT`),
    key: `${prefix}_CLIENT_CERT`,
    fault: `is missing: ${prefix}_CLIENT_KEY is given`,
  },
];

/** What is given for TLS, and would be passed over without it. */
const tlsOnly = (prefix: string, keys: readonly string[]): readonly Rule[] =>
  keys.map((key) => ({
    when: (has, environment) => has(`${prefix}_${key}`) && !isOn(environment[`${prefix}_TLS`]),
    key: `${prefix}_TLS`,
    fault: `is not on, and ${prefix}_${key} says nothing without it: set it to true, or leave the other out`,
  }));

const needs = (mechanisms: readonly string[], keys: readonly string[]): readonly Rule[] =>
  keys.flatMap((key) => [
    {
      when: (has, environment) => mechanisms.includes(mechanismOf(environment)) && !has(key),
      key,
      fault: `is missing: SLUICE_KAFKA_SASL_MECHANISM wants it`,
    },
    {
      when: (has, environment) => has(key) && !mechanisms.includes(mechanismOf(environment)),
      key,
      fault: `says nothing unless SLUICE_KAFKA_SASL_MECHANISM is ${mechanisms.join(', or ')}`,
    },
  ]);

const httpsOnly = (url: string, keys: readonly string[]): readonly Rule[] =>
  keys.map((key) => ({
    when: (has, environment) => has(key) && (environment[url] ?? '').startsWith('http:'),
    key,
    fault: `says nothing: ${url} is no https address`,
  }));

const rules: readonly Rule[] = [
  ...tlsOnly('SLUICE_KAFKA', ['CA', 'CLIENT_CERT']),
  ...pair('SLUICE_KAFKA'),
  ...needs(['plain', 'scram-sha-256', 'scram-sha-512'], ['SLUICE_KAFKA_SASL_USERNAME', 'SLUICE_KAFKA_SASL_PASSWORD']),
  ...needs(
    ['oauthbearer'],
    ['SLUICE_KAFKA_OAUTH_TOKEN_URL', 'SLUICE_KAFKA_OAUTH_CLIENT_ID', 'SLUICE_KAFKA_OAUTH_CLIENT_SECRET'],
  ),
  ...httpsOnly('SLUICE_KAFKA_OAUTH_TOKEN_URL', ['SLUICE_KAFKA_OAUTH_CA']),
  {
    when: (has) => has('SLUICE_REGISTRY_USERNAME') !== has('SLUICE_REGISTRY_PASSWORD'),
    key: 'SLUICE_REGISTRY_PASSWORD',
    fault: 'goes with SLUICE_REGISTRY_USERNAME: give both, or none',
  },
  {
    when: (has) => has('SLUICE_REGISTRY_TOKEN') && has('SLUICE_REGISTRY_USERNAME'),
    key: 'SLUICE_REGISTRY_TOKEN',
    fault: 'and SLUICE_REGISTRY_USERNAME are given: one of them',
  },
  ...pair('SLUICE_REGISTRY'),
  ...httpsOnly('SLUICE_REGISTRY_URL', ['SLUICE_REGISTRY_CA', 'SLUICE_REGISTRY_CLIENT_CERT']),
  ...tlsOnly('SLUICE_POSTGRES', ['CA', 'CLIENT_CERT']),
  ...pair('SLUICE_POSTGRES'),
];

/** What single keys can't say, since it is about several: a line for each fault, without any value. */
export const connectionFaults = (environment: Environment, keys: ReadonlySet<string>): readonly string[] => {
  const has = (key: string): boolean => (environment[key] ?? '') !== '';
  return rules
    .filter(({ key, when }) => keys.has(key) && when(has, environment))
    .map(({ key, fault }) => `${key}: ${fault}`);
};
