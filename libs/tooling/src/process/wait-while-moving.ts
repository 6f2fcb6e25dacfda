import { statSync } from 'node:fs';
import { availableParallelism, loadavg } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { isAlive, type ProcessRecord } from './identity.mjs';
import { usageOf } from './usage.ts';

interface Watched {
  readonly what: string;
  /** Gives up at once when this process has ended. */
  readonly process?: ProcessRecord;
  /** Where the reason would stand. */
  readonly log?: string;
}

/** What was waited for did not come. */
export class NotThereError extends Error {
  override readonly name = 'NotThereError';
  readonly log: string | null;

  constructor(message: string, log: string | undefined) {
    super(message);
    this.log = log ?? null;
  }
}

const POLL_MS = 100;
const inSeconds = (ms: number): string => `${Math.round(ms / 1_000)} s`;

const endedError = ({ what, log }: Watched): NotThereError =>
  new NotThereError(`waiting for ${what}: its process has ended`, log);

export interface MovingOptions extends Watched {
  /** Anything else that changes while work goes on. */
  readonly sign?: () => unknown;
  /** Told what is lacking whenever that changes; null in the end. */
  readonly onLack?: (lack: string | null) => void;
  /** How long nothing at all may move; one minute unless told. */
  readonly quietMs?: number;
  /** How long the same may be lacking while something moves: busy is not yet on its way. Five minutes unless told. */
  readonly sameMs?: number;
  /** By how much longer all of it takes on this machine now; by its load unless told. */
  readonly patience?: () => number;
}

const QUIET_MS = 60_000;
const SAME_MS = 300_000;
const SIGNS_EVERY_MS = 1_000;
/** A process that waits idly uses less of a core than this. */
const WORKING_SHARE = 0.05;

/** Where twenty programs want two cores, each takes ten times as long. */
const byLoad = (): number => Math.max(1, (loadavg()[0] ?? 0) / availableParallelism());

const sizeOf = (path: string): number => {
  try {
    return statSync(path).size;
  } catch {
    return 0;
  }
};

/** Tells whether something has moved since it was last asked: the log, the CPU time of the process, or the given sign. */
const movement = ({ process: watched, log, sign, quietMs = QUIET_MS }: MovingOptions): (() => boolean) => {
  const worthOfCpu = (quietMs / 1_000) * WORKING_SHARE;
  let last = '';
  let cpu = 0;
  return () => {
    const used = watched ? (usageOf(watched.pid).cpuSeconds ?? 0) : 0;
    const hasWorked = used - cpu >= worthOfCpu;
    if (hasWorked) cpu = used;
    const now = JSON.stringify([log ? sizeOf(log) : 0, sign?.()]);
    const hasChanged = now !== last;
    last = now;
    return hasWorked || hasChanged;
  };
};

/** Says why not to wait any longer after another look that found `lack`; null while there is hope. */
const giveUpWhenStill = (options: MovingOptions): ((lack: string) => string | null) => {
  const { onLack, quietMs = QUIET_MS, sameMs = SAME_MS, patience = byLoad } = options;
  const hasMoved = movement(options);
  let last: string | null = null;
  let [progressAt, movedAt, signsAt] = [Date.now(), Date.now(), 0];
  const note = (lack: string, now: number): void => {
    if (lack !== last) {
      [last, progressAt, movedAt] = [lack, now, now];
      onLack?.(lack);
    }
    if (now - signsAt < Math.min(SIGNS_EVERY_MS, quietMs / 10)) return;
    signsAt = now;
    if (hasMoved()) movedAt = now;
  };
  return (lack) => {
    const now = Date.now();
    note(lack, now);
    if (now - movedAt > quietMs * patience()) return `nothing has moved for ${inSeconds(now - movedAt)} (${lack})`;
    if (now - progressAt > sameMs * patience()) return `the same for ${inSeconds(now - progressAt)} (${lack})`;
    return null;
  };
};

/**
 * Waits until `look` lacks nothing, for as long as there is progress, however long that takes: a busy machine is no failure.
 * Another thing that is lacking is progress. `look` gives what is lacking in words, or null; what it throws is told as it is.
 * @throws NotThereError saying what is lacking, when nothing has moved for a while, or when the same has been lacking too long
 */
export const waitWhileMoving = async (look: () => Promise<string | null>, options: MovingOptions): Promise<void> => {
  const hopeless = giveUpWhenStill(options);
  for (;;) {
    const lack = await look().catch((error: unknown) => (error instanceof Error ? error.message : String(error)));
    if (lack === null) return options.onLack?.(null);
    if (options.process && !isAlive(options.process)) throw endedError(options);
    const why = hopeless(lack);
    if (why !== null) throw new NotThereError(`waiting for ${options.what}: ${why}`, options.log);
    await pause(POLL_MS);
  }
};
