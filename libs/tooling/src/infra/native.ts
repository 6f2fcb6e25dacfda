import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { isAlive } from '../process/identity.ts';
import { freePort } from '../process/ports.ts';
import { stop } from '../process/stop.ts';
import { startBroker } from './kafka.ts';
import { planCluster } from './kafka-cluster.ts';
import { startPostgres } from './postgres.ts';
import { startRedis } from './redis.ts';
import { startRegistry } from './registry.ts';
import {
  asError,
  isBroker,
  portOf,
  serversOf,
  type BrokerCount,
  type ServerHost,
  type ServerName,
  type ServerOptions,
  type StartedServer,
} from './server.ts';

const starters: Readonly<Record<ServerName, (options: ServerOptions) => Promise<StartedServer>>> = {
  kafka: startBroker(1),
  'kafka-2': startBroker(2),
  'kafka-3': startBroker(3),
  registry: startRegistry,
  postgres: startPostgres,
  redis: startRedis,
};

export interface NativeOptions {
  /** State of this run: data, logs. */
  readonly dir: string;
  readonly cache: string;
  /** One unless told. */
  readonly brokers?: BrokerCount;
}

const stopServer = async ({ process, stopSignal }: StartedServer): Promise<void> => {
  if (process) await stop(process, { first: stopSignal });
};

/** The servers as processes of this machine, each on a port of its own. */
export const nativeServers = ({ dir, cache, brokers = 1 }: NativeOptions): ServerHost => {
  const data = join(dir, 'data');

  const startOne = async (
    name: ServerName,
    known: StartedServer | undefined,
  ): Promise<readonly [ServerName, StartedServer]> => {
    mkdirSync(data, { recursive: true });
    const port = known ? portOf(known.address) : await freePort();
    return [name, await starters[name]({ dir: data, logs: join(dir, 'logs'), cache, port })];
  };

  return {
    running: async (known) =>
      new Set(serversOf(3).filter((name) => known[name]?.process && isAlive(known[name].process))),
    async start(names, { known, samePlaces }) {
      if (
        !samePlaces &&
        serversOf(brokers)
          .filter(isBroker)
          .every((name) => names.includes(name))
      )
        await planCluster(data, brokers);
      const outcomes = await Promise.allSettled(
        names.map((name) => startOne(name, samePlaces ? known[name] : undefined)),
      );
      const failed = outcomes.find((outcome) => outcome.status === 'rejected');
      return {
        started: Object.fromEntries(
          outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : [])),
        ),
        failure: failed ? asError(failed.reason) : null,
      };
    },
    async stop(servers) {
      await Promise.all(Object.values(servers).map(stopServer));
    },
  };
};
