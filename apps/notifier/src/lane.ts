import {
  allowance,
  begun,
  ended,
  freshPace,
  type DestinationReport,
  type LaneTerms,
  type Pace,
} from './domain/lane-pace.ts';
import type { LeasedEffect } from './ports/ledger.port.ts';

export interface LaneOptions {
  readonly lane: string;
  readonly terms: LaneTerms;
  /** Leases up to `count` effects that are due. */
  readonly take: (lane: string, count: number) => Promise<readonly LeasedEffect[]>;
  readonly perform: (effect: LeasedEffect) => Promise<DestinationReport>;
  /** A turn failed without a report: the database is away, or a defect. The effect is due again when its lease has run out. */
  readonly onError: (error: unknown) => void;
}

const NOTHING_MAY_BEGIN = { count: 0, againAt: null };

/** Takes due effects of one destination as fast as its terms allow. Never polls: it is woken when there may be work. */
export class Lane {
  readonly #options: LaneOptions;
  #pace: Pace;
  #running = 0;
  #taking = false;
  #woken = false;
  #stopped = false;
  #timer: NodeJS.Timeout | null = null;
  #waitingForIdle: (() => void)[] = [];

  constructor(options: LaneOptions) {
    this.#options = options;
    this.#pace = freshPace(options.terms, Date.now());
  }

  get isResting(): boolean {
    return Date.now() < this.#pace.restsUntil;
  }

  get isIdle(): boolean {
    return this.#running === 0 && !this.#taking;
  }

  /** There may be work. Returns at once. */
  wake(): void {
    this.#woken = true;
    if (!this.#taking && !this.#stopped) void this.#takeAll();
  }

  /** Takes nothing more, and waits for what is under way. */
  async stop(): Promise<void> {
    this.#stopped = true;
    if (this.#timer) clearTimeout(this.#timer);
    if (!this.isIdle) await new Promise<void>((resolve) => this.#waitingForIdle.push(resolve));
  }

  async #takeAll(): Promise<void> {
    this.#taking = true;
    while (this.#woken && !this.#stopped) {
      this.#woken = false;
      await this.#takeOnce();
    }
    this.#taking = false;
    this.#tellIfIdle();
  }

  async #takeOnce(): Promise<void> {
    const { terms, lane, take } = this.#options;
    const { count, againAt } = this.#stopped
      ? NOTHING_MAY_BEGIN
      : allowance(this.#pace, terms, { now: Date.now(), running: this.#running });
    if (againAt !== null) this.#wakeAt(againAt);
    if (count === 0) return;
    try {
      const effects = await take(lane, count);
      this.#pace = begun(this.#pace, terms, { now: Date.now(), calls: effects.length });
      for (const effect of effects) void this.#run(effect);
      if (effects.length === count) this.#woken = true;
    } catch (error) {
      this.#options.onError(error);
    }
  }

  async #run(effect: LeasedEffect): Promise<void> {
    this.#running += 1;
    try {
      const report = await this.#options.perform(effect);
      this.#pace = ended(this.#pace, this.#options.terms, { now: Date.now(), report });
    } catch (error) {
      this.#options.onError(error);
    }
    this.#running -= 1;
    this.wake();
    this.#tellIfIdle();
  }

  #wakeAt(at: number): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.wake(), Math.max(1, at - Date.now()));
  }

  #tellIfIdle(): void {
    if (!this.isIdle) return;
    for (const resolve of this.#waitingForIdle.splice(0)) resolve();
  }
}
