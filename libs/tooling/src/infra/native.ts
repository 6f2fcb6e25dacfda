import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../process/ports.ts';
import { stop } from '../process/stop.ts';
import { startBroker } from './kafka.ts';
import { planCluster } from './kafka-cluster.ts';
import { startPostgres } from './postgres.ts';
import { startRedis } from './redis.ts';
import { startRegistry } from './registry.ts';
import type { ServerOptions, StartedServer } from './server.ts';

const starters = {
  kafka: startBroker(1),
  'kafka-2': startBroker(2),
  'kafka-3': startBroker(3),
  registry: startRegistry,
  postgres: startPostgres,
  redis: startRedis,
} satisfies Readonly<Record<string, (options: ServerOptions) => Promise<StartedServer>>>;

export type ServerName = keyof typeof starters;
/** What runs: one broker or three, and one of the others each. */
export type Servers = Readonly<Record<'kafka' | 'registry' | 'postgres' | 'redis', StartedServer> & Partial<Record<ServerName, StartedServer>>>;
export type BrokerCount = 1 | 3;

export const isBroker = (name: ServerName): boolean => name.startsWith('kafka');

export const serverNames = (brokers: BrokerCount): readonly ServerName[] =>
  (Object.keys(starters) as ServerName[]).filter((name) => brokers === 3 || name === 'kafka' || !isBroker(name));

export interface NativeOptions {
  /** State of this run: data, logs. */
  readonly dir: string;
  readonly cache: string;
}

const dataOf = (dir: string): string => join(dir, 'data');

/** Before the first broker of a cluster starts. */
export const planBrokers = (dir: string, brokers: BrokerCount): Promise<void> => planCluster(dataOf(dir), brokers);

/** Starts one server, on `port` or a free one; a broker where its plan says. */
export const startServer = async (name: ServerName, { dir, cache }: NativeOptions, port?: number): Promise<StartedServer> => {
  mkdirSync(dataOf(dir), { recursive: true });
  return starters[name]({ dir: dataOf(dir), logs: join(dir, 'logs'), cache, port: port ?? (await freePort()) });
};

export const stopServer = (server: StartedServer): Promise<void> => stop(server.process, { first: server.stopSignal });

/** Starts all four as processes of this machine. When one can't start, those that did are stopped again. */
export const startNative = async (options: NativeOptions): Promise<Servers> => {
  await planBrokers(options.dir, 1);
  const outcomes = await Promise.allSettled(serverNames(1).map(async (name) => [name, await startServer(name, options)] as const));
  const started = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
  const failure = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failure) {
    await Promise.all(started.map(([, server]) => stopServer(server)));
    throw failure.reason;
  }
  return Object.fromEntries(started) as Servers;
};
