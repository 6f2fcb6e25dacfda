import type { ListPlace } from '../define-stage.ts';
import type { ProducedRecord, TopicPartition } from './transport.port.ts';

/** A remembered value as it is stored. The version counts the decisions that wrote it, from 1; 0 when there is nothing. */
export interface StateRow {
  readonly key: string;
  readonly version: number;
  /** JSON text; null when there is nothing. Given back byte for byte. */
  readonly json: string | null;
}

export interface ListedRow extends StateRow, ListPlace {}

/** A value to be stored, if the stored version is still `expected`. */
export interface StateChange {
  readonly key: string;
  readonly expected: number;
  readonly version: number;
  readonly json: string;
  readonly place: ListPlace | null;
  /** When the value wants to be looked at, and the record that says so, as JSON text. */
  readonly due: { readonly at: string; readonly record: string } | null;
  readonly expiresAt: string | null;
}

/** What was decided for one input: the records that were to be written, to be written again byte for byte. */
export interface DecidedInput {
  readonly offset: bigint;
  /** With the broker's timestamp, what tells the input from another at the same offset of a topic that was made anew. */
  readonly inputId: string;
  readonly timestamp: number;
  readonly records: readonly ProducedRecord[];
}

/**
 * The last batch of a partition that was stored: the only one whose commit to the log may still be open. The version is compared on
 * write, so that whoever lost the partition can't put its batch in the place of a later one.
 */
export interface PendingBatch extends TopicPartition {
  /** 0 when there is none. */
  readonly version: number;
  /** Offset of its last input; -1 when there is none. */
  readonly last: bigint;
  /** Loaded only where the last input is not before the first that is wanted. */
  readonly inputs: readonly DecidedInput[];
}

export interface Wanted {
  readonly keys: readonly string[];
  /** The first `perGroup` rows of each group of these lists. */
  readonly lists: readonly string[];
  readonly perGroup: number;
  /** The partitions of the batch, each with its first offset: what was decided before that is not asked for. */
  readonly partitions: readonly (TopicPartition & { readonly from: bigint })[];
}

export interface LoadedState {
  /** One per wanted key, in the order of the keys. */
  readonly states: readonly StateRow[];
  readonly rows: readonly ListedRow[];
  /** One per wanted partition. */
  readonly pending: readonly PendingBatch[];
}

/** Remembers for stages. One query to load, one to store; both see committed data only. */
export interface StateStore {
  /** @throws TransientError */
  load(stage: string, wanted: Wanted): Promise<LoadedState>;
  /**
   * Stores all of it or nothing. `pending` replaces the batch of each partition, whose `version` is the one that was loaded.
   * `conflict`: a version has moved since it was loaded; load and fold again. @throws TransientError; any other error says that
   * the database refuses what is to be stored.
   */
  store(
    stage: string,
    changes: { readonly states: readonly StateChange[]; readonly pending: readonly PendingBatch[] },
  ): Promise<'stored' | 'conflict'>;
}

export interface TakenDue {
  /** `StateChange.due.record`. */
  readonly record: string;
  /** How often it was taken since its value was written, from 1. */
  readonly attempt: number;
}

/** The due times of everything that the stages of one service remember. */
export interface DueTimes {
  /**
   * Takes what is due, the longest overdue first. What was taken is due again after a while
   * (half a minute at first, then longer), unless a decision has written its value meanwhile: so nothing is lost with a process
   * that dies. @throws TransientError
   */
  takeDue(limit: number): Promise<readonly TakenDue[]>;
}
