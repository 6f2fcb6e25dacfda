import { Slots, TransientError } from '@sluice/kernel';
import type { CommitResult, FetchedRun, Subscription, Transaction } from '../ports/transport.port.ts';
import { commitWaitMs } from './commit-pace.ts';
import { delay } from './delay.ts';
import type { ConveyorSpec } from './conveyor-spec.ts';
import type { Health, Runnable } from './health.ts';
import { persist } from './persist.ts';
import { subscribePersistently } from './persistent-subscription.ts';
import { Watchdog } from './watchdog.ts';
import { isWhole, Window, type Entry, type ReadyBatch } from './window.ts';

/** Fetching goes on once half of the window is free: pausing at every record would cost more than it saves. */
const RESUME_AT = 0.5;

/**
 * Moves records from fetch to commit: prepares them in a sliding window, settles the longest ready prefix of each partition,
 * and commits it in one transaction at a time. Knows nothing of stages; both stages and projections ride on it.
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
  readonly #watchdog: Watchdog;

  constructor(spec: ConveyorSpec<Prepared>) {
    this.name = spec.name;
    this.#spec = spec;
    this.#slots = new Slots(spec.options.concurrency);
    const { stuckAfterMs } = spec.options;
    this.#watchdog = new Watchdog({
      stuckAfterMs,
      isExcused: () => spec.ailments.first !== null,
      onStuck: () =>
        void this.#lose(
          `nothing has ended for ${stuckAfterMs} ms that was begun: the group is left, so that another may go on`,
        ),
    });
  }

  get subscription(): Subscription | null {
    return this.#subscription;
  }

  async start(): Promise<void> {
    this.#watchdog.start();
    const { transport, group, topics, ailments } = this.#spec;
    await subscribePersistently({
      transport,
      ailments,
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
    const reason = this.#spec.ailments.first;
    if (this.#lost) return { ready: false, reason, restart: true };
    if (!this.#subscription?.isActive()) return { ready: false, reason: reason ?? 'not joined and polling' };
    return { ready: reason === null, reason };
  }

  async drain(): Promise<void> {
    if (this.#draining) return;
    this.#draining = true;
    this.#leaving.abort();
    const deadline = setTimeout(() => this.#stopping.abort(), this.#spec.options.drainMs);
    this.#subscription?.pause(this.#subscription.assignment());
    while (this.#window.records > 0 && !this.#stopping.signal.aborted) {
      this.#commitSoon();
      await (this.#committing ?? delay(20, this.#stopping.signal));
    }
    await this.#committing;
    clearTimeout(deadline);
    this.#stopping.abort();
    this.#forget();
    this.#watchdog.stop();
    await this.#subscription?.close();
  }

  /** Stops taking part at once: what is held is left to others. */
  async halt(reason: string): Promise<void> {
    this.#spec.ailments.set('halt', reason);
    this.#stopping.abort();
    this.#forget();
    this.#watchdog.stop();
    await this.#subscription?.close();
  }

  /** Halts for a reason that a new process need not meet again. */
  async #lose(reason: string): Promise<void> {
    this.#lost = true;
    await this.halt(reason);
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
      signal.aborted ? null : this.#watchdog.watch(() => this.#spec.prepare(record, signal)),
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
    this.#watchdog.forget();
    // Work that does not heed its signal keeps its slot: what is fetched from now on must not wait for it.
    this.#slots = new Slots(this.#spec.options.concurrency);
    this.#paused = false;
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
    const batch = this.#window.ready(this.#spec.options.commitRecords);
    if (!batch) return;
    const waitMs = commitWaitMs(batch, {
      ...this.#spec.options,
      isPreparing: this.#window.isPreparing(),
      isDraining: this.#draining,
      now: Date.now(),
    });
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

  async #commit(batch: ReadyBatch<Prepared>): Promise<void> {
    const { signal } = this.#held;
    const settlement = await this.#persist('settle', signal, () => this.#spec.settle(batch.entries.filter(isWhole)));
    if (!settlement) return;
    const transaction: Transaction = { records: settlement.records, offsets: batch.offsets, fence: batch.fence };
    const result = await this.#persist('commit', signal, () => this.#attempt(transaction));
    settlement.onCommitted?.(result ?? 'fenced');
    this.#spec.failPoints.at('after-commit-before-resolve');
    if (signal.aborted) return;
    if (result !== 'committed') return this.#forget();
    this.#window.remove(batch);
    this.#adjustFetching();
  }

  async #attempt(transaction: Transaction): Promise<CommitResult> {
    const result = await this.#subscription?.commit(transaction);
    if (result === 'aborted') throw new TransientError('committing: the transaction was aborted');
    return result ?? 'fenced';
  }

  /** Null when the partitions are no longer ours. */
  async #persist<Result>(what: string, signal: AbortSignal, act: () => Promise<Result>): Promise<Result | null> {
    try {
      return await persist(what, act, { ailments: this.#spec.ailments, signals: [signal, this.#stopping.signal] });
    } catch (error) {
      await this.#lose(`${what} failed with a defect: ${String(error)}`);
      return null;
    }
  }
}
