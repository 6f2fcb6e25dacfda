import { readFileSync } from 'node:fs';
import {
  kafkaConnectionOf,
  kafkaKeys,
  postgresKeys,
  postgresOptionsOf,
  readConfig,
  registryOptionsOf,
} from '@sluice/service/config';
import { z } from 'zod';
import type { Servers } from '../infra/server.ts';

/** Where the four servers are, however they were started. */
export interface Addresses {
  readonly brokers: readonly string[];
  readonly registryUrl: string;
  readonly postgresUrl: string;
  readonly redisUrl: string;
  /** What else the environment says of them: TLS, credentials. Ours are spoken to in the open, on the loopback interface. */
  readonly settings?: Readonly<Record<string, string>>;
}

export const addressesOf = ({ kafka, registry, postgres, redis, ...more }: Servers): Addresses => ({
  brokers: [kafka, more['kafka-2'], more['kafka-3']].flatMap((broker) => broker?.address ?? []),
  registryUrl: registry.address,
  postgresUrl: postgres.address,
  redisUrl: redis.address,
});

const KEYS = ['SLUICE_KAFKA_BROKERS', 'SLUICE_REGISTRY_URL', 'SLUICE_POSTGRES_URL', 'SLUICE_REDIS_URL'] as const;

const ABOUT_SERVERS = /^SLUICE_(KAFKA|REGISTRY|POSTGRES|REDIS)_/;

/** As every service reads it: a key, or the file that its name with `_FILE` says. */
const valueOf = (environment: NodeJS.ProcessEnv, key: string): string | undefined => {
  const path = environment[`${key}_FILE`];
  return path ? readFileSync(path, 'utf8').trim() : environment[key];
};

const settingsIn = (environment: NodeJS.ProcessEnv): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(environment).filter(
      (entry): entry is [string, string] =>
        ABOUT_SERVERS.test(entry[0]) &&
        !KEYS.some((key) => entry[0] === key || entry[0] === `${key}_FILE`) &&
        entry[1] !== undefined,
    ),
  );

/** Addresses from the environment; null unless all four are given. @throws Error when only some are. */
export const addressesFromEnvironment = (environment: NodeJS.ProcessEnv): Addresses | null => {
  const [brokers, registryUrl, postgresUrl, redisUrl] = KEYS.map((key) => valueOf(environment, key));
  if (brokers && registryUrl && postgresUrl && redisUrl) {
    const settings = settingsIn(environment);
    const addresses = { brokers: brokers.split(','), registryUrl, postgresUrl, redisUrl };
    return Object.keys(settings).length === 0 ? addresses : { ...addresses, settings };
  }
  const missing = KEYS.filter((key) => !valueOf(environment, key));
  if (missing.length < KEYS.length)
    throw new Error(`using the servers of the environment: ${missing.join(', ')} missing; give all four, or none`);
  return null;
};

export const environmentOf = ({
  brokers,
  registryUrl,
  postgresUrl,
  redisUrl,
  settings = {},
}: Addresses): Readonly<Record<string, string>> => ({
  ...settings,
  SLUICE_KAFKA_BROKERS: brokers.join(','),
  SLUICE_REGISTRY_URL: registryUrl,
  SLUICE_POSTGRES_URL: postgresUrl,
  SLUICE_REDIS_URL: redisUrl,
});

const connectionSchema = z.object({ ...kafkaKeys, ...postgresKeys });

/** How the servers are spoken to, as the libraries take it. @throws ConfigError naming every fault of the settings */
export const connectionsOf = (addresses: Addresses) => {
  const config = readConfig(connectionSchema, environmentOf(addresses));
  return {
    kafka: kafkaConnectionOf(config),
    registry: registryOptionsOf(config),
    postgres: postgresOptionsOf(config),
  };
};
