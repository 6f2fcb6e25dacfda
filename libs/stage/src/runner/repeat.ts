import type { Health, Runnable } from './health.ts';

export interface RepeatOptions {
  readonly name: string;
  /** Milliseconds between the end of one run and the next; a run that says `again` is followed at once. */
  readonly everyMs: number;
  readonly run: () => Promise<'again' | 'rest'>;
  /** After the last run. */
  readonly close?: () => Promise<void>;
}

/** Does something again and again until it is drained; a failure is the world being unwell: unready, and tried again. */
export class Repeat implements Runnable {
  readonly name: string;
  readonly #options: RepeatOptions;
  #timer: NodeJS.Timeout | null = null;
  #running: Promise<void> = Promise.resolve();
  #stopped = false;
  #issue: string | null = 'not started';

  constructor(options: RepeatOptions) {
    this.name = options.name;
    this.#options = options;
  }

  async start(): Promise<void> {
    this.#issue = null;
    this.#next();
  }

  async drain(): Promise<void> {
    if (this.#stopped) return;
    this.#stopped = true;
    if (this.#timer) clearTimeout(this.#timer);
    await this.#running;
    await this.#options.close?.();
  }

  health(): Health {
    const reason = this.#stopped ? 'draining' : this.#issue;
    return { ready: reason === null, reason };
  }

  #next(): void {
    this.#running = this.#once().then((rest) => {
      if (!this.#stopped) this.#timer = setTimeout(() => this.#next(), rest);
    });
  }

  async #once(): Promise<number> {
    try {
      const after = await this.#options.run();
      this.#issue = null;
      return after === 'again' ? 0 : this.#options.everyMs;
    } catch (error) {
      this.#issue = error instanceof Error ? error.message : 'failing';
      return this.#options.everyMs;
    }
  }
}
