import { join } from 'node:path';
import { composeServers } from '../infra/compose.ts';
import { nativeServers } from '../infra/native.ts';
import {
  serversOf,
  type BrokerCount,
  type OwnInfrastructure,
  type ServerHost,
  type ServerName,
  type Servers,
} from '../infra/server.ts';

export interface ServerSetOptions {
  readonly root: string;
  readonly dir: string;
  readonly kind: OwnInfrastructure;
  readonly brokers: BrokerCount;
  /** What an earlier start recorded. */
  readonly known: Partial<Servers>;
}

/** The servers of a run of ours, and what is recorded of them. */
export class ServerSet {
  readonly kind: OwnInfrastructure;
  readonly #host: ServerHost;
  readonly #brokers: BrokerCount;
  #servers: Partial<Servers>;

  constructor({ root, dir, kind, brokers, known }: ServerSetOptions) {
    this.kind = kind;
    this.#brokers = brokers;
    this.#servers = known;
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

  /** Starts those that do not run. What came up is recorded before it rejects. */
  async startMissing(): Promise<void> {
    const running = await this.#host.running(this.#servers);
    const missing = serversOf(this.#brokers).filter((name) => !running.has(name));
    if (missing.length > 0) await this.#start(missing, false);
  }

  /** Takes one away, as an outage does. */
  async stopOne(name: ServerName): Promise<void> {
    const server = this.#servers[name];
    if (server) await this.#host.stop({ [name]: server });
  }

  /** Brings one back, where it was. */
  startOne(name: ServerName): Promise<void> {
    return this.#start([name], true);
  }

  stop(): Promise<void> {
    return this.#host.stop(this.#servers);
  }

  async #start(names: readonly ServerName[], samePlaces: boolean): Promise<void> {
    const { started, failure } = await this.#host.start(names, { known: this.#servers, samePlaces });
    this.#servers = { ...this.#servers, ...started };
    if (failure) throw failure;
  }
}
