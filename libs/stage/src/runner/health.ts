/** Whether a runner can do its work now, and if not, why: what `/readyz` shows. */
export interface Health {
  readonly ready: boolean;
  readonly reason: string | null;
  /** Only a new process can go on with this work: what `/healthz` fails on. */
  readonly restart?: true;
}

/** What the shell starts, drains and asks. */
export interface Runnable {
  readonly name: string;
  start(): Promise<void>;
  /** Stops fetching, commits what is ready, leaves the group. Idempotent. */
  drain(): Promise<void>;
  health(): Health;
}

/** What is wrong at the moment, by the part that says so. */
export class HealthIssues {
  readonly #reasons = new Map<string, string>();

  set(part: string, reason: string): void {
    this.#reasons.set(part, reason);
  }

  clear(part: string): void {
    this.#reasons.delete(part);
  }

  get first(): string | null {
    return this.#reasons.values().next().value ?? null;
  }
}

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
    this.#underWay.clear();
  }

  /** Watches one piece of work to its end, or until it is of no interest any more, whether it ends or not. */
  async watch<Result>(work: () => Promise<Result>, until?: AbortSignal): Promise<Result> {
    const one = Symbol('work');
    const forget = () => this.#underWay.delete(one);
    this.#underWay.set(one, Date.now());
    until?.addEventListener('abort', forget, { once: true });
    try {
      return await work();
    } finally {
      until?.removeEventListener('abort', forget);
      forget();
    }
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

export interface BreakerLimits {
  /** So many defects among the last `outOf` decisions, and at least half of them, open it. */
  readonly defects: number;
  readonly outOf: number;
  /** Milliseconds of the first rest. Each that follows a failed trial is twice as long, up to five minutes. */
  readonly restMs: number;
}

const LONGEST_REST_MS = 5 * 60_000;

/**
 * Opens when defects come in bulk, so that a bad deploy cannot pour a topic into its dead letters. The stage rests then, and tries a
 * single record: one that goes well closes the breaker, so that no burst of bad input stops a stage for ever.
 */
export class Breaker {
  readonly #limits: BreakerLimits;
  #recent: boolean[] = [];
  /** Of the last rest; null while closed. */
  #restMs: number | null = null;

  constructor(limits: BreakerLimits) {
    this.#limits = limits;
  }

  /** Takes in which decisions of a batch were defects. Milliseconds to rest now; null to go on. The batch after a rest is its trial. */
  judge(defects: readonly boolean[]): number | null {
    if (defects.length === 0) return null;
    const hasFailed =
      this.#restMs === null
        ? defects.map((isDefect) => this.#opensAt(isDefect)).some(Boolean)
        : defects.filter(Boolean).length * 2 >= defects.length;
    this.#restMs = hasFailed ? this.#nextRestMs() : null;
    if (hasFailed) this.#recent = [];
    return this.#restMs;
  }

  #nextRestMs(): number {
    return this.#restMs === null ? this.#limits.restMs : Math.min(this.#restMs * 2, LONGEST_REST_MS);
  }

  #opensAt(isDefect: boolean): boolean {
    this.#recent.push(isDefect);
    if (this.#recent.length > this.#limits.outOf) this.#recent.shift();
    const defects = this.#recent.filter(Boolean).length;
    return defects >= this.#limits.defects && defects * 2 >= this.#recent.length;
  }
}
