import { setTimeout as pause } from 'node:timers/promises';
import { isAlive, type ProcessRecord } from './identity.ts';

export interface WaitOptions {
  readonly what: string;
  readonly withinMs: number;
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

/** Polls `check` until it is true. @throws NotThereError naming what was waited for. */
export const waitUntil = async (
  check: () => Promise<boolean>,
  { what, withinMs, process: watched, log }: WaitOptions,
): Promise<void> => {
  for (const end = Date.now() + withinMs; Date.now() < end;) {
    if (await check().catch(() => false)) return;
    if (watched && !isAlive(watched)) throw new NotThereError(`waiting for ${what}: its process has ended`, log);
    await pause(POLL_MS);
  }
  throw new NotThereError(`waiting for ${what}: not there after ${Math.round(withinMs / 1000)} s`, log);
};
