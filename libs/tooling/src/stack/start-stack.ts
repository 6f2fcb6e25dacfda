import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { simulatorNames } from '@sluice/simulators';
import { buildApps, bundlesOf } from '../build/build-apps.ts';
import { deploy } from '../deploy/deploy.ts';
import {
  isBroker,
  serversOf,
  type BrokerCount,
  type OwnInfrastructure,
  type ServerName,
  type Servers,
  type StartedServer,
} from '../infra/server.ts';
import { isAlive } from '../process/identity.mjs';
import { stop } from '../process/stop.ts';
import { addressesFromEnvironment, addressesOf, type Addresses } from './addresses.ts';
import { stackEnvironment } from './environment-of.ts';
import { prepareAccounts } from './prepare-accounts.ts';
import {
  readRunFile,
  readState,
  saveRun,
  type Replica,
  type RunFile,
  type Secrets,
  type StackState,
} from './run-file.ts';
import { ServerSet } from './server-set.ts';
import { launch, takesPart, untilReady } from './service-process.ts';

export interface StackOptions {
  /** The checkout. */
  readonly root: string;
  /** State of this run: data, logs, run.json. */
  readonly dir: string;
  /** Replicas by service; one unless told. */
  readonly scale?: Readonly<Record<string, number>>;
  readonly environment?: Readonly<Record<string, string>>;
  /** Keys the services are not given: a world without a model, say. */
  readonly without?: readonly string[];
  /** Servers to use instead of starting ours. */
  readonly addresses?: Addresses | null;
  /** How ours are started; as they were before, or else native. */
  readonly infrastructure?: OwnInfrastructure;
  /** Policy to deploy; the checkout's unless told. */
  readonly playbooksDir?: string;
  /** Kafka brokers to start; one unless told. Three run natively only. */
  readonly brokers?: BrokerCount;
  /** Told when a step begins and ends, and what it waits for meanwhile. */
  readonly step?: Step;
}

export type Step = <Result>(what: string, work: (note: (text: string) => void) => Promise<Result>) => Promise<Result>;

export interface ReplicaOptions {
  /** Added to its environment. */
  readonly extra?: Readonly<Record<string, string>>;
  /** Another build than this checkout's. */
  readonly bundles?: string;
}

const SIMULATORS = 'simulators';

const hex = (bytes: number): string => randomBytes(bytes).toString('hex');
const newSecrets = (): Secrets => ({ intakeHmac: hex(24), apiKey: `sl_local_${hex(4)}_${hex(24)}` });

/** Where the servers are, as text that can be compared. */
const placesOf = (run: RunFile | null): string =>
  JSON.stringify([run?.kafka, run?.registry, run?.postgres, run?.redis]);

/** Who still lacks what, told anew whenever that changes. */
class Lacks {
  readonly #words = new Map<string, string>();
  readonly #tell: (text: string) => void;

  constructor(tell: (text: string) => void) {
    this.#tell = tell;
  }

  set(name: string, lack: string | null): void {
    if (lack === null) this.#words.delete(name);
    else this.#words.set(name, lack);
    this.#tell([...this.#words].map(([who, words]) => `${who}: ${words}`).join('; '));
  }
}

/** Mail is spoken on a port of its own, which the simulators chose. */
const smtpUrlOf = async ({ url }: Replica): Promise<string> => {
  const answer = await fetch(`${url}/__sim/smtp/address`);
  return ((await answer.json()) as { url: string }).url;
};

/** A whole Sluice on this machine: servers, simulators and services, each a process of its own. */
export class Stack {
  readonly #options: Required<Omit<StackOptions, 'addresses' | 'infrastructure'>> & {
    readonly addresses: Addresses | null;
  };
  readonly #servers: ServerSet;
  #services: Record<string, Replica[]>;
  #simulators: Replica | null;
  #smtpUrl = '';
  readonly secrets: Secrets;

  constructor(options: StackOptions) {
    const {
      root,
      dir,
      scale = {},
      environment = {},
      without = [],
      brokers = 1,
      playbooksDir = join(root, 'playbooks'),
      step = (_what, work) => work(() => undefined),
    } = options;
    this.#options = {
      root,
      dir,
      scale,
      environment,
      without,
      brokers,
      playbooksDir,
      step,
      addresses: options.addresses === undefined ? addressesFromEnvironment(process.env) : options.addresses,
    };
    const known = readState(options.dir) ?? {
      infrastructure: 'native',
      servers: {},
      services: {},
      simulators: null,
      secrets: newSecrets(),
    };
    const kind = options.infrastructure ?? known.infrastructure;
    this.#servers = new ServerSet({
      root,
      dir,
      kind,
      brokers,
      known: kind === known.infrastructure ? known.servers : {},
      onRecorded: () => this.#save(),
    });
    this.#services = Object.fromEntries(
      Object.entries(known.services).map(([name, replicas]) => [name, [...replicas]]),
    );
    this.#simulators = known.simulators;
    this.secrets = known.secrets;
  }

  get dir(): string {
    return this.#options.dir;
  }

  get addresses(): Addresses {
    return this.#options.addresses ?? addressesOf(this.#servers.recorded as Servers);
  }

  get run(): RunFile {
    const { registry, postgres, redis, ...rest } = this.#servers.recorded;
    const own = {
      brokers: serversOf(3)
        .filter(isBroker)
        .flatMap((name) => rest[name as keyof typeof rest]?.address ?? []),
      registryUrl: registry?.address ?? '',
      postgresUrl: postgres?.address ?? '',
      redisUrl: redis?.address ?? '',
    };
    const { brokers, registryUrl, postgresUrl, redisUrl } = this.#options.addresses ?? own;
    const base = this.#simulators;
    return {
      kafka: { brokers },
      registry: { url: registryUrl },
      postgres: { url: postgresUrl },
      redis: { url: redisUrl },
      services: Object.fromEntries(
        Object.entries(this.#services).map(([name, replicas]) => [
          name,
          replicas.map(({ url, pid }) => ({ url, pid })),
        ]),
      ),
      simulators: base
        ? Object.fromEntries(
            simulatorNames.map((name) => [
              name,
              { url: `${base.url}/${name}`, pid: base.pid, ...(name === 'smtp' ? { address: this.#smtpUrl } : {}) },
            ]),
          )
        : {},
      secrets: this.secrets,
    };
  }

  get simulatorsUrl(): string {
    return this.#simulators?.url ?? '';
  }

  logOf(name: string, at = 0): string {
    return join(this.#options.dir, 'logs', `${name}-${at}.log`);
  }

  /** Brings everything up that is not up, and waits until all of it is ready. */
  async start(): Promise<void> {
    const { root, step, playbooksDir } = this.#options;
    // Meanwhile: starting the servers is mostly waiting.
    const building = buildApps(root);
    building.catch(() => undefined);
    await step(
      this.#options.addresses
        ? 'servers: those of the environment'
        : 'servers: PostgreSQL, Kafka, schema registry, Redis',
      (note) => this.startServers(note),
    );
    const names = await step('building the services', () => building);
    await step('deploying topics, schemas, migrations, playbooks; starting the outside world, simulated', () =>
      Promise.all([deploy({ ...this.addresses, playbooksDir }), this.#startSimulators()]),
    );
    const services = names.filter((name) => name !== SIMULATORS);
    await step(`starting ${services.length} services`, async (note) => {
      const lacks = new Lacks(note);
      const bringUp = async (name: string): Promise<void> => {
        const onLack = (lack: string | null): void => lacks.set(name, lack);
        await this.#stopAbsent(name, onLack);
        await this.scaleTo(name, this.#replicasWanted(name), onLack);
      };
      await Promise.all(services.map(bringUp));
    });
  }

  /** Runs `count` replicas of a service: starts what is missing or has died, stops what is too many. */
  async scaleTo(name: string, count: number, onLack?: (lack: string | null) => void): Promise<void> {
    const alive = (this.#services[name] ?? []).filter(isAlive);
    await Promise.all(alive.slice(count).map((replica) => stop(replica)));
    const kept = alive.slice(0, count);
    // A replica that takes the place of a dead one takes its log too, and never that of one that lives.
    const free = Array.from({ length: count }, (_, at) => at).filter(
      (at) => !kept.some(({ log }) => log === this.logOf(name, at)),
    );
    const wanted = [...kept];
    this.#services[name] = wanted;
    await Promise.all(
      free.slice(0, count - kept.length).map(async (at) => {
        wanted.push(await this.#launch(name, at));
        this.#save();
      }),
    );
    this.#save();
    await Promise.all(wanted.map((replica) => untilReady(name, replica, onLack ? { onLack } : {})));
  }

  /** Starts one more replica of a service, and does not wait until it is ready. */
  async addReplica(name: string, options: ReplicaOptions = {}): Promise<Replica> {
    const added = await this.#launch(name, this.replicas(name).filter(isAlive).length, options);
    this.#services[name] = [...this.replicas(name).filter(isAlive), added];
    this.#save();
    return added;
  }

  untilReady(name: string, replica: Replica): Promise<void> {
    return untilReady(name, replica);
  }

  replicas(name: string): readonly Replica[] {
    return this.#services[name] ?? [];
  }

  server(name: ServerName): StartedServer | undefined {
    return this.#servers.recorded[name];
  }

  /** Takes one server away, as an outage does. */
  stopServer(name: ServerName): Promise<void> {
    return this.#servers.stopOne(name);
  }

  /** Brings a server back, where it was. */
  async startServer(name: ServerName): Promise<void> {
    await this.#servers.startOne(name);
    this.#save();
  }

  /** Stops services first, then the simulators, then the servers that were started here, and waits until each is gone. */
  async stop(): Promise<void> {
    await this.#stopServices();
    this.#services = {};
    if (this.#simulators) await stop(this.#simulators);
    this.#simulators = null;
    this.#save();
    await this.#servers.stop();
    this.#save();
  }

  /** Starts the servers that are not up; does nothing when they were given. */
  async startServers(note: (text: string) => void = () => undefined): Promise<void> {
    const before = placesOf(readRunFile(this.#options.dir));
    const lacks = new Lacks(note);
    try {
      if (!this.#options.addresses) await this.#servers.startMissing((name, lack) => lacks.set(name, lack));
    } finally {
      this.#save();
    }
    // Servers that moved leave their clients behind: those are started again with the new addresses.
    if (placesOf(this.run) !== before) await this.#stopServices();
  }

  async #startSimulators(): Promise<void> {
    const before = this.#simulators;
    if (before && isAlive(before) && !(await takesPart(SIMULATORS, before))) await stop(before);
    if (!before || !isAlive(before)) this.#simulators = await this.#launch(SIMULATORS, 0);
    this.#save();
    if (!this.#simulators) return;
    await untilReady(SIMULATORS, this.#simulators);
    this.#smtpUrl = await smtpUrlOf(this.#simulators);
    await prepareAccounts(this.#simulators.url);
    this.#save();
  }

  async #stopServices(): Promise<void> {
    await Promise.all(
      Object.values(this.#services)
        .flat()
        .map((replica) => stop(replica, { graceMs: 30_000 })),
    );
  }

  /** Stops the replicas that live and no longer take part: they count as dead from then on, and are replaced as the dead are. */
  async #stopAbsent(name: string, onLack: (lack: string | null) => void): Promise<void> {
    await Promise.all(
      this.replicas(name)
        .filter(isAlive)
        .map(async (replica) => {
          if (!(await takesPart(name, replica, { onLack }))) await stop(replica);
        }),
    );
  }

  /** As told, else as many as there were: a second start brings back what died. */
  #replicasWanted(name: string): number {
    return this.#options.scale[name] ?? Math.max(1, this.#services[name]?.length ?? 0);
  }

  #launch(name: string, at: number, { extra = {}, bundles }: ReplicaOptions = {}): Promise<Replica> {
    const { root, environment, without } = this.#options;
    const all = stackEnvironment({
      root,
      addresses: this.addresses,
      secrets: this.secrets,
      simulatorsUrl: this.simulatorsUrl,
      smtpUrl: this.#smtpUrl,
      extra: { ...environment, ...extra },
    });
    const given = Object.fromEntries(Object.entries(all).filter(([key]) => !without.includes(key)));
    return launch({ root, bundles: bundles ?? bundlesOf(root), name, log: this.logOf(name, at), environment: given });
  }

  #save(): void {
    const state: StackState = {
      infrastructure: this.#servers.kind,
      servers: this.#servers.recorded,
      services: this.#services,
      simulators: this.#simulators,
      secrets: this.secrets,
    };
    saveRun(this.#options.dir, { state, run: this.run });
  }
}
