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
