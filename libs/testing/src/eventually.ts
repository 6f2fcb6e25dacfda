import { setTimeout as pause } from 'node:timers/promises';

const POLL_MS = 20;

/**
 * Repeats `check` until it no longer throws and gives what it returns. The only way a test waits: for a fact, never for a time.
 * @throws the last failure, when `within` milliseconds have passed.
 */
export const eventually = async <Result>(
  check: () => Result | Promise<Result>,
  { within = 10_000 }: { readonly within?: number } = {},
): Promise<Result> => {
  const end = Date.now() + within;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (Date.now() >= end) throw error;
      await pause(POLL_MS);
    }
  }
};
