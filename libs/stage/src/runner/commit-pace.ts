import type { RunnerOptions } from './options.ts';
import { isWhole, type ReadyBatch } from './window.ts';

export interface Pace extends Pick<RunnerOptions, 'commitRecords' | 'commitAfterMs'> {
  /** True while more is being prepared, and may soon be ready too. */
  readonly isPreparing: boolean;
  readonly isDraining: boolean;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** Milliseconds until a batch is committed: none when it is full, when nothing else is on its way, or when we leave; else as long as its first may wait. */
export const commitWaitMs = (
  { entries }: ReadyBatch<unknown>,
  { commitRecords, commitAfterMs, isPreparing, isDraining, now }: Pace,
): number => {
  if (entries.length >= commitRecords || isDraining || (!isPreparing && entries.some(isWhole))) return 0;
  return Math.min(...entries.map(({ readyAt }) => readyAt)) + commitAfterMs - now;
};
