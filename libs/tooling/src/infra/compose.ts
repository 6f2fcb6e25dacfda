import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { contentHash } from '@sluice/kernel';
import { freePort, isListening } from '../process/ports.ts';
import { NotThereError, waitWhileMoving } from '../process/wait-while-moving.ts';
import { docker, type CommandResult } from './docker.ts';
import { isRegistryUp } from './registry.ts';
import {
  portOf,
  serverNames,
  type MainServer,
  type ServerHost,
  type ServerName,
  type Servers,
  type StartedServer,
} from './server.ts';

export interface ComposeOptions {
  /** The checkout: it holds the compose file. */
  readonly root: string;
  /** State of this run; also names the project, so that two checkouts share nothing. */
  readonly dir: string;
}

/** The first time images are fetched too. */
const UP_WITHIN_MS = 15 * 60_000;
const HEALTHY_WITHIN_S = 180;
const DOWN_WITHIN_MS = 90_000;
const LOOK_WITHIN_MS = 15_000;

type Ports = Readonly<Record<MainServer, number>>;

const portKeys: Readonly<Record<MainServer, string>> = {
  kafka: 'SLUICE_COMPOSE_KAFKA_PORT',
  registry: 'SLUICE_COMPOSE_REGISTRY_PORT',
  postgres: 'SLUICE_COMPOSE_POSTGRES_PORT',
  redis: 'SLUICE_COMPOSE_REDIS_PORT',
};

const password = (): string => encodeURIComponent(process.env['SLUICE_POSTGRES_PASSWORD'] ?? 'sluice');

const addressAt: Readonly<Record<MainServer, (port: number) => string>> = {
  kafka: (port) => `127.0.0.1:${port}`,
  registry: (port) => `http://127.0.0.1:${port}/apis/ccompat/v7`,
  postgres: (port) => `postgres://sluice:${password()}@127.0.0.1:${port}/sluice`,
  redis: (port) => `redis://127.0.0.1:${port}`,
};

const started = (name: MainServer, port: number): StartedServer => ({
  process: null,
  address: addressAt[name](port),
  stopSignal: 'SIGTERM',
});

/** Where it was, when that is still to be had; where the environment says; else anywhere. */
const choosePort = async (name: MainServer, known: StartedServer | undefined, isUp: boolean): Promise<number> => {
  const before = known ? portOf(known.address) : Number(process.env[portKeys[name]] ?? 0);
  return before > 0 && (isUp || !(await isListening(before))) ? before : freePort();
};

/** The servers in containers, published on ports of this machine; their data is kept in volumes of the project. */
export const composeServers = ({ root, dir }: ComposeOptions): ServerHost => {
  const file = join(root, 'deploy', 'compose', 'infra.yaml');
  const project = `sluice-${contentHash(dir).slice(0, 8)}`;
  const log = join(dir, 'logs', 'compose.log');

  const compose = async (
    args: readonly string[],
    { ports, withinMs }: { readonly ports?: Ports; readonly withinMs: number },
  ): Promise<CommandResult> => {
    const env = {
      ...process.env,
      ...Object.fromEntries(
        Object.entries(ports ?? {}).map(([name, port]) => [portKeys[name as MainServer], String(port)]),
      ),
    };
    const result = await docker(['compose', '--project-name', project, '--file', file, ...args], { env, withinMs });
    mkdirSync(join(dir, 'logs'), { recursive: true });
    appendFileSync(log, `$ docker compose ${args.join(' ')}\n${result.output}\n`);
    return result;
  };

  const orThrow = (what: string, { ok, reason }: CommandResult): void => {
    if (!ok)
      throw new NotThereError(
        `${what}: docker compose says: ${reason}. Mend that, or run without Docker: npm start -- --infra=native`,
        log,
      );
  };

  const running = async (known: Partial<Servers>): Promise<ReadonlySet<ServerName>> => {
    const { ok, output } = await compose(['ps', '--services', '--status', 'running'], { withinMs: LOOK_WITHIN_MS });
    const up = new Set(ok ? output.split('\n').map((line) => line.trim()) : []);
    return new Set(serverNames.filter((name) => known[name] && up.has(name)));
  };

  const portsFor = async (known: Partial<Servers>): Promise<Ports> => {
    const up = await running(known);
    return Object.fromEntries(
      await Promise.all(
        serverNames.map(async (name) => [name, await choosePort(name, known[name], up.has(name))] as const),
      ),
    ) as Ports;
  };

  const up = async (names: readonly MainServer[], ports: Ports): Promise<void> => {
    const result = await compose(['up', '--detach', '--wait', '--wait-timeout', String(HEALTHY_WITHIN_S), ...names], {
      ports,
      withinMs: UP_WITHIN_MS,
    });
    if (!result.ok) await compose(['logs', '--no-color', '--tail', '30', ...names], { withinMs: LOOK_WITHIN_MS });
    orThrow('starting the servers in containers', result);
    if (names.includes('registry'))
      await waitWhileMoving(
        async () =>
          (await isRegistryUp(addressAt.registry(ports.registry)).catch(() => false)) ? null : 'it does not answer yet',
        {
          what: 'the schema registry in its container',
          sameMs: HEALTHY_WITHIN_S * 1_000,
          quietMs: HEALTHY_WITHIN_S * 1_000,
          log,
        },
      );
  };

  return {
    running,
    // The engine asks its containers itself, and `up --wait` waits until they answer.
    silent: async () => [],
    async start(wanted, { known, onStarted }) {
      // Three brokers are for the fault harness, which stops them by their processes: it runs them natively.
      const names = serverNames.filter((name) => wanted.includes(name));
      const ports = await portsFor(known);
      // Recorded whatever becomes of it: some containers may run when one does not, and `npm stop` must find them.
      for (const name of names) onStarted(name, started(name, ports[name]));
      await up(names, ports);
    },
    async stop(servers) {
      const names = serverNames.filter((name) => servers[name]);
      const isAll = names.length === serverNames.length;
      // `down` without `--volumes`: containers and network go, the data stays.
      const args = isAll ? ['down', '--timeout', '20'] : ['stop', '--timeout', '20', ...names];
      if (names.length > 0) orThrow('stopping the containers', await compose(args, { withinMs: DOWN_WITHIN_MS }));
    },
  };
};
