import type { Health, Runnable } from '@sluice/stage';

/** Does something again and again until it is drained; a failure is the world being unwell, and is tried again. */
export class LedgerLoop implements Runnable {
  readonly name: string;
  readonly #everyMs: number;
  readonly #work: () => Promise<unknown>;
  #timer: NodeJS.Timeout | null = null;
  #current: Promise<void> = Promise.resolve();
  #stopped = false;
  #failing: string | null = null;

  constructor({ name, everyMs, work }: { readonly name: string; readonly everyMs: number; readonly work: () => Promise<unknown> }) {
    this.name = name;
    this.#everyMs = everyMs;
    this.#work = work;
  }

  async start(): Promise<void> {
    this.#turn();
  }

  async drain(): Promise<void> {
    this.#stopped = true;
    if (this.#timer) clearTimeout(this.#timer);
    await this.#current;
  }

  health(): Health {
    return { ready: !this.#stopped && this.#failing === null, reason: this.#stopped ? 'draining' : this.#failing };
  }

  #turn(): void {
    if (this.#stopped) return;
    this.#current = this.#work().then(
      () => { this.#failing = null; },
      (error: unknown) => { this.#failing = error instanceof Error ? error.message : 'failing'; },
    ).then(() => {
      this.#timer = setTimeout(() => this.#turn(), this.#everyMs);
    });
  }
}
