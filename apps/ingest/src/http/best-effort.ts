import { TransientError } from '@sluice/kernel';

/** Milliseconds that what only helps may hold a sender up, and for which it is left alone after it failed. */
const PATIENCE_MS = 2_000;
const REST_MS = 5_000;

export type BestEffort = <Result>(act: () => Promise<Result>, otherwise: Result) => Promise<Result>;

const within = async <Result>(work: Promise<Result>, ms: number): Promise<Result> => {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new TransientError('waiting: it takes too long')), ms);
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
};

/**
 * Does what helps and is not needed: `otherwise` while the world is unwell, and without a further try for some seconds, so that
 * accepting goes on at its own pace while the database is away. @throws what is no TransientError
 */
export const createBestEffort = ({ patienceMs = PATIENCE_MS, restMs = REST_MS } = {}): BestEffort => {
  let restUntil = 0;
  return async (act, otherwise) => {
    if (performance.now() < restUntil) return otherwise;
    try {
      return await within(act(), patienceMs);
    } catch (error) {
      if (!(error instanceof TransientError)) throw error;
      restUntil = performance.now() + restMs;
      return otherwise;
    }
  };
};
