import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { addressesFromEnvironment, connectionsOf, environmentOf } from './addresses.ts';

const given = {
  SLUICE_KAFKA_BROKERS: 'a:1,b:2',
  SLUICE_REGISTRY_URL: 'https://registry.example',
  SLUICE_POSTGRES_URL: 'postgres://u@h/d',
  SLUICE_REDIS_URL: 'redis://r',
};
const addressesIn = (more: NodeJS.ProcessEnv = {}) => {
  const addresses = addressesFromEnvironment({ ...given, ...more });
  if (!addresses) throw new Error('no addresses');
  return addresses;
};

describe('servers of the environment', () => {
  it('are none, all four, or a fault', () => {
    expect(addressesFromEnvironment({})).toBeNull();
    expect(environmentOf(addressesIn())).toEqual(given);
    expect(() => addressesFromEnvironment({ SLUICE_REDIS_URL: 'redis://r' })).toThrow(
      'SLUICE_KAFKA_BROKERS, SLUICE_REGISTRY_URL, SLUICE_POSTGRES_URL missing',
    );
  });

  it('are spoken to as the environment says, by deploy and by every service that is started', () => {
    const settings = {
      SLUICE_KAFKA_TLS: 'true',
      SLUICE_KAFKA_SASL_MECHANISM: 'scram-sha-512',
      SLUICE_KAFKA_SASL_USERNAME: 'u',
      SLUICE_KAFKA_SASL_PASSWORD: 'p',
      SLUICE_REGISTRY_TOKEN: 't',
      SLUICE_POSTGRES_TLS: 'true',
    };
    const addresses = addressesIn({ ...settings, SLUICE_BRAND: 'b', PATH: '/bin' });
    expect(environmentOf(addresses)).toEqual({ ...given, ...settings });
    expect(connectionsOf(addresses)).toEqual({
      kafka: { brokers: ['a:1', 'b:2'], tls: {}, sasl: { mechanism: 'scram-sha-512', username: 'u', password: 'p' } },
      registry: { url: given.SLUICE_REGISTRY_URL, tls: {}, auth: { kind: 'bearer', token: 't' } },
      postgres: { url: given.SLUICE_POSTGRES_URL, tls: {} },
    });
  });

  it('may be given as files, as secrets are mounted', () => {
    const dir = mkdtempSync(join(tmpdir(), 'sluice-addresses-'));
    const file = join(dir, 'postgres');
    writeFileSync(file, 'postgres://u:p@h/d\n');
    const { SLUICE_POSTGRES_URL: _url, ...others } = given;
    const addresses = addressesFromEnvironment({ ...others, SLUICE_POSTGRES_URL_FILE: file });
    rmSync(dir, { recursive: true });
    expect(addresses).toEqual({
      brokers: ['a:1', 'b:2'],
      registryUrl: given.SLUICE_REGISTRY_URL,
      postgresUrl: 'postgres://u:p@h/d',
      redisUrl: given.SLUICE_REDIS_URL,
    });
  });

  it('name what does not fit together', () => {
    expect(() => connectionsOf(addressesIn({ SLUICE_KAFKA_SASL_MECHANISM: 'plain' }))).toThrow(
      /SLUICE_KAFKA_SASL_USERNAME: is missing[\s\S]*SLUICE_KAFKA_SASL_PASSWORD: is missing/,
    );
  });
});
