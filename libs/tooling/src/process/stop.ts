import { setTimeout as pause } from 'node:timers/promises';
import { isAlive, type ProcessRecord } from './identity.ts';

const POLL_MS = 50;

const signal = (record: ProcessRecord, name: NodeJS.Signals): void => {
  try {
    if (isAlive(record)) process.kill(record.pid, name);
  } catch {
    // It ended between the look and the signal: that is what was wanted.
  }
};

const isGoneWithin = async (record: ProcessRecord, ms: number): Promise<boolean> => {
  for (const end = Date.now() + ms; Date.now() < end;) {
    if (!isAlive(record)) return true;
    await pause(POLL_MS);
  }
  return !isAlive(record);
};

/** Asks a recorded process to end, and ends it after `graceMs`. Touches nothing when the pid is no longer ours. */
export const stop = async (
  record: ProcessRecord,
  options: { readonly first?: NodeJS.Signals; readonly graceMs?: number } = {},
): Promise<void> => {
  signal(record, options.first ?? 'SIGTERM');
  if (await isGoneWithin(record, options.graceMs ?? 20_000)) return;
  signal(record, 'SIGKILL');
  await isGoneWithin(record, 5_000);
};
