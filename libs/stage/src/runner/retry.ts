import { TransientError } from '@sluice/kernel';
import type { SubscribeOptions, Subscription, Transport } from '../ports/transport.port.ts';
import type { HealthIssues } from './health.ts';

/** Waits, or stops waiting at once when `signal` aborts. Never rejects: the caller looks at the signal. */
export const delay = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
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
  /** Told once, when the subscription is there. */
  readonly onSubscribed: (subscription: Subscription) => void;
}

const SUBSCRIBING = 'subscribing';

const trySubscribing = async ({
  transport,
  options,
  issues,
  signal,
  onSubscribed,
}: SubscribingSpec): Promise<boolean> => {
  try {
    const subscription = await transport.subscribe(options);
    if (signal.aborted) await subscription.close();
    else onSubscribed(subscription);
    issues.clear(SUBSCRIBING);
    return true;
  } catch (error) {
    if (!(error instanceof TransientError)) throw error;
    issues.set(SUBSCRIBING, error.message);
    return false;
  }
};

const keepSubscribing = async (spec: SubscribingSpec): Promise<void> => {
  for (let failures = 1; !spec.signal.aborted; failures += 1) {
    await delay(backoffMs(failures), spec.signal);
    if (spec.signal.aborted || (await trySubscribing(spec))) return;
  }
};

/**
 * Subscribes, and goes on trying in the background while the world is unwell: a topic that is not there yet, a broker that does not
 * answer. Resolves after the first attempt, so that the service can say what it waits for. @throws what is a defect at the first attempt
 */
export const subscribePersistently = async (spec: SubscribingSpec): Promise<void> => {
  if (await trySubscribing(spec)) return;
  keepSubscribing(spec).catch((error: unknown) => {
    spec.issues.clear(SUBSCRIBING);
    spec.options.onFailed(error instanceof Error ? error : new Error(String(error)));
  });
};
