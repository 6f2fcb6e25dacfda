/** One header's value; several when the writer set the name more than once. Kept as bytes: dead letters pass them on untouched. */
export type HeaderValue = Buffer | readonly Buffer[];
export type RecordHeaders = Readonly<Record<string, HeaderValue>>;

export interface ConsumedRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: RecordHeaders;
  /** Milliseconds since the epoch, as the broker has it. */
  readonly timestamp: number;
}

export interface ProducedRecord {
  readonly topic: string;
  readonly key: Buffer | string | null;
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, HeaderValue | string>>;
}

const varIntBytes = (value: number): number => {
  if (value < 64) return 1;
  if (value < 8_192) return 2;
  return value < 1_048_576 ? 3 : 5;
};

const lengthPrefixed = (bytes: number): number => varIntBytes(bytes) + bytes;

const byteLength = (part: Buffer | string | null): number => (part === null ? 0 : Buffer.byteLength(part));

/** Bytes of record framing besides what is prefixed by its length: the record's own length, attributes and deltas. */
const FRAMING_BYTES = 12;

/** Bytes that a record takes in an encoded batch, with key, headers and value: never less than it really does. */
export const recordBytes = ({ key, value, headers }: ProducedRecord): number => {
  let bytes = FRAMING_BYTES + lengthPrefixed(byteLength(key)) + lengthPrefixed(byteLength(value));
  for (const [name, given] of Object.entries(headers)) {
    const nameBytes = lengthPrefixed(Buffer.byteLength(name));
    for (const one of Array.isArray(given) ? given : [given]) bytes += nameBytes + lengthPrefixed(byteLength(one));
  }
  return bytes;
};

/**
 * The log refuses what it was given, and would refuse it again: a record that is too large, that no encoder can write, that the
 * broker calls invalid. Nothing was written. A defect of a record, never an outage: not to be retried as it is.
 */
export class RefusedRecordsError extends Error {
  override readonly name = 'RefusedRecordsError';
  /** Why, in one word of a bounded set: the broker's name for it, or `UNENCODABLE`. */
  readonly reason: string;

  constructor(message: string, options: { readonly reason: string; readonly cause?: unknown }) {
    super(message, { cause: options.cause });
    this.reason = options.reason;
  }
}

export interface TopicPartition {
  readonly topic: string;
  readonly partition: number;
}

/** The next offset to read in a partition: what a commit stores. */
export interface PartitionOffset extends TopicPartition {
  readonly offset: bigint;
}

/** Proof of group membership at the moment of fetching. Opaque; a commit with a fence of an earlier generation is refused. */
export interface Fence {
  readonly group: string;
  readonly member: string;
  readonly generation: number;
}

/** A run of records of one partition, in order. */
export interface FetchedRun extends TopicPartition {
  /** May be empty: then only `nextOffset` moves (control or aborted records). */
  readonly records: readonly ConsumedRecord[];
  /** The offset to commit once all of this run is done; past control records, so greater than the last record's. */
  readonly nextOffset: bigint;
  readonly fence: Fence;
}

export interface SubscribeOptions {
  readonly group: string;
  readonly topics: readonly string[];
  /** Called in order per partition, never concurrently for one partition. Must return quickly: it only takes the run in. */
  onRun(run: FetchedRun): void;
  /** Every partition was taken away (eager rebalance, fencing, loss of the group): forget all that is not committed. */
  onRevoked(): void;
  /**
   * The subscription has ended by itself: nothing is delivered any more, and what was not committed is fetched by whoever subscribes
   * next. A TransientError says that the cause lies outside. Told once; close it and subscribe anew.
   */
  onFailed(error: Error): void;
}

/** Written together with the offsets, or not at all. */
export interface Transaction {
  readonly records: readonly ProducedRecord[];
  readonly offsets: readonly PartitionOffset[];
  readonly fence: Fence;
}

/**
 * `committed`: all of it is on the log, once. `aborted`: none of it is; the same transaction may be tried again.
 * `fenced`: none of it is, and it is not ours to retry: forget the runs.
 */
export type CommitResult = 'committed' | 'aborted' | 'fenced';

export interface PartitionLag extends TopicPartition {
  /** Last stable offset minus committed offset, in offsets. */
  readonly lag: bigint;
}

export interface Subscription {
  /**
   * Writes records and offsets in one transaction. One call at a time per subscription. An ambiguous commit is settled here
   * (new producer, stable offset fetch), so the result is always certain.
   * @throws RefusedRecordsError when the records are at fault: nothing was written, and the same records would be refused again
   * @throws TransientError while the outcome can't be known, or the broker says what a person has to mend (access, a topic that is missing): try again
   * @throws any other error for a defect that is neither the records' nor the broker's
   */
  commit(transaction: Transaction): Promise<CommitResult>;
  /** What the group has committed for these partitions, waiting for open transactions; nothing for a partition without. @throws TransientError */
  committedOffsets(partitions: readonly TopicPartition[]): Promise<readonly PartitionOffset[]>;
  /** Stops fetching these partitions until they are resumed or assigned anew; heartbeats go on. */
  pause(partitions: readonly TopicPartition[]): void;
  resume(partitions: readonly TopicPartition[]): void;
  /** Partitions held now. */
  assignment(): readonly TopicPartition[];
  /** True while it takes part in the group, also where no partition is left for it. */
  isActive(): boolean;
  /** Lag of the held partitions, measured against the last stable offset. */
  lag(): Promise<readonly PartitionLag[]>;
  /** Leaves the group; nothing is delivered afterwards. Idempotent. */
  close(): Promise<void>;
}

/** A log with transactions. Two adapters, `kafka` and `memory`, pass one contract suite. */
export interface Transport {
  /**
   * Bytes that a record may have, by `recordBytes`: every topic takes as much. A dead letter may have somewhat more, so that whatever
   * was taken once can be dead-lettered with the reason in its headers.
   */
  readonly maxRecordBytes: number;
  /** Reads committed records of `topics` as a member of `group`, from the beginning where nothing was committed. @throws TransientError while a topic is missing or the broker away. */
  subscribe(options: SubscribeOptions): Promise<Subscription>;
  /**
   * Writes outside any transaction, acknowledged by all in-sync replicas. What others publish at the same time never changes the answer.
   * @throws RefusedRecordsError when one of the records is at fault @throws TransientError when not acknowledged
   */
  publish(records: readonly ProducedRecord[]): Promise<void>;
  /** True while the broker answers us; else why it does not, for `/readyz`. */
  reachability(): Promise<true | string>;
  close(): Promise<void>;
}
