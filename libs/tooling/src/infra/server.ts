import type { ProcessRecord } from '../process/identity.ts';

/** What every run has. */
export const serverNames = ['kafka', 'registry', 'postgres', 'redis'] as const;
export type MainServer = (typeof serverNames)[number];
export type ServerName = MainServer | 'kafka-2' | 'kafka-3';

export type BrokerCount = 1 | 3;

export const isBroker = (name: ServerName): boolean => name.startsWith('kafka');

/** The servers of a run with so many brokers, brokers first. */
export const serversOf = (brokers: BrokerCount): readonly ServerName[] =>
  brokers === 3 ? ['kafka', 'kafka-2', 'kafka-3', ...serverNames.slice(1)] : serverNames;

export interface ServerOptions {
  /** Where the server keeps its data. */
  readonly dir: string;
  readonly logs: string;
  /** Where downloads are kept, shared by all runs of this checkout. */
  readonly cache: string;
  readonly port: number;
}

export interface StartedServer {
  /** Null in a container: the engine keeps its process. */
  readonly process: ProcessRecord | null;
  /** What a client is given: host:port, or a URL. */
  readonly address: string;
  /** The signal that stops it cleanly and at once. */
  readonly stopSignal: NodeJS.Signals;
}

export type Servers = Readonly<Record<MainServer, StartedServer> & Partial<Record<ServerName, StartedServer>>>;

/** The way in which a run has its servers: given by others, in containers, as processes of this machine. */
export type InfrastructureKind = 'environment' | 'compose' | 'native';
/** The ways in which servers are ours to start and stop. */
export type OwnInfrastructure = Exclude<InfrastructureKind, 'environment'>;

export interface StartOutcome {
  /** What came up, also when something else did not. */
  readonly started: Partial<Servers>;
  readonly failure: Error | null;
}

/** Starts, stops and looks after the four servers in one way. Two adapters: native and compose. */
export interface ServerHost {
  /** Which of these run now. */
  running(known: Partial<Servers>): Promise<ReadonlySet<ServerName>>;
  /** Starts those named and waits until they answer. Ports are free ones, or where `known` says when `samePlaces`. Never rejects. */
  start(
    names: readonly ServerName[],
    options: { readonly known: Partial<Servers>; readonly samePlaces: boolean },
  ): Promise<StartOutcome>;
  /** Stops these and keeps their data. */
  stop(servers: Partial<Servers>): Promise<void>;
}

/** The port of an address, which is a URL or host:port. */
export const portOf = (address: string): number =>
  Number(new URL(address.includes('://') ? address : `tcp://${address}`).port);

export const asError = (reason: unknown): Error => (reason instanceof Error ? reason : new Error(String(reason)));
