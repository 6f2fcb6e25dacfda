import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../process/ports.ts';
import { stop } from '../process/stop.ts';
import { startKafka } from './kafka.ts';
import { startPostgres } from './postgres.ts';
import { startRedis } from './redis.ts';
import { startRegistry } from './registry.ts';
import type { ServerOptions, StartedServer } from './server.ts';

export type ServerName = 'kafka' | 'registry' | 'postgres' | 'redis';
export type Servers = Readonly<Record<ServerName, StartedServer>>;

const starters: Readonly<Record<ServerName, (options: ServerOptions) => Promise<StartedServer>>> = {
  kafka: startKafka,
  registry: startRegistry,
  postgres: startPostgres,
  redis: startRedis,
};

export const serverNames = Object.keys(starters) as readonly ServerName[];

export interface NativeOptions {
  /** State of this run: data, logs. */
  readonly dir: string;
  readonly cache: string;
}

/** Starts one server, on `port` or a free one. */
export const startServer = async (name: ServerName, { dir, cache }: NativeOptions, port?: number): Promise<StartedServer> => {
  const data = join(dir, 'data');
  mkdirSync(data, { recursive: true });
  return starters[name]({ dir: data, logs: join(dir, 'logs'), cache, port: port ?? (await freePort()) });
};

export const stopServer = (server: StartedServer): Promise<void> => stop(server.process, { first: server.stopSignal });

/** Starts all four as processes of this machine. When one can't start, those that did are stopped again. */
export const startNative = async (options: NativeOptions): Promise<Servers> => {
  const outcomes = await Promise.allSettled(serverNames.map(async (name) => [name, await startServer(name, options)] as const));
  const started = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
  const failure = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failure) {
    await Promise.all(started.map(([, server]) => stopServer(server)));
    throw failure.reason;
  }
  return Object.fromEntries(started) as Servers;
};
