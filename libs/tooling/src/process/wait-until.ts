import { setTimeout as pause } from 'node:timers/promises';
import { isAlive, type ProcessRecord } from './identity.ts';

export interface WaitOptions {
  readonly what: string;
  readonly withinMs: number;
  /** Gives up at once when this process has ended. */
  readonly process?: ProcessRecord;
}

const POLL_MS = 100;

/** Polls `check` until it is true. @throws Error naming what was waited for. */
export const waitUntil = async (check: () => Promise<boolean>, { what, withinMs, process: watched }: WaitOptions): Promise<void> => {
  for (const end = Date.now() + withinMs; Date.now() < end; ) {
    if (await check().catch(() => false)) return;
    if (watched && !isAlive(watched)) throw new Error(`waiting for ${what}: its process has ended`);
    await pause(POLL_MS);
  }
  throw new Error(`waiting for ${what}: not there after ${Math.round(withinMs / 1000)} s`);
};
