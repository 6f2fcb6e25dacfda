import { TransientError } from '@sluice/kernel';
import { backoffMs, delay } from './delay.ts';
import type { Ailments } from './health.ts';

export interface PersistOptions {
  readonly ailments: Ailments;
  /** Any of them ends the trying. */
  readonly signals: readonly AbortSignal[];
}

/** Repeats `act` while the world is unwell; null when it is no longer wanted. @throws what is no TransientError: a defect. */
export const persist = async <Result>(
  what: string,
  act: () => Promise<Result>,
  { ailments, signals }: PersistOptions,
): Promise<Result | null> => {
  for (let attempt = 1; !signals.some(({ aborted }) => aborted); attempt += 1) {
    try {
      const result = await act();
      ailments.clear(what);
      return result;
    } catch (error) {
      if (!(error instanceof TransientError)) throw error;
      if (attempt > 2) ailments.set(what, `${what}: ${error.message}`);
      await delay(error.retryAfterMs ?? backoffMs(attempt), AbortSignal.any([...signals]));
    }
  }
  return null;
};
