import type { ProducedRecord } from './transport.port.ts';

/** A remembered value and its version; the version fences a zombie and settles two partitions that meet on one key. */
export interface VersionedState {
  readonly key: string;
  /** 0 when there is nothing yet. */
  readonly version: number;
  readonly value: unknown;
}

/** Coordinates of an input record. */
export interface InputPosition {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
}

/** What was decided for an input, as the records that were to be written: re-emitted byte for byte. */
export interface StoredOutcome extends InputPosition {
  readonly records: readonly ProducedRecord[];
}

export interface LoadedState {
  readonly states: readonly VersionedState[];
  /** Outcomes already stored for some of the inputs: Postgres committed, Kafka did not. */
  readonly outcomes: readonly StoredOutcome[];
}

/** Remembers for stages. One query to load, one to store; both see committed data only. */
export interface StateStore {
  load(
    stage: string,
    wanted: { readonly keys: readonly string[]; readonly inputs: readonly InputPosition[] },
  ): Promise<LoadedState>;
  /** `conflict`: a version moved since it was loaded, nothing was stored; load and fold again. @throws TransientError */
  store(
    stage: string,
    changes: { readonly states: readonly VersionedState[]; readonly outcomes: readonly StoredOutcome[] },
  ): Promise<'stored' | 'conflict'>;
}
