import { TransientError } from '@sluice/kernel';
import type { SubscribeOptions, Subscription, Transport } from '../ports/transport.port.ts';
import type { HealthIssues } from './health.ts';

/** A timer that is set for longer fires at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Waits, or stops waiting at once when `signal` aborts. Never rejects: the caller looks at the signal. */
export const delay = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, Math.min(ms, LONGEST_TIMER_MS));
    signal.addEventListener('abort', done, { once: true });
  });

/** 100 ms doubling up to 5 s: quick for a hiccup, patient with an outage. */
export const backoffMs = (attempt: number): number => Math.min(100 * 2 ** Math.min(attempt - 1, 10), 5_000);

/** Failures that `/readyz` does not speak of yet. */
const SILENT_FAILURES = 2;

export interface RetryOptions {
  readonly issues: HealthIssues;
  /** Any of them ends the trying. */
  readonly signals: readonly AbortSignal[];
}

/** Repeats `act` while the world is unwell; null when it is no longer wanted. @throws what is no TransientError. */
export const untilWell = async <Result>(
  what: string,
  act: () => Promise<Result>,
  { issues, signals }: RetryOptions,
): Promise<Result | null> => {
  const waitAfter = async (error: unknown, attempt: number): Promise<void> => {
    if (!(error instanceof TransientError)) throw error;
    if (attempt > SILENT_FAILURES) issues.set(what, `${what}: ${error.message}`);
    await delay(error.retryAfterMs ?? backoffMs(attempt), AbortSignal.any([...signals]));
  };
  const isWanted = (): boolean => !signals.some(({ aborted }) => aborted);
  try {
    for (let attempt = 1; isWanted(); attempt += 1) {
      const tried = await act().then(
        (result) => ({ result }),
        (error: unknown) => waitAfter(error, attempt),
      );
      if (tried) return tried.result;
    }
    return null;
  } finally {
    issues.clear(what);
  }
};

export interface SubscribingSpec {
  readonly transport: Transport;
  readonly options: SubscribeOptions;
  readonly issues: HealthIssues;
  /** Ends the trying. */
  readonly signal: AbortSignal;
  /** Told of each subscription that is there now: the first, and any that takes the place of one that ended. */
  readonly onSubscribed: (subscription: Subscription) => void;
}

const SUBSCRIBING = 'subscribing';
/** Defects one after the other, none of which a new subscription has mended, until only a new process may help. */
const DEFECTS_IN_A_ROW = 5;
/** Milliseconds after which a subscription counts as one that works: what ends it later is told and counted anew. */
const STEADY_AFTER_MS = 60_000;

/** What a defect's message holds is not known: its name must do. */
const reasonOf = (error: Error): string =>
  error instanceof TransientError ? error.message : `the subscription ended with a defect: ${error.name}`;

const asError = (thrown: unknown): Error => (thrown instanceof Error ? thrown : new Error(String(thrown)));

/**
 * Keeps one subscription for as long as `signal` allows. A subscription that can't be had yet (a topic that is not there, a broker that
 * does not answer), and one that has ended, whatever ended it, are tried again in the background, and the health issue says why.
 * Resolves after the first attempt. `options.onFailed` is told only when trying again does not help: a defect, time after time.
 * @throws what is a defect at the first attempt
 */
export const subscribePersistently = async (spec: SubscribingSpec): Promise<void> => {
  const { transport, options, issues, signal, onSubscribed } = spec;
  let failures = 0;
  let defects = 0;

  const giveUp = (error: Error): void => {
    issues.clear(SUBSCRIBING);
    options.onFailed(error);
  };

  const attempt = async (): Promise<void> => {
    const began = Date.now();
    let current: Subscription | null = null;
    current = await transport.subscribe({
      ...options,
      onFailed: (error) => {
        if (Date.now() - began > STEADY_AFTER_MS) [failures, defects] = [0, 0];
        void current?.close().catch(() => undefined);
        retryAfter(error);
      },
    });
    issues.clear(SUBSCRIBING);
    if (signal.aborted) await current.close();
    else onSubscribed(current);
  };

  /** Never throws: what fails is the next failure. */
  const retryAfter = (error: Error): void => {
    if (signal.aborted) return;
    failures += 1;
    if (!(error instanceof TransientError)) defects += 1;
    if (defects >= DEFECTS_IN_A_ROW) return giveUp(error);
    issues.set(SUBSCRIBING, reasonOf(error));
    void delay(backoffMs(failures), signal).then(async () => {
      if (!signal.aborted) await attempt().catch((thrown: unknown) => retryAfter(asError(thrown)));
    });
  };

  try {
    await attempt();
  } catch (thrown) {
    if (!(thrown instanceof TransientError)) throw thrown;
    retryAfter(thrown);
  }
};
