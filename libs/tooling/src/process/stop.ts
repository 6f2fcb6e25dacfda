import { setTimeout as pause } from 'node:timers/promises';
import { isAlive, isGroupAlive, startTimeOf, type ProcessRecord } from './identity.mjs';

export interface StopOptions {
  readonly first?: NodeJS.Signals;
  readonly graceMs?: number;
  /** Ends the process group of which it is the leader. */
  readonly group?: boolean;
}

const POLL_MS = 50;
const KILLED_WITHIN_MS = 10_000;

/** A pid is not given to another process while a group bears it: a leader that is gone leaves a group that is still ours. */
const groupIsOurs = (record: ProcessRecord): boolean => {
  const startedAt = startTimeOf(record.pid);
  return startedAt === null || startedAt === record.startedAt;
};

const signal = (record: ProcessRecord, name: NodeJS.Signals, group: boolean): void => {
  try {
    if (group ? groupIsOurs(record) : isAlive(record)) process.kill(group ? -record.pid : record.pid, name);
  } catch {
    // It ended between the look and the signal: that is what was wanted.
  }
};

/** True while the process, or any of its group, is there. */
export const isLeft = (record: ProcessRecord, { group = false }: Pick<StopOptions, 'group'> = {}): boolean =>
  isAlive(record) || (group && groupIsOurs(record) && isGroupAlive(record.pid));

const isGoneWithin = async (record: ProcessRecord, ms: number, group: boolean): Promise<boolean> => {
  for (const end = Date.now() + ms; Date.now() < end; await pause(POLL_MS)) if (!isLeft(record, { group })) return true;
  return !isLeft(record, { group });
};

/**
 * Asks a recorded process to end, ends it after `graceMs`, and waits until it is gone. Touches nothing when the pid is no longer
 * ours. @throws Error when it can't be ended
 */
export const stop = async (
  record: ProcessRecord,
  { first = 'SIGTERM', graceMs = 20_000, group = false }: StopOptions = {},
): Promise<void> => {
  signal(record, first, group);
  // One that stands still would hear of it only when it is killed.
  signal(record, 'SIGCONT', group);
  if (await isGoneWithin(record, graceMs, group)) return;
  signal(record, 'SIGKILL', group);
  if (!(await isGoneWithin(record, KILLED_WITHIN_MS, group)))
    throw new Error(`stopping the process ${record.pid}: it still runs ${KILLED_WITHIN_MS / 1_000} s after SIGKILL`);
};
