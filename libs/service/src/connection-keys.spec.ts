import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  kafkaKeys,
  kafkaOptionsOf,
  postgresKeys,
  postgresOptionsOf,
  redisKeys,
  registryOptionsOf,
  type Environment,
} from './connection-keys.ts';
import { ConfigError, readConfig } from './read-config.ts';

const schema = z.object({ ...kafkaKeys, ...postgresKeys, ...redisKeys });
const plain = {
  SLUICE_KAFKA_BROKERS: 'a:1, b:2',
  SLUICE_REGISTRY_URL: 'https://registry.example/apis/ccompat/v7',
  SLUICE_POSTGRES_URL: 'postgres://u:hunter2@db.example/d',
  SLUICE_REDIS_URL: 'redis://:hunter2@cache.example',
};
const CA = '-----BEGIN CERTIFICATE-----\nca\n-----END CERTIFICATE-----';
const CERT = '-----BEGIN CERTIFICATE-----\nours\n-----END CERTIFICATE-----';
const KEY = '-----BEGIN PRIVATE KEY-----\nhunter2\n-----END PRIVATE KEY-----';

const read = (more: Environment) => readConfig(schema, { ...plain, ...more });
const faultsOf = (more: Environment): string[] => {
  try {
    read(more);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.message
      .split('\n')
      .slice(1, -1)
      .map((line) => line.trim());
  }
};

describe('how the servers are spoken to', () => {
  it('is in the open, unless told', () => {
    const config = read({});
    expect(kafkaOptionsOf(config)).toMatchObject({ brokers: ['a:1', 'b:2'] });
    expect(kafkaOptionsOf(config)).not.toHaveProperty('tls');
    expect(kafkaOptionsOf(config)).not.toHaveProperty('sasl');
    expect(registryOptionsOf(config)).toEqual({ url: plain.SLUICE_REGISTRY_URL, tls: {} });
    expect(postgresOptionsOf(config)).toEqual({ url: plain.SLUICE_POSTGRES_URL });
  });

  it.each([
    ['TLS by the authorities that Node knows', { SLUICE_KAFKA_TLS: 'true' }, { tls: {} }],
    [
      'mutual TLS',
      {
        SLUICE_KAFKA_TLS: 'true',
        SLUICE_KAFKA_CA: CA,
        SLUICE_KAFKA_CLIENT_CERT: CERT,
        SLUICE_KAFKA_CLIENT_KEY: KEY,
        SLUICE_KAFKA_CLIENT_KEY_PASSPHRASE: 'p',
      },
      { tls: { ca: CA, cert: CERT, key: KEY, passphrase: 'p' } },
    ],
    [
      'a password, whatever case the mechanism is written in',
      {
        SLUICE_KAFKA_SASL_MECHANISM: 'SCRAM-SHA-512',
        SLUICE_KAFKA_SASL_USERNAME: 'u',
        SLUICE_KAFKA_SASL_PASSWORD: 'p',
      },
      { sasl: { mechanism: 'scram-sha-512', username: 'u', password: 'p' } },
    ],
    [
      'tokens',
      {
        SLUICE_KAFKA_SASL_MECHANISM: 'oauthbearer',
        SLUICE_KAFKA_OAUTH_TOKEN_URL: 'https://idp.example/token',
        SLUICE_KAFKA_OAUTH_CLIENT_ID: 'c',
        SLUICE_KAFKA_OAUTH_CLIENT_SECRET: 's',
        SLUICE_KAFKA_OAUTH_SCOPE: 'kafka',
        SLUICE_KAFKA_OAUTH_CA: CA,
      },
      {
        sasl: {
          mechanism: 'oauthbearer',
          tokenUrl: 'https://idp.example/token',
          clientId: 'c',
          clientSecret: 's',
          scope: 'kafka',
          tls: { ca: CA },
        },
      },
    ],
  ])('to Kafka with %s', (_what, more, options) => {
    expect(kafkaOptionsOf(read(more))).toMatchObject(options);
  });

  it.each([
    [
      { SLUICE_REGISTRY_USERNAME: 'u', SLUICE_REGISTRY_PASSWORD: 'p' },
      { auth: { kind: 'basic', username: 'u', password: 'p' } },
    ],
    [{ SLUICE_REGISTRY_TOKEN: 't' }, { auth: { kind: 'bearer', token: 't' } }],
    [
      { SLUICE_REGISTRY_CA: CA, SLUICE_REGISTRY_CLIENT_CERT: CERT, SLUICE_REGISTRY_CLIENT_KEY: KEY },
      { tls: { ca: CA, cert: CERT, key: KEY } },
    ],
  ])('to the registry with %o', (more, options) => {
    expect(registryOptionsOf(read(more))).toMatchObject(options);
  });

  it('to Postgres with its own authority and certificate', () => {
    const more = {
      SLUICE_POSTGRES_TLS: 'true',
      SLUICE_POSTGRES_CA: CA,
      SLUICE_POSTGRES_CLIENT_CERT: CERT,
      SLUICE_POSTGRES_CLIENT_KEY: KEY,
    };
    expect(postgresOptionsOf(read(more))).toMatchObject({ tls: { ca: CA, cert: CERT, key: KEY } });
  });

  it('shows no secret to who prints the configuration', () => {
    const config = read({
      SLUICE_KAFKA_TLS: 'true',
      SLUICE_KAFKA_CLIENT_CERT: CERT,
      SLUICE_KAFKA_CLIENT_KEY: KEY,
      SLUICE_KAFKA_CLIENT_KEY_PASSPHRASE: 'hunter2',
      SLUICE_KAFKA_SASL_MECHANISM: 'plain',
      SLUICE_KAFKA_SASL_USERNAME: 'u',
      SLUICE_KAFKA_SASL_PASSWORD: 'hunter2',
      SLUICE_REGISTRY_TOKEN: 'hunter2',
    });
    expect(`${JSON.stringify(config)} ${inspect(config, { depth: 9 })}`).not.toContain('hunter2');
  });
});

describe('settings that do not fit together', () => {
  it.each<[Environment, string]>([
    [{ SLUICE_KAFKA_CA: CA }, 'SLUICE_KAFKA_TLS: is not on, and SLUICE_KAFKA_CA says nothing without it'],
    [{ SLUICE_KAFKA_CA: '/etc/ca.pem', SLUICE_KAFKA_TLS: 'true' }, 'SLUICE_KAFKA_CA: is no PEM; the path of a file'],
    [{ SLUICE_KAFKA_TLS: 'true', SLUICE_KAFKA_CLIENT_CERT: CERT }, 'SLUICE_KAFKA_CLIENT_KEY: is missing'],
    [{ SLUICE_KAFKA_TLS: 'true', SLUICE_KAFKA_CLIENT_KEY: KEY }, 'SLUICE_KAFKA_CLIENT_CERT: is missing'],
    [{ SLUICE_KAFKA_SASL_MECHANISM: 'gssapi' }, 'SLUICE_KAFKA_SASL_MECHANISM: Invalid option'],
    [
      { SLUICE_KAFKA_SASL_MECHANISM: 'plain', SLUICE_KAFKA_SASL_USERNAME: 'u' },
      'SLUICE_KAFKA_SASL_PASSWORD: is missing',
    ],
    [{ SLUICE_KAFKA_SASL_USERNAME: 'u' }, 'SLUICE_KAFKA_SASL_USERNAME: says nothing unless'],
    [
      { SLUICE_KAFKA_OAUTH_CLIENT_ID: 'c', SLUICE_KAFKA_SASL_MECHANISM: 'plain' },
      'SLUICE_KAFKA_OAUTH_CLIENT_ID: says nothing unless SLUICE_KAFKA_SASL_MECHANISM is oauthbearer',
    ],
    [{ SLUICE_REGISTRY_USERNAME: 'u' }, 'SLUICE_REGISTRY_PASSWORD: goes with SLUICE_REGISTRY_USERNAME'],
    [
      { SLUICE_REGISTRY_TOKEN: 't', SLUICE_REGISTRY_USERNAME: 'u', SLUICE_REGISTRY_PASSWORD: 'p' },
      'SLUICE_REGISTRY_TOKEN: and SLUICE_REGISTRY_USERNAME are given',
    ],
    [
      { SLUICE_REGISTRY_URL: 'http://registry.example', SLUICE_REGISTRY_CA: CA },
      'SLUICE_REGISTRY_CA: says nothing: SLUICE_REGISTRY_URL is no https address',
    ],
    [
      { SLUICE_REGISTRY_URL: 'https://ada:hunter2@registry.example' },
      'SLUICE_REGISTRY_URL: write user and password as SLUICE_REGISTRY_USERNAME',
    ],
    [{ SLUICE_REDIS_URL: 'redis.example:6379' }, 'SLUICE_REDIS_URL: write redis://'],
    [{ SLUICE_POSTGRES_CA: CA }, 'SLUICE_POSTGRES_TLS: is not on'],
    [{ SLUICE_POSTGRES_URL: 'mysql://x' }, 'SLUICE_POSTGRES_URL: write postgres://'],
  ])('%o', (more, fault) => {
    expect(faultsOf(more).filter((one) => one.startsWith(fault))).toHaveLength(1);
  });

  it('are told together with every other fault', () => {
    const faults = faultsOf({
      SLUICE_KAFKA_BROKERS: undefined,
      SLUICE_KAFKA_SASL_MECHANISM: 'oauthbearer',
      SLUICE_REGISTRY_USERNAME: 'u',
      SLUICE_POSTGRES_CA: 'hunter2',
    });
    expect(faults.map((fault) => fault.split(':')[0])).toEqual(
      expect.arrayContaining([
        'SLUICE_KAFKA_BROKERS',
        'SLUICE_KAFKA_OAUTH_TOKEN_URL',
        'SLUICE_KAFKA_OAUTH_CLIENT_ID',
        'SLUICE_KAFKA_OAUTH_CLIENT_SECRET',
        'SLUICE_REGISTRY_PASSWORD',
        'SLUICE_POSTGRES_CA',
        'SLUICE_POSTGRES_TLS',
      ]),
    );
    expect(faults.join()).not.toContain('hunter2');
  });

  it('are none of a process that has no such servers', () => {
    const own = z.object({ SLUICE_OTHER: z.string().optional() });
    expect(readConfig(own, { SLUICE_REGISTRY_USERNAME: 'u' })).toEqual({});
  });
});

describe('a value in a file', () => {
  let dir: string;
  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), 'sluice-config-'));
    writeFileSync(join(dir, 'password'), 'from a file\n');
    writeFileSync(join(dir, 'ca.pem'), `${CA}\n`);
  });
  afterAll(() => rmSync(dir, { recursive: true }));

  it('is read as if it were given', () => {
    const config = read({
      SLUICE_KAFKA_TLS: 'true',
      SLUICE_KAFKA_CA_FILE: join(dir, 'ca.pem'),
      SLUICE_KAFKA_SASL_MECHANISM: 'plain',
      SLUICE_KAFKA_SASL_USERNAME: 'u',
      SLUICE_KAFKA_SASL_PASSWORD_FILE: join(dir, 'password'),
    });
    expect(kafkaOptionsOf(config)).toMatchObject({
      tls: { ca: CA },
      sasl: { mechanism: 'plain', username: 'u', password: 'from a file' },
    });
  });

  it('that is not there is told like any other fault', () => {
    expect(faultsOf({ SLUICE_KAFKA_CA_FILE: join(dir, 'none'), SLUICE_REGISTRY_TOKEN: '' })).toEqual([
      "SLUICE_KAFKA_CA_FILE: can't be read (ENOENT)",
      expect.stringMatching(/^SLUICE_REGISTRY_TOKEN: /),
    ]);
  });

  it('is not looked for where the key itself is a path', () => {
    const own = z.object({ SLUICE_TABLE_FILE: z.string() });
    expect(readConfig(own, { SLUICE_TABLE_FILE: join(dir, 'none') })).toEqual({ SLUICE_TABLE_FILE: join(dir, 'none') });
  });
});
