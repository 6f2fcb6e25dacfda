import { randomUUID } from 'node:crypto';

/** Addresses of the real servers that integration tests use. */
export interface TestInfrastructure {
  readonly brokers: readonly string[];
  readonly registryUrl: string;
  readonly postgresUrl: string;
  readonly redisUrl: string;
}

const required = (name: string): string => {
  const value = process.env[name];
  if (!value)
    throw new Error(`${name} is not set: run integration tests with \`npm test\`, which starts the servers, or set it`);
  return value;
};

/** Reads the addresses that the test run was given. @throws Error naming the variable that is missing. */
export const testInfrastructure = (): TestInfrastructure => ({
  brokers: required('SLUICE_KAFKA_BROKERS').split(','),
  registryUrl: required('SLUICE_REGISTRY_URL'),
  postgresUrl: required('SLUICE_POSTGRES_URL'),
  redisUrl: required('SLUICE_REDIS_URL'),
});

/** A name nobody else has: for topics, groups, schemas, keys. Fits a Postgres identifier. */
export const randomName = (prefix: string): string => `${prefix}_${randomUUID().replaceAll('-', '').slice(0, 16)}`;
