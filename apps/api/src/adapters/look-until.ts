import { setTimeout as pause } from 'node:timers/promises';

/** How long somebody who asks is kept waiting for what is about to come, and how often it is looked for. Milliseconds. */
export interface Patience {
  readonly withinMs: number;
  readonly everyMs: number;
}

/** Looks until it is as wanted, or patience is at its end. Gives what was seen last. */
export const lookUntil = async <Seen>(
  look: () => Promise<Seen>,
  isWanted: (seen: Seen) => boolean,
  { withinMs, everyMs }: Patience,
): Promise<Seen> => {
  const until = performance.now() + withinMs;
  for (;;) {
    const seen = await look();
    if (isWanted(seen) || performance.now() >= until) return seen;
    await pause(everyMs);
  }
};
