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
  /** The subscription can't go on by itself (authorisation, a defect). The process should become unready. */
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
   * (new producer, stable offset fetch), so the result is always certain. @throws TransientError when it can't be settled yet.
   */
  commit(transaction: Transaction): Promise<CommitResult>;
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
  /** Reads committed records of `topics` as a member of `group`, from the beginning where nothing was committed. @throws TransientError while a topic is missing or the broker away. */
  subscribe(options: SubscribeOptions): Promise<Subscription>;
  /** Writes outside any transaction, acknowledged by all in-sync replicas. @throws TransientError when not acknowledged. */
  publish(records: readonly ProducedRecord[]): Promise<void>;
  /** True while the broker answers. */
  isReachable(): Promise<boolean>;
  close(): Promise<void>;
}
