import type { ProcessRecord } from '../process/identity.ts';

export interface ServerOptions {
  /** Where the server keeps its data. */
  readonly dir: string;
  readonly logs: string;
  /** Where downloads are kept, shared by all runs of this checkout. */
  readonly cache: string;
  readonly port: number;
}

export interface StartedServer {
  readonly process: ProcessRecord;
  /** What a client is given: host:port, or a URL. */
  readonly address: string;
  /** The signal that stops it cleanly and at once. */
  readonly stopSignal: NodeJS.Signals;
}
