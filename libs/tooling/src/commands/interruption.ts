const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Somebody asked to stop while something was still being started. */
export class InterruptedError extends Error {
  override readonly name = 'InterruptedError';
}

export interface Interruption {
  /** Settled once somebody asks. */
  readonly asked: Promise<void>;
  /** @throws InterruptedError once somebody has asked */
  check(): void;
}

/**
 * Takes Ctrl-C, SIGTERM and the end of the terminal as the wish to stop cleanly. A step that runs is finished first, so that
 * nothing it starts goes unrecorded; asking a second time ends at once.
 */
export const takeInterruptions = (say: (text: string) => void): Interruption => {
  const { promise: asked, resolve } = Promise.withResolvers<void>();
  let isAsked = false;
  const onSignal = (): void => {
    if (isAsked) {
      say('\n  Ended at once; what still runs is stopped by: npm stop');
      process.exit(130);
    }
    isAsked = true;
    resolve();
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  // A terminal that was closed takes no more lines: that must not end us before everything has stopped.
  process.stdout.on('error', () => undefined);
  return {
    asked,
    check: () => {
      if (isAsked) throw new InterruptedError('stopping, as asked');
    },
  };
};
