import { allowance, begun, ended, freshPace, type LaneTerms, type Pace, type Verdict } from './domain/lane-pace.ts';
import type { Reminder } from './ports/ledger.port.ts';

export interface LaneOptions {
  readonly lane: string;
  readonly terms: LaneTerms;
  readonly take: (lane: string, count: number) => Promise<readonly Reminder[]>;
  readonly perform: (reminder: Reminder) => Promise<Verdict>;
  /** A turn failed without a verdict: the database is away, or a defect. The job comes back by itself. */
  readonly onError: (error: unknown) => void;
}

const NOTHING_DUE = { count: 0, againAt: null };

/** Takes due jobs of one destination as fast as its terms allow. Never polls: it is woken when there may be work. */
export class Lane {
  readonly #options: LaneOptions;
  #pace: Pace;
  #running = 0;
  #pumping = false;
  #woken = false;
  #stopped = false;
  #timer: NodeJS.Timeout | null = null;
  #idle: (() => void)[] = [];

  constructor(options: LaneOptions) {
    this.#options = options;
    this.#pace = freshPace(options.terms, Date.now());
  }

  get isResting(): boolean {
    return Date.now() < this.#pace.restsUntil;
  }

  get isIdle(): boolean {
    return this.#running === 0 && !this.#pumping;
  }

  /** There may be work. Returns at once. */
  wake(): void {
    this.#woken = true;
    if (!this.#pumping && !this.#stopped) void this.#pump();
  }

  /** Takes nothing more, and waits for what is under way. */
  async stop(): Promise<void> {
    this.#stopped = true;
    if (this.#timer) clearTimeout(this.#timer);
    if (!this.isIdle) await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  async #pump(): Promise<void> {
    this.#pumping = true;
    while (this.#woken && !this.#stopped) {
      this.#woken = false;
      await this.#takeOnce();
    }
    this.#pumping = false;
    this.#settleIfIdle();
  }

  async #takeOnce(): Promise<void> {
    const { terms, lane, take } = this.#options;
    const { count, againAt } = this.#stopped
      ? NOTHING_DUE
      : allowance(this.#pace, terms, { now: Date.now(), running: this.#running });
    if (againAt !== null) this.#wakeAt(againAt);
    if (count === 0) return;
    try {
      const jobs = await take(lane, count);
      this.#pace = begun(this.#pace, terms, { now: Date.now(), calls: jobs.length });
      for (const job of jobs) void this.#run(job);
      if (jobs.length === count) this.#woken = true;
    } catch (error) {
      this.#options.onError(error);
    }
  }

  async #run(job: Reminder): Promise<void> {
    this.#running += 1;
    try {
      const verdict = await this.#options.perform(job);
      this.#pace = ended(this.#pace, this.#options.terms, { now: Date.now(), verdict });
    } catch (error) {
      this.#options.onError(error);
    }
    this.#running -= 1;
    this.wake();
    this.#settleIfIdle();
  }

  #wakeAt(at: number): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.wake(), Math.max(1, at - Date.now()));
  }

  #settleIfIdle(): void {
    if (!this.isIdle) return;
    for (const resolve of this.#idle.splice(0)) resolve();
  }
}
