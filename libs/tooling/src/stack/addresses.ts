import type { Servers } from '../infra/server.ts';

/** Where the four servers are, however they were started. */
export interface Addresses {
  readonly brokers: readonly string[];
  readonly registryUrl: string;
  readonly postgresUrl: string;
  readonly redisUrl: string;
}

export const addressesOf = ({ kafka, registry, postgres, redis, ...more }: Servers): Addresses => ({
  brokers: [kafka, more['kafka-2'], more['kafka-3']].flatMap((broker) => broker?.address ?? []),
  registryUrl: registry.address,
  postgresUrl: postgres.address,
  redisUrl: redis.address,
});

const KEYS = ['SLUICE_KAFKA_BROKERS', 'SLUICE_REGISTRY_URL', 'SLUICE_POSTGRES_URL', 'SLUICE_REDIS_URL'] as const;

/** Addresses from the environment; null unless all four are given. @throws Error when only some are. */
export const addressesFromEnvironment = (environment: NodeJS.ProcessEnv): Addresses | null => {
  const [brokers, registryUrl, postgresUrl, redisUrl] = KEYS.map((key) => environment[key]);
  if (brokers && registryUrl && postgresUrl && redisUrl)
    return { brokers: brokers.split(','), registryUrl, postgresUrl, redisUrl };
  const missing = KEYS.filter((key) => !environment[key]);
  if (missing.length < KEYS.length)
    throw new Error(`using the servers of the environment: ${missing.join(', ')} missing; give all four, or none`);
  return null;
};

export const environmentOf = ({
  brokers,
  registryUrl,
  postgresUrl,
  redisUrl,
}: Addresses): Readonly<Record<string, string>> => ({
  SLUICE_KAFKA_BROKERS: brokers.join(','),
  SLUICE_REGISTRY_URL: registryUrl,
  SLUICE_POSTGRES_URL: postgresUrl,
  SLUICE_REDIS_URL: redisUrl,
});
