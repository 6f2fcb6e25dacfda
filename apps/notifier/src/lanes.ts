import { Repeat, type Health, type Runnable } from '@sluice/stage';
import type { LaneTerms, Verdict } from './domain/lane-pace.ts';
import { watchLanes } from './effect-telemetry.ts';
import { Lane } from './lane.ts';
import type { LaneBacklog, Ledger, Reminder } from './ports/ledger.port.ts';

export interface LanesOptions {
  readonly ledger: Ledger;
  readonly queue: {
    start(): Promise<void>;
    take(lane: string, count: number): Promise<readonly Reminder[]>;
    open(lane: string): Promise<void>;
  };
  readonly perform: (reminder: Reminder) => Promise<Verdict>;
  readonly termsOf: (kind: string) => LaneTerms;
  readonly onError: (lane: string, error: unknown) => void;
  /** Milliseconds between two looks at the backlog; default 1,000. */
  readonly watchMs?: number;
}

const WATCH_MS = 1_000;
const REMIND_EVERY_MS = 30_000;

const kindOf = (lane: string): string => lane.split('/')[0] ?? '';

/**
 * All lanes with work. Looks at the backlog once a second, one query for all of them, and wakes each lane that has any: that is
 * how work of other processes, and work whose time has come, is found. Work planned here wakes its lane at once.
 */
export class Lanes implements Runnable {
  readonly name = 'lanes';
  readonly #options: LanesOptions;
  readonly #lanes = new Map<string, Lane>();
  readonly #watch: Repeat;
  #backlog: readonly LaneBacklog[] = [];
  #started: Promise<void> | null = null;
  #stopped = false;
  #remindedAt = 0;
  #remindFrom: string | null = null;
  #unwatch: () => void = () => undefined;

  constructor(options: LanesOptions) {
    this.#options = options;
    this.#watch = new Repeat({ name: this.name, everyMs: options.watchMs ?? WATCH_MS, run: () => this.#look() });
  }

  /** Idempotent: whoever plans effects waits for it too. */
  start(): Promise<void> {
    this.#started ??= this.#begin();
    return this.#started;
  }

  async drain(): Promise<void> {
    this.#stopped = true;
    await this.#watch.drain();
    this.#unwatch();
    await Promise.all([...this.#lanes.values()].map((lane) => lane.stop()));
  }

  health(): Health {
    return this.#watch.health();
  }

  wake(names: readonly string[]): void {
    if (!this.#stopped) for (const name of names) this.#laneOf(name).wake();
  }

  async #begin(): Promise<void> {
    await this.#options.queue.start();
    this.#unwatch = watchLanes(() =>
      this.#backlog.map((one) => ({ ...one, resting: this.#lanes.get(one.lane)?.isResting ?? false })),
    );
    await this.#watch.start();
  }

  async #look(): Promise<'rest'> {
    const { ledger, queue } = this.#options;
    if (Date.now() - this.#remindedAt > REMIND_EVERY_MS) {
      this.#remindedAt = Date.now();
      this.#remindFrom = await ledger.remind(this.#remindFrom);
    }
    this.#backlog = await ledger.backlog();
    const working = new Set(this.#backlog.map(({ lane }) => lane));
    await Promise.all([...working].map((lane) => queue.open(lane)));
    this.wake([...working]);
    return 'rest';
  }

  #laneOf(name: string): Lane {
    const { queue, perform, termsOf, onError } = this.#options;
    const known =
      this.#lanes.get(name) ??
      new Lane({
        lane: name,
        terms: termsOf(kindOf(name)),
        perform,
        take: (lane, count) => queue.take(lane, count),
        onError: (error) => onError(name, error),
      });
    this.#lanes.set(name, known);
    return known;
  }
}
