interface WatchdogOptions {
  /** Milliseconds a piece of work may take. */
  readonly stuckAfterMs: number;
  /** True while something says why it takes so long: an unwell world is waited for. */
  readonly isExcused: () => boolean;
  readonly onStuck: () => void;
}

const LOOKS_PER_LIMIT = 10;

/**
 * Sees work that never ends. Heartbeats do not depend on work, so a member that hangs would keep its partitions for ever: this is
 * the bound. The time during which something was excused does not count.
 */
export class Watchdog {
  readonly #options: WatchdogOptions;
  readonly #underWay = new Map<symbol, number>();
  #timer: NodeJS.Timeout | null = null;

  constructor(options: WatchdogOptions) {
    this.#options = options;
  }

  start(): void {
    this.#timer ??= setInterval(() => this.#look(), Math.max(1, this.#options.stuckAfterMs / LOOKS_PER_LIMIT)).unref();
  }

  stop(): void {
    if (this.#timer) clearInterval(this.#timer);
    this.#timer = null;
    this.forget();
  }

  /** Watches one piece of work to its end. */
  async watch<Result>(work: () => Promise<Result>): Promise<Result> {
    const one = Symbol('work');
    this.#underWay.set(one, Date.now());
    try {
      return await work();
    } finally {
      this.#underWay.delete(one);
    }
  }

  /** What is under way is of no interest any more, whether it ends or not. */
  forget(): void {
    this.#underWay.clear();
  }

  #look(): void {
    const now = Date.now();
    if (this.#options.isExcused()) {
      for (const one of this.#underWay.keys()) this.#underWay.set(one, now);
      return;
    }
    if ([...this.#underWay.values()].some((since) => now - since > this.#options.stuckAfterMs)) this.#options.onStuck();
  }
}
