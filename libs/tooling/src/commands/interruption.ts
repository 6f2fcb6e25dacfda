const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
export type Interrupting = (typeof SIGNALS)[number];

/** Somebody asked to stop while something was still being started. */
export class InterruptedError extends Error {
  override readonly name = 'InterruptedError';
}

export interface Interruption {
  /** Settled once somebody asks. */
  readonly asked: Promise<Interrupting>;
  /** @throws InterruptedError once somebody has asked */
  check(): void;
}

/** `timeout` and npm send a signal to us and to who started us, who hands it on: one wish, told twice. */
const ONE_WISH_MS = 1_000;

/**
 * Takes Ctrl-C, SIGTERM and the end of the terminal as the wish to stop cleanly. A step that runs is finished first, so that
 * nothing it starts goes unrecorded; asking a second time ends at once, saying what then becomes of what runs.
 */
export const takeInterruptions = (say: (text: string) => void, whatIsLeft: string): Interruption => {
  const { promise: asked, resolve } = Promise.withResolvers<Interrupting>();
  let askedAt: number | null = null;
  const onSignal = (signal: Interrupting): void => {
    if (askedAt !== null && performance.now() - askedAt < ONE_WISH_MS) return;
    if (askedAt !== null) {
      say(`\n  Ended at once; ${whatIsLeft}`);
      process.exit(130);
    }
    askedAt = performance.now();
    resolve(signal);
  };
  for (const signal of SIGNALS) process.on(signal, () => onSignal(signal));
  // A terminal that was closed takes no more lines: that must not end us before everything has stopped.
  process.stdout.on('error', () => undefined);
  return {
    asked,
    check: () => {
      if (askedAt !== null) throw new InterruptedError('stopping, as asked');
    },
  };
};
