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

/** Collects what is wrong at the moment, by who says so. */
export class Ailments {
  readonly #reasons = new Map<string, string>();

  set(who: string, reason: string): void {
    this.#reasons.set(who, reason);
  }

  clear(who: string): void {
    this.#reasons.delete(who);
  }

  get first(): string | null {
    return this.#reasons.values().next().value ?? null;
  }
}
