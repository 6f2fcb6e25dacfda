import { Repeat, type Health, type Runnable } from '@sluice/stage';
import type { DestinationReport, LaneTerms } from './domain/lane-pace.ts';
import { watchLanes } from './effect-telemetry.ts';
import { Lane } from './lane.ts';
import type { LaneBacklog, LeasedEffect, Ledger } from './ports/ledger.port.ts';

export interface LanesOptions {
  readonly ledger: Pick<Ledger, 'backlog' | 'dueLanes'>;
  /** Leases up to `count` effects of a lane that are due. */
  readonly take: (lane: string, count: number) => Promise<readonly LeasedEffect[]>;
  readonly perform: (effect: LeasedEffect) => Promise<DestinationReport>;
  readonly termsOf: (lane: string) => LaneTerms;
  readonly onError: (lane: string, error: unknown) => void;
  /** Milliseconds between two looks for what is due; default 1,000. */
  readonly watchMs?: number;
}

const WATCH_MS = 1_000;
/** The backlog is for people, and counting it costs more: once for so many looks. */
const LOOKS_PER_COUNT = 5;

/**
 * All lanes with work. Looks once a second for what is due, one query for all of them, and wakes those lanes: that is how work of
 * other processes, and work whose time has come, is found. Work planned here wakes its lane at once.
 */
export class Lanes implements Runnable {
  readonly name = 'lanes';
  readonly #options: LanesOptions;
  readonly #lanes = new Map<string, Lane>();
  readonly #watch: Repeat;
  #backlog: readonly LaneBacklog[] = [];
  #looks = 0;
  #stopped = false;
  #unwatch: () => void = () => undefined;

  constructor(options: LanesOptions) {
    this.#options = options;
    this.#watch = new Repeat({ name: this.name, everyMs: options.watchMs ?? WATCH_MS, run: () => this.#look() });
  }

  async start(): Promise<void> {
    this.#unwatch = watchLanes(() =>
      this.#backlog.map((one) => ({ ...one, resting: this.#lanes.get(one.lane)?.isResting ?? false })),
    );
    await this.#watch.start();
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

  /** As it was when it was counted last. */
  get backlog(): readonly LaneBacklog[] {
    return this.#backlog;
  }

  wake(names: readonly string[]): void {
    if (!this.#stopped) for (const name of names) this.#laneOf(name).wake();
  }

  async #look(): Promise<'rest'> {
    const { ledger } = this.#options;
    this.wake(await ledger.dueLanes());
    if (this.#looks % LOOKS_PER_COUNT === 0) this.#backlog = await ledger.backlog();
    this.#looks += 1;
    return 'rest';
  }

  #laneOf(name: string): Lane {
    const { take, perform, termsOf, onError } = this.#options;
    const known =
      this.#lanes.get(name) ??
      new Lane({ lane: name, terms: termsOf(name), perform, take, onError: (error) => onError(name, error) });
    this.#lanes.set(name, known);
    return known;
  }
}
