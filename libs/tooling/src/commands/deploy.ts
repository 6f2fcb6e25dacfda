import { join } from 'node:path';
import { deploy } from '../deploy/deploy.ts';
import { addressesFromEnvironment, type Addresses } from '../stack/addresses.ts';
import { readRunFile } from '../stack/run-file.ts';
import { root, stateDir } from './checkout.ts';
import { aloneInCheckout } from './one-at-a-time.ts';

/** The servers of the last `npm start`. */
const addressesOfRun = (): Addresses => {
  const run = readRunFile(stateDir);
  if (!run)
    throw new Error(
      'deploying: nothing was started here; SLUICE_KAFKA_BROKERS, SLUICE_REGISTRY_URL, SLUICE_POSTGRES_URL and SLUICE_REDIS_URL say where to',
    );
  return {
    brokers: run.kafka.brokers,
    registryUrl: run.registry.url,
    postgresUrl: run.postgres.url,
    redisUrl: run.redis.url,
  };
};

const deployed = await aloneInCheckout({ purpose: 'npm run deploy', say: (text) => console.error(text) }, async () =>
  deploy({
    ...(addressesFromEnvironment(process.env) ?? addressesOfRun()),
    playbooksDir: process.env['SLUICE_PLAYBOOKS_DIR'] ?? join(root, 'playbooks'),
  }),
);
console.log(deployed);
