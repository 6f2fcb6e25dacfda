import { TransientError } from '@sluice/kernel';
import type { SubscribeOptions, Subscription, Transport } from '../ports/transport.port.ts';
import { backoffMs, delay } from './delay.ts';
import type { Ailments } from './health.ts';

export interface SubscribingSpec {
  readonly transport: Transport;
  readonly options: SubscribeOptions;
  readonly ailments: Ailments;
  /** Ends the trying. */
  readonly signal: AbortSignal;
  /** Told once, when the subscription is there. */
  readonly onSubscribed: (subscription: Subscription) => void;
}

const AILMENT = 'subscribing';

const attempt = async ({ transport, options, ailments, signal, onSubscribed }: SubscribingSpec): Promise<boolean> => {
  try {
    const subscription = await transport.subscribe(options);
    if (signal.aborted) await subscription.close();
    else onSubscribed(subscription);
    ailments.clear(AILMENT);
    return true;
  } catch (error) {
    if (!(error instanceof TransientError)) throw error;
    ailments.set(AILMENT, error.message);
    return false;
  }
};

const persist = async (spec: SubscribingSpec): Promise<void> => {
  for (let failures = 1; !spec.signal.aborted; failures += 1) {
    await delay(backoffMs(failures), spec.signal);
    if (spec.signal.aborted || (await attempt(spec))) return;
  }
};

/**
 * Subscribes, and goes on trying in the background while the world is unwell: a topic that is not there yet, a broker that does not
 * answer. Resolves after the first attempt, so that the service can say what it waits for. @throws what is a defect at the first attempt
 */
export const subscribePersistently = async (spec: SubscribingSpec): Promise<void> => {
  if (await attempt(spec)) return;
  persist(spec).catch((error: unknown) => {
    spec.ailments.clear(AILMENT);
    spec.options.onFailed(error instanceof Error ? error : new Error(String(error)));
  });
};
