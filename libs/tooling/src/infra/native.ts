import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { isAlive } from '../process/identity.mjs';
import { freePort, isFree } from '../process/ports.ts';
import { stop } from '../process/stop.ts';
import { NotThereError, waitWhileMoving } from '../process/wait-while-moving.ts';
import { kafkaBroker } from './kafka.ts';
import { planCluster } from './kafka-cluster.ts';
import { postgres } from './postgres.ts';
import { redis } from './redis.ts';
import { registry } from './registry.ts';
import {
  asError,
  isBroker,
  portOf,
  serversOf,
  type BrokerCount,
  type OnLack,
  type ServerHost,
  type ServerName,
  type ServerProgram,
  type Servers,
  type StartedServer,
  type StartOptions,
} from './server.ts';

const programs: Readonly<Record<ServerName, ServerProgram>> = {
  kafka: kafkaBroker(1),
  'kafka-2': kafkaBroker(2),
  'kafka-3': kafkaBroker(3),
  registry,
  postgres,
  redis,
};

const SILENT_MS = 15_000;
/** What is busy, recovering its log say, is given more time than what does not move at all. */
const BUSY_FACTOR = 4;

export interface NativeOptions {
  /** State of this run: data, logs. */
  readonly dir: string;
  readonly cache: string;
  /** One unless told. */
  readonly brokers?: BrokerCount;
  /** One that runs and does not answer for so long is taken for dead; longer on a busy machine. */
  readonly silentMs?: number;
}

const portFor = async (known: StartedServer | undefined, samePlaces: boolean): Promise<number> => {
  const before = known ? portOf(known.address) : 0;
  return before > 0 && (samePlaces || (await isFree(before))) ? before : freePort();
};

const stopServer = async ({ process, stopSignal }: StartedServer): Promise<void> => {
  if (process) await stop(process, { first: stopSignal });
};

/** The servers as processes of this machine, each on a port of its own. */
export const nativeServers = ({ dir, cache, brokers = 1, silentMs = SILENT_MS }: NativeOptions): ServerHost => {
  const data = join(dir, 'data');
  const logs = join(dir, 'logs');

  const untilAnswering = async (
    name: ServerName,
    server: StartedServer,
    {
      onLack,
      ...patience
    }: { readonly onLack?: OnLack | undefined; readonly quietMs?: number; readonly sameMs?: number },
  ): Promise<void> => {
    const { title, lack } = programs[name];
    await waitWhileMoving(() => lack(server.address), {
      what: title,
      ...(server.process ? { process: server.process } : {}),
      log: join(logs, `${name}.log`),
      onLack: (words) => onLack?.(name, words),
      ...patience,
    });
  };

  const startOne = async (name: ServerName, { known, samePlaces, onStarted, onLack }: StartOptions): Promise<void> => {
    const port = await portFor(known[name], samePlaces);
    const server = await programs[name].launch({ dir: data, logs, cache, port });
    onStarted(name, server);
    await untilAnswering(name, server, { onLack });
  };

  const isRunning = (server: StartedServer | undefined): boolean =>
    server?.process !== undefined && server.process !== null && isAlive(server.process);

  const among = (known: Partial<Servers>): readonly ServerName[] =>
    serversOf(3).filter((name) => isRunning(known[name]));

  return {
    running: async (known) => new Set(among(known)),
    async silent(known, onLack) {
      const answers = await Promise.all(
        among(known).map(async (name): Promise<ServerName | null> => {
          const server = known[name];
          if (!server) return null;
          const failure = await untilAnswering(name, server, {
            onLack,
            quietMs: silentMs,
            sameMs: silentMs * BUSY_FACTOR,
          }).then(() => null, asError);
          if (failure && !(failure instanceof NotThereError)) throw failure;
          // One that ended while it was looked at is missing, and not silent.
          return failure && isRunning(server) ? name : null;
        }),
      );
      return answers.filter((name) => name !== null);
    },
    async start(names, options) {
      mkdirSync(data, { recursive: true });
      if (
        !options.samePlaces &&
        serversOf(brokers)
          .filter(isBroker)
          .every((name) => names.includes(name))
      )
        await planCluster(data, brokers);
      const outcomes = await Promise.allSettled(names.map((name) => startOne(name, options)));
      const failed = outcomes.find((outcome) => outcome.status === 'rejected');
      if (failed) throw asError(failed.reason);
    },
    async stop(servers) {
      for (const name of ['registry', 'redis', 'postgres'] as const) if (servers[name]) await stopServer(servers[name]);
      // All brokers of a cluster at once: one that is left alone can't take leave of the others.
      const cluster = serversOf(3).flatMap((name) => (isBroker(name) && servers[name] ? [servers[name]] : []));
      await Promise.all(cluster.map(stopServer));
    },
  };
};
