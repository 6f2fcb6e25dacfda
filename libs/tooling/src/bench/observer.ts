import { randomUUID } from 'node:crypto';
import { headerNames } from '@sluice/contracts';
import { headerOf, type Subscription } from '@sluice/stage';
import { createKafkaTransport } from '@sluice/transport';

export interface ObserverOptions {
  readonly brokers: readonly string[];
  readonly topic: string;
}

/** When each committed record of the topic was seen, in milliseconds of this process's `performance.now()`. */
export interface Arrivals {
  readonly times: readonly number[];
  /** By inquiry. */
  readonly at: ReadonlyMap<string, number>;
}

const STALLED_AFTER_MS = 300_000;
const POLL_MS = 5;

/** Watches the end of the chain as any subscriber would: read_committed, in a group of its own. */
export class Observer {
  readonly #transport: ReturnType<typeof createKafkaTransport>;
  readonly #topic: string;
  #subscription: Subscription | null = null;
  #times: number[] = [];
  #at = new Map<string, number>();

  constructor({ brokers, topic }: ObserverOptions) {
    this.#transport = createKafkaTransport({ brokers, clientId: 'bench-observer' });
    this.#topic = topic;
  }

  async start(): Promise<void> {
    this.#subscription = await this.#transport.subscribe({
      group: `bench.${randomUUID()}`,
      topics: [this.#topic],
      onRun: ({ records }) => {
        const now = performance.now();
        for (const { headers } of records) {
          this.#times.push(now);
          this.#at.set(headerOf(headers, headerNames.subject) ?? '', now);
        }
      },
      onRevoked: () => undefined,
      onFailed: (error) => {
        throw error;
      },
    });
    await this.#until(() => this.#subscription?.isActive() ?? false, 'the observer to join');
  }

  get seen(): number {
    return this.#times.length;
  }

  /** Forgets what was seen: a new measurement begins. */
  clear(): void {
    this.#times = [];
    this.#at = new Map();
  }

  has(inquiryId: string): boolean {
    return this.#at.has(inquiryId);
  }

  /** Waits until so many were seen. @throws Error when nothing has come for five minutes. */
  async until(count: number): Promise<Arrivals> {
    await this.#until(() => this.#times.length >= count, `${count} records of ${this.#topic}`);
    return { times: this.#times, at: this.#at };
  }

  async untilSeen(inquiryId: string): Promise<number> {
    await this.#until(() => this.#at.has(inquiryId), `inquiry ${inquiryId}`);
    return this.#at.get(inquiryId) ?? 0;
  }

  async close(): Promise<void> {
    await this.#subscription?.close();
    await this.#transport.close();
  }

  async #until(check: () => boolean, what: string): Promise<void> {
    for (
      let known = this.#times.length, since = performance.now();
      !check();
      await new Promise((resolve) => setTimeout(resolve, POLL_MS))
    ) {
      if (known !== this.#times.length) [known, since] = [this.#times.length, performance.now()];
      if (performance.now() - since > STALLED_AFTER_MS)
        throw new Error(`waiting for ${what}: only ${known} came, and nothing for ${STALLED_AFTER_MS / 1_000} s`);
    }
  }
}
