import { join } from 'node:path';
import { composeServers } from '../infra/compose.ts';
import { nativeServers } from '../infra/native.ts';
import {
  serversOf,
  type BrokerCount,
  type OnLack,
  type OwnInfrastructure,
  type ServerHost,
  type ServerName,
  type Servers,
  type StartOptions,
} from '../infra/server.ts';

export interface ServerSetOptions {
  readonly root: string;
  readonly dir: string;
  readonly kind: OwnInfrastructure;
  readonly brokers: BrokerCount;
  /** What an earlier start recorded. */
  readonly known: Partial<Servers>;
  /** Told whenever `recorded` has changed. */
  readonly onRecorded?: () => void;
}

/** The servers of a run of ours, and what is recorded of them. */
export class ServerSet {
  readonly kind: OwnInfrastructure;
  readonly #host: ServerHost;
  readonly #brokers: BrokerCount;
  readonly #onRecorded: () => void;
  #servers: Partial<Servers>;

  constructor({ root, dir, kind, brokers, known, onRecorded = () => undefined }: ServerSetOptions) {
    this.kind = kind;
    this.#brokers = brokers;
    this.#servers = known;
    this.#onRecorded = onRecorded;
    this.#host =
      kind === 'compose'
        ? composeServers({ root, dir })
        : nativeServers({ dir, brokers, cache: join(root, '.sluice', 'cache') });
  }

  get recorded(): Partial<Servers> {
    return this.#servers;
  }

  async isUp(): Promise<boolean> {
    return Object.keys(this.#servers).length > 0 && (await this.#host.running(this.#servers)).size > 0;
  }

  /** Starts those that do not run, and anew those that run and don't answer. */
  async startMissing(onLack?: OnLack): Promise<void> {
    const silent = await this.#host.silent(this.#servers, onLack);
    await this.#host.stop(Object.fromEntries(silent.map((name) => [name, this.#servers[name]])));
    const running = await this.#host.running(this.#servers);
    const missing = serversOf(this.#brokers).filter((name) => !running.has(name));
    if (missing.length > 0) await this.#start(missing, { samePlaces: false, onLack });
  }

  /** Takes one away, as an outage does. */
  async stopOne(name: ServerName): Promise<void> {
    const server = this.#servers[name];
    if (server) await this.#host.stop({ [name]: server });
  }

  /** Brings one back, where it was. */
  startOne(name: ServerName): Promise<void> {
    return this.#start([name], { samePlaces: true });
  }

  stop(): Promise<void> {
    return this.#host.stop(this.#servers);
  }

  #start(names: readonly ServerName[], options: Pick<StartOptions, 'samePlaces' | 'onLack'>): Promise<void> {
    return this.#host.start(names, {
      known: this.#servers,
      ...options,
      onStarted: (name, server) => {
        this.#servers = { ...this.#servers, [name]: server };
        this.#onRecorded();
      },
    });
  }
}
