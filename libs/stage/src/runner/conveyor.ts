import { Slots, TransientError, type FailPoints } from '@sluice/kernel';
import type {
  CommitResult,
  ConsumedRecord,
  FetchedRun,
  ProducedRecord,
  Subscription,
  Transaction,
  Transport,
} from '../ports/transport.port.ts';
import { Watchdog, type BreakerLimits, type Health, type HealthIssues, type Runnable } from './health.ts';
import { backoffMs, delay, subscribePersistently, untilWell } from './retry.ts';
import { isWhole, Window, type Entry, type ReadyBatch, type Whole } from './window.ts';

/** How a runner trades latency for throughput, and what it may hold. */
export interface RunnerOptions {
  /** Records of one transaction; a commit begins at once when so many are ready. */
  readonly commitRecords: number;
  /** Milliseconds a ready record waits for others at most. */
  readonly commitAfterMs: number;
  /** Gathers under way at a time. */
  readonly concurrency: number;
  /** Records held, fetched and not committed; above it fetching pauses. */
  readonly windowRecords: number;
  /** Bytes held; above it fetching pauses. */
  readonly windowBytes: number;
  /** Milliseconds a drain may take before what is left is abandoned (it is fetched again by another). */
  readonly drainMs: number;
  /** Milliseconds one gather or one commit may take, while nothing says that the world is unwell, before the group is left. */
  readonly stuckAfterMs: number;
  /** Times that a batch may be refused, with nothing outside to blame, before it is halved, or its only record given up. */
  readonly patience: number;
  readonly breaker: BreakerLimits;
}

export const defaultRunnerOptions: RunnerOptions = {
  commitRecords: 1_000,
  commitAfterMs: 100,
  concurrency: 64,
  windowRecords: 4_000,
  windowBytes: 32 * 1024 * 1024,
  drainMs: 20_000,
  stuckAfterMs: 5 * 60_000,
  patience: 5,
  breaker: { defects: 20, outOf: 50, restMs: 10_000 },
};

/** What a batch, or the front of it, became. */
export interface ProcessedBatch {
  /** How many records of the batch this is about: all, or the first of them. */
  readonly taken: number;
  /** What is written in the transaction that commits the offsets. */
  readonly records: readonly ProducedRecord[];
  /** Called once after the outcome is certain. */
  onCommitted?(result: CommitResult): void;
}

type PreparedRecord<Prepared> = Pick<Whole<Prepared>, 'record' | 'prepared'>;

export interface ConveyorSpec<Prepared> {
  readonly name: string;
  readonly group: string;
  readonly topics: readonly string[];
  readonly transport: Transport;
  readonly options: RunnerOptions;
  readonly failPoints: FailPoints;
  readonly issues: HealthIssues;
  /** Reads what one record needs. Runs many at a time, outside any transaction; never throws but when `signal` aborted it. */
  prepare(record: ConsumedRecord, signal: AbortSignal): Promise<Prepared>;
  /**
   * Decides a batch in order, and stores what has to be stored. May be called again with the same records, or with fewer of them.
   * @throws TransientError to be called again; FencedError when the partitions are another's; any other error when the batch can't
   * be processed: it is halved then, until one record is left.
   */
  process(batch: readonly PreparedRecord<Prepared>[], subscription: Subscription): Promise<ProcessedBatch>;
  /** What is written instead for the one record that can't be processed or committed. */
  giveUp(one: PreparedRecord<Prepared>, error: Error): Promise<ProcessedBatch>;
}

/** The partitions of a batch are another's now, who has gone on with them. Nothing of it was stored, and nothing may be written. */
export class FencedError extends Error {
  override readonly name = 'FencedError';
}

/** The health issue of a conveyor that rests. */
const RESTING = 'resting';

/** Fetching goes on once half of the window is free: pausing at every record would cost more than it saves. */
const RESUME_AT = 0.5;

/** The batch up to its `taken`th record. */
const frontOf = <Prepared>({ entries, fence }: ReadyBatch<Prepared>, taken: number): ReadyBatch<Prepared> => {
  let left = taken;
  const front = entries.filter((entry) => {
    if (left <= 0) return false;
    if (entry.record !== null) left -= 1;
    return true;
  });
  const last = new Map(front.map((entry) => [`${entry.topic}/${entry.partition}`, entry]));
  const offsets = [...last.values()].map(({ topic, partition, nextOffset }) => ({
    topic,
    partition,
    offset: nextOffset,
  }));
  return { entries: front, offsets, fence };
};

/**
 * Moves records from fetch to commit: prepares them in a sliding window, processes the longest ready front of each partition, and
 * commits it in one transaction at a time. Knows nothing of stages; both stages and projections are run by it.
 */
export class Conveyor<Prepared> implements Runnable {
  readonly name: string;
  readonly #spec: ConveyorSpec<Prepared>;
  readonly #window = new Window<Prepared>();
  #slots: Slots;
  #subscription: Subscription | null = null;
  #held = new AbortController();
  #stopping = new AbortController();
  readonly #leaving = new AbortController();
  #committing: Promise<void> | null = null;
  #timer: NodeJS.Timeout | null = null;
  #paused = false;
  #draining = false;
  #lost = false;
  /** Records of the next batch at most: fewer than the option says while one that can't be processed is looked for. */
  #batchLimit: number;
  #refusals = 0;
  /** Milliseconds since 1970; zero unless it rests, or has rested and not yet tried whether all is well again. */
  #restsUntil = 0;
  readonly #watchdog: Watchdog;

  constructor(spec: ConveyorSpec<Prepared>) {
    this.name = spec.name;
    this.#spec = spec;
    this.#slots = new Slots(spec.options.concurrency);
    this.#batchLimit = spec.options.commitRecords;
    const { stuckAfterMs } = spec.options;
    this.#watchdog = new Watchdog({
      stuckAfterMs,
      isExcused: () => spec.issues.first !== null,
      onStuck: () =>
        void this.#lose(
          `something that was begun has not ended for ${stuckAfterMs} ms: leaving the group, so that another member can go on`,
        ),
    });
  }

  get subscription(): Subscription | null {
    return this.#subscription;
  }

  async start(): Promise<void> {
    this.#watchdog.start();
    const { transport, group, topics, issues } = this.#spec;
    await subscribePersistently({
      transport,
      issues,
      signal: AbortSignal.any([this.#stopping.signal, this.#leaving.signal]),
      onSubscribed: (subscription) => {
        this.#subscription = subscription;
      },
      options: {
        group,
        topics,
        onRun: (run) => this.#take(run),
        onRevoked: () => this.#forget(),
        onFailed: (error) => void this.#lose(`the subscription ended: ${error.name}`),
      },
    });
  }

  health(): Health {
    if (this.#draining) return { ready: false, reason: 'draining' };
    const reason = this.#spec.issues.first;
    if (this.#lost) return { ready: false, reason, restart: true };
    if (!this.#subscription?.isActive()) return { ready: false, reason: reason ?? 'not joined and polling' };
    return { ready: reason === null, reason };
  }

  async drain(): Promise<void> {
    if (this.#draining) return;
    this.#draining = true;
    this.#leaving.abort();
    const { drainMs } = this.#spec.options;
    const { signal } = this.#stopping;
    const deadline = setTimeout(() => this.#stopping.abort(), drainMs);
    // A commit may never end: it is waited for until we stop, and no longer.
    const stopped = delay(drainMs, signal);
    this.#subscription?.pause(this.#subscription.assignment());
    while (this.#window.records > 0 && this.#restsUntil <= Date.now() && !signal.aborted) {
      this.#commitSoon();
      await Promise.race([stopped, this.#committing ?? delay(20, signal)]);
    }
    await Promise.race([stopped, this.#committing]);
    clearTimeout(deadline);
    this.#stopping.abort();
    this.#forget();
    this.#watchdog.stop();
    await this.#subscription?.close();
  }

  /** Processes nothing for so many milliseconds, and then a single record: `/readyz` says why until that one went well. */
  rest(reason: string, ms: number): void {
    this.#spec.issues.set(RESTING, reason);
    this.#restsUntil = Date.now() + ms;
  }

  /** Stops taking part at once, for a reason that a new process need not meet again: what is held is left to others. */
  async #lose(reason: string): Promise<void> {
    this.#lost = true;
    this.#spec.issues.set('halt', reason);
    this.#stopping.abort();
    this.#forget();
    this.#watchdog.stop();
    await this.#subscription?.close();
  }

  #take(run: FetchedRun): void {
    if (this.#stopping.signal.aborted || this.#draining) return;
    this.#spec.failPoints.at('after-fetch');
    const { signal } = this.#held;
    for (const entry of this.#window.add(run, Date.now())) void this.#prepare(entry, signal);
    this.#adjustFetching();
    this.#commitSoon();
  }

  async #prepare(entry: Entry<Prepared>, signal: AbortSignal): Promise<void> {
    const { record } = entry;
    if (record === null) return;
    const prepared = await this.#slots.run(async () =>
      signal.aborted ? null : this.#watchdog.watch(() => this.#spec.prepare(record, signal), signal),
    );
    if (signal.aborted || prepared === null) return;
    this.#window.prepared(entry, prepared, Date.now());
    this.#spec.failPoints.at('after-gather');
    this.#commitSoon();
  }

  #forget(): void {
    this.#held.abort();
    this.#held = new AbortController();
    this.#window.clear();
    // Work that does not heed its signal keeps its slot: what is fetched from now on must not wait for it.
    this.#slots = new Slots(this.#spec.options.concurrency);
    this.#paused = false;
    this.#batchLimit = this.#spec.options.commitRecords;
    this.#refusals = 0;
  }

  #adjustFetching(): void {
    const fill = this.#window.fill(this.#spec.options);
    const subscription = this.#subscription;
    if (!subscription || this.#draining || (this.#paused ? fill > RESUME_AT : fill < 1)) return;
    this.#paused = !this.#paused;
    if (this.#paused) subscription.pause(subscription.assignment());
    else subscription.resume(subscription.assignment());
  }

  /** Commits when enough is ready, when what is ready has waited long enough, or at once when nothing else is on its way. */
  #commitSoon(): void {
    if (this.#committing || this.#stopping.signal.aborted) return;
    const batch = this.#window.ready(this.#restsUntil > 0 ? 1 : this.#batchLimit);
    if (!batch) return;
    const waitMs = this.#waitMs(batch);
    if (waitMs > 0) {
      this.#timer ??= setTimeout(() => {
        this.#timer = null;
        this.#commitSoon();
      }, waitMs);
      return;
    }
    this.#committing = this.#watchdog
      .watch(() => this.#commit(batch))
      .finally(() => {
        this.#committing = null;
        this.#commitSoon();
      });
  }

  /** Milliseconds until a batch is committed: none when it is full, when nothing else is on its way, or when we leave; else as long as its first may wait. */
  #waitMs({ entries }: ReadyBatch<Prepared>): number {
    const now = Date.now();
    if (this.#restsUntil > now) return this.#restsUntil - now;
    const isFull = entries.length >= this.#batchLimit;
    if (isFull || this.#draining || (!this.#window.isPreparing() && entries.some(isWhole))) return 0;
    return Math.min(...entries.map(({ readyAt }) => readyAt)) + this.#spec.options.commitAfterMs - now;
  }

  async #commit(batch: ReadyBatch<Prepared>): Promise<void> {
    const { signal } = this.#held;
    try {
      if (await this.#processAndCommit(batch, signal)) this.#recover();
    } catch (error) {
      if (!signal.aborted)
        await this.#refused(batch, error instanceof Error ? error : new Error(String(error)), signal);
    }
  }

  /** True when it was committed; false when the partitions are no longer ours. @throws when nothing outside is to blame. */
  async #processAndCommit(batch: ReadyBatch<Prepared>, signal: AbortSignal): Promise<boolean> {
    const subscription = this.#subscription;
    if (!subscription) return false;
    const whole = batch.entries.filter(isWhole);
    const processed =
      whole.length === 0
        ? { taken: 0, records: [] }
        : await this.#untilWell('processing a batch', signal, () => this.#spec.process(whole, subscription));
    if (!processed) return false;
    return this.#write(whole.length === processed.taken ? batch : frontOf(batch, processed.taken), processed, signal);
  }

  async #write(batch: ReadyBatch<Prepared>, processed: ProcessedBatch, signal: AbortSignal): Promise<boolean> {
    const transaction: Transaction = { records: processed.records, offsets: batch.offsets, fence: batch.fence };
    const restedUntil = this.#restsUntil;
    let result: CommitResult = 'fenced';
    try {
      result = (await this.#untilWell('committing', signal, () => this.#attempt(transaction))) ?? 'fenced';
    } finally {
      processed.onCommitted?.(result);
    }
    this.#spec.failPoints.at('after-commit-before-resolve');
    if (signal.aborted) return false;
    if (result !== 'committed') {
      this.#forget();
      return false;
    }
    if (processed.taken > 0 && this.#restsUntil === restedUntil) this.#endRest();
    this.#window.remove(batch);
    this.#adjustFetching();
    return true;
  }

  #endRest(): void {
    this.#restsUntil = 0;
    this.#spec.issues.clear(RESTING);
  }

  async #attempt(transaction: Transaction): Promise<CommitResult> {
    const result = await this.#subscription?.commit(transaction);
    if (result === 'aborted') throw new TransientError('the transaction was aborted');
    return result ?? 'fenced';
  }

  /** After a batch went through: the next may be larger again. */
  #recover(): void {
    this.#refusals = 0;
    this.#batchLimit = Math.min(this.#batchLimit * 2, this.#spec.options.commitRecords);
  }

  /**
   * A batch can't be processed or committed, and nothing outside is to blame: it is tried again a few times, then halved until one
   * record is left, which is given up with its reason. So one record sinks no other, and the order of each partition stays.
   */
  async #refused(batch: ReadyBatch<Prepared>, error: Error, signal: AbortSignal): Promise<void> {
    if (error instanceof FencedError) return this.#forget();
    this.#refusals += 1;
    const whole = batch.entries.filter(isWhole);
    const [first] = whole;
    // Halves are tried once each: the whole was tried with patience.
    const patience =
      whole.length > 1 && this.#batchLimit < this.#spec.options.commitRecords ? 1 : this.#spec.options.patience;
    if (this.#refusals < patience)
      return delay(backoffMs(this.#refusals), AbortSignal.any([signal, this.#stopping.signal]));
    this.#refusals = 0;
    if (whole.length > 1) {
      this.#batchLimit = Math.ceil(whole.length / 2);
      return;
    }
    if (!first) return this.#lose(`an empty batch can't be committed: ${error.name}: ${error.message}`);
    try {
      if (await this.#write(frontOf(batch, 1), await this.#spec.giveUp(first, error), signal)) this.#recover();
    } catch (last) {
      await this.#lose(`a record can be neither processed nor dead-lettered: ${String(last)}`);
    }
  }

  /** Null when the partitions are no longer ours. */
  #untilWell<Result>(what: string, signal: AbortSignal, act: () => Promise<Result>): Promise<Result | null> {
    return untilWell(what, act, { issues: this.#spec.issues, signals: [signal, this.#stopping.signal] });
  }
}
