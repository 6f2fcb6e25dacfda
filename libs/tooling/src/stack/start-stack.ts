import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { buildApps } from '../build/build-apps.ts';
import { deploy } from '../deploy/deploy.ts';
import { serverNames, startServer, stopServer, type ServerName, type Servers } from '../infra/native.ts';
import type { StartedServer } from '../infra/server.ts';
import { isAlive } from '../process/identity.ts';
import { stop } from '../process/stop.ts';
import { addressesFromEnvironment, addressesOf, type Addresses } from './addresses.ts';
import { stackEnvironment } from './environment-of.ts';
import { readState, saveRun, type Replica, type RunFile, type Secrets, type StackState } from './run-file.ts';
import { launch, untilReady } from './service-process.ts';

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
  /** Told when a step begins and ends. */
  readonly step?: <Result>(what: string, work: () => Promise<Result>) => Promise<Result>;
}

const SIMULATOR_NAMES = ['openai', 'slack', 'webhook', 'firmographics', 'website'];
const SIMULATORS = 'simulators';

const hex = (bytes: number): string => randomBytes(bytes).toString('hex');
const newSecrets = (): Secrets => ({ intakeHmac: hex(24), apiKey: `sl_local_${hex(4)}_${hex(24)}` });

/** A whole Sluice on this machine: servers, simulators and services, each a process of its own. */
export class Stack {
  readonly #options: Required<Omit<StackOptions, 'addresses'>> & { readonly addresses: Addresses | null };
  #servers: Partial<Servers>;
  #services: Record<string, Replica[]>;
  #simulators: Replica | null;
  readonly secrets: Secrets;

  constructor(options: StackOptions) {
    const { scale = {}, environment = {}, without = [], step = (_what, work) => work() } = options;
    this.#options = { ...options, scale, environment, without, step, addresses: options.addresses === undefined ? addressesFromEnvironment(process.env) : options.addresses };
    const known = readState(options.dir) ?? { servers: {}, services: {}, simulators: null, secrets: newSecrets() };
    this.#servers = known.servers;
    this.#services = Object.fromEntries(Object.entries(known.services).map(([name, replicas]) => [name, [...replicas]]));
    this.#simulators = known.simulators;
    this.secrets = known.secrets;
  }

  get dir(): string {
    return this.#options.dir;
  }

  get addresses(): Addresses {
    return this.#options.addresses ?? addressesOf(this.#servers as Servers);
  }

  get run(): RunFile {
    const { kafka, registry, postgres, redis } = this.#servers;
    const own = { brokers: kafka ? [kafka.address] : [], registryUrl: registry?.address ?? '', postgresUrl: postgres?.address ?? '', redisUrl: redis?.address ?? '' };
    const { brokers, registryUrl, postgresUrl, redisUrl } = this.#options.addresses ?? own;
    const base = this.#simulators;
    return {
      kafka: { brokers }, registry: { url: registryUrl }, postgres: { url: postgresUrl }, redis: { url: redisUrl },
      services: Object.fromEntries(Object.entries(this.#services).map(([name, replicas]) => [name, replicas.map(({ url, pid }) => ({ url, pid }))])),
      simulators: base ? Object.fromEntries(SIMULATOR_NAMES.map((name) => [name, { url: `${base.url}/${name}`, pid: base.pid }])) : {},
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
    const { root, step } = this.#options;
    await step('servers: PostgreSQL, Kafka, schema registry, Redis', () => this.startServers());
    const names = await step('building the services', () => buildApps(root));
    await step('deploying: topics, schemas, migrations, playbooks', () => deploy({ ...this.addresses, playbooksDir: join(root, 'playbooks') }));
    await step('starting the outside world, simulated', () => this.#startSimulators());
    const services = names.filter((name) => name !== SIMULATORS);
    await step(`starting ${services.length} services`, () => Promise.all(services.map((name) => this.scaleTo(name, this.#options.scale[name] ?? 1))));
  }

  /** Runs `count` replicas of a service: starts what is missing or has died, stops what is too many. */
  async scaleTo(name: string, count: number): Promise<void> {
    const alive = (this.#services[name] ?? []).filter(isAlive);
    await Promise.all(alive.slice(count).map((replica) => stop(replica)));
    const kept = alive.slice(0, count);
    const added = await Promise.all(Array.from({ length: count - kept.length }, (_, at) => this.#launch(name, kept.length + at)));
    this.#services[name] = [...kept, ...added];
    this.#save();
    await Promise.all(this.#services[name].map((replica) => untilReady(name, replica)));
  }

  replicas(name: string): readonly Replica[] {
    return this.#services[name] ?? [];
  }

  /** Takes one server away, as an outage does. */
  async stopServer(name: ServerName): Promise<void> {
    const server = this.#servers[name];
    if (server) await stopServer(server);
  }

  /** Brings a server back, where it was. */
  async startServer(name: ServerName): Promise<void> {
    const { dir, root } = this.#options;
    const port = Number(new URL(name === 'kafka' ? `tcp://${this.#servers.kafka?.address}` : (this.#servers[name]?.address ?? '')).port);
    this.#servers = { ...this.#servers, [name]: await startServer(name, { dir, cache: join(root, '.sluice', 'cache') }, port) };
    this.#save();
  }

  /** Stops services first, then the simulators, then the servers that were started here. */
  async stop(): Promise<void> {
    await Promise.all(Object.values(this.#services).flat().map((replica) => stop(replica, { graceMs: 30_000 })));
    if (this.#simulators) await stop(this.#simulators);
    await Promise.all(Object.values(this.#servers).map((server: StartedServer) => stopServer(server)));
  }

  /** Starts the servers that are not up; does nothing when they were given. */
  async startServers(): Promise<void> {
    if (this.#options.addresses) return;
    const { dir, root } = this.#options;
    const dead = serverNames.filter((name) => !this.#servers[name] || !isAlive(this.#servers[name].process));
    const outcomes = await Promise.allSettled(dead.map(async (name) => [name, await startServer(name, { dir, cache: join(root, '.sluice', 'cache') })] as const));
    const started = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
    this.#servers = { ...this.#servers, ...Object.fromEntries(started) };
    this.#save();
    const failure = outcomes.find((outcome) => outcome.status === 'rejected');
    if (failure) throw failure.reason;
    // A server that moved leaves its clients behind: they are started again with the new address.
    if (started.length > 0) await Promise.all(Object.values(this.#services).flat().map((replica) => stop(replica)));
  }

  async #startSimulators(): Promise<void> {
    if (!this.#simulators || !isAlive(this.#simulators)) this.#simulators = await this.#launch(SIMULATORS, 0);
    this.#save();
    await untilReady(SIMULATORS, this.#simulators);
  }

  #launch(name: string, at: number): Promise<Replica> {
    const { root, environment, without } = this.#options;
    const all = stackEnvironment({ root, addresses: this.addresses, secrets: this.secrets, simulatorsUrl: this.simulatorsUrl, extra: environment });
    const variables = Object.fromEntries(Object.entries(all).filter(([key]) => !without.includes(key)));
    return launch({ root, name, log: this.logOf(name, at), environment: variables });
  }

  #save(): void {
    const state: StackState = { servers: this.#servers, services: this.#services, simulators: this.#simulators, secrets: this.secrets };
    saveRun(this.#options.dir, { state, run: this.run });
  }
}
