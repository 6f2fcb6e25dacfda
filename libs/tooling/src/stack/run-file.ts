import { join } from 'node:path';
import type { OwnInfrastructure, Servers } from '../infra/server.ts';
import type { ProcessRecord } from '../process/identity.mjs';
import { readWhole, writeWhole } from '../process/write-whole.ts';

export interface Secrets {
  readonly intakeHmac: string;
  readonly apiKey: string;
}

/** A process of ours that answers HTTP. */
export interface Replica extends ProcessRecord {
  readonly url: string;
  readonly log: string;
}

/** Everything that is needed to resume or stop a run. Kept beside `run.json`, which is for readers. */
export interface StackState {
  /** The way in which `servers` run. */
  readonly infrastructure: OwnInfrastructure;
  readonly servers: Partial<Servers>;
  readonly services: Readonly<Record<string, readonly Replica[]>>;
  readonly simulators: Replica | null;
  readonly secrets: Secrets;
}

/** What other tools and tests read. */
export interface RunFile {
  readonly kafka: { readonly brokers: readonly string[] };
  readonly registry: { readonly url: string };
  readonly postgres: { readonly url: string };
  readonly redis: { readonly url: string };
  readonly services: Readonly<Record<string, readonly { readonly url: string; readonly pid: number }[]>>;
  /** `url` is where a simulator and its journal (`/__sim/<name>/journal` of the same server) are; `address` what clients of one get that speaks no HTTP. */
  readonly simulators: Readonly<
    Record<string, { readonly url: string; readonly pid: number; readonly address?: string }>
  >;
  readonly secrets: Secrets;
}

export const readState = (dir: string): StackState | null => readWhole<StackState>(join(dir, 'state.json'));
export const readRunFile = (dir: string): RunFile | null => readWhole<RunFile>(join(dir, 'run.json'));

export const saveRun = (dir: string, { state, run }: { readonly state: StackState; readonly run: RunFile }): void => {
  writeWhole(join(dir, 'state.json'), state);
  writeWhole(join(dir, 'run.json'), run);
};
