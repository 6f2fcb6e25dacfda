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

/**
 * Opens when defects come in bulk, so that a bad deploy cannot pour a topic into its dead letters. Stays open: what opened it
 * was decided deterministically and would be again; a new build, and so a new process, closes it.
 */
export class Breaker {
  readonly #defects: number;
  readonly #outOf: number;
  #recent: boolean[] = [];
  #open = false;

  constructor({ defects, outOf }: { readonly defects: number; readonly outOf: number }) {
    this.#defects = defects;
    this.#outOf = outOf;
  }

  get isOpen(): boolean {
    return this.#open;
  }

  /** Records whether a decision was a defect; true when this one opens the breaker. */
  record(isDefect: boolean): boolean {
    this.#recent.push(isDefect);
    if (this.#recent.length > this.#outOf) this.#recent.shift();
    const defects = this.#recent.filter(Boolean).length;
    this.#open ||= defects >= this.#defects && defects * 2 >= this.#recent.length;
    return this.#open;
  }
}
