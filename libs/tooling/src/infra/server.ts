import type { ProcessRecord } from '../process/identity.mjs';

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
  /** Where the servers of the run keep their data. */
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

/** One kind of server as a process of this machine. */
export interface ServerProgram {
  /** As people are told of it. */
  readonly title: string;
  /** Makes its data ready and starts its process. Doesn't wait until it answers. */
  launch(options: ServerOptions): Promise<StartedServer>;
  /** What it still lacks before clients can use it, in words; null when nothing. What it throws counts as a lack. */
  lack(address: string): Promise<string | null>;
}

export type Servers = Readonly<Record<MainServer, StartedServer> & Partial<Record<ServerName, StartedServer>>>;

/** The way in which a run has its servers: given by others, in containers, as processes of this machine. */
export type InfrastructureKind = 'environment' | 'compose' | 'native';
/** The ways in which servers are ours to start and stop. */
export type OwnInfrastructure = Exclude<InfrastructureKind, 'environment'>;

/** Told what a server lacks before clients can use it, whenever that changes. */
export type OnLack = (name: ServerName, lack: string | null) => void;

export interface StartOptions {
  readonly known: Partial<Servers>;
  /** Only where `known` says; else there where its ports are free, and elsewhere where they are not. */
  readonly samePlaces: boolean;
  /** Told of each as soon as it runs, before it answers: whoever is killed meanwhile has it on record. */
  readonly onLack?: OnLack | undefined;
  readonly onStarted: (name: ServerName, server: StartedServer) => void;
}

/** Starts, stops and looks after the four servers in one way. Two adapters: native and compose. */
export interface ServerHost {
  /** Which of these run now, whether or not they answer. */
  running(known: Partial<Servers>): Promise<ReadonlySet<ServerName>>;
  /** Which of these run and don't answer, after they were given time to. */
  silent(known: Partial<Servers>, onLack?: OnLack): Promise<readonly ServerName[]>;
  /** Starts those named and waits until they answer, for as long as they make progress. @throws Error when one does not come up; the others do */
  start(names: readonly ServerName[], options: StartOptions): Promise<void>;
  /** Stops these one after the other, what the others stand on last, and waits until each is gone. Keeps their data. */
  stop(servers: Partial<Servers>): Promise<void>;
}

/** The port of an address, which is a URL or host:port. */
export const portOf = (address: string): number =>
  Number(new URL(address.includes('://') ? address : `tcp://${address}`).port);

export const asError = (reason: unknown): Error => (reason instanceof Error ? reason : new Error(String(reason)));
