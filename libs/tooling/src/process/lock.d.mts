import type { ProcessRecord } from './identity.mjs';

/** Who holds a lock, and what for. */
export interface LockHolder extends ProcessRecord {
  readonly purpose: string;
}

export interface LockOptions {
  /** What it is held for, as others are told who wait: `npm start`. */
  readonly purpose: string;
  /** Told once for each holder that is waited for. */
  readonly onWait?: (holder: LockHolder) => void;
  /** Called while waiting; what it throws ends the wait. */
  readonly check?: () => void;
}

/**
 * Runs work while no other process of this machine runs work under the lock in `folder`. A holder that is gone, or whose pid is
 * another process's by now, holds nothing. Not to be taken again by the work itself.
 */
export declare const withLock: <Result>(
  folder: string,
  options: LockOptions,
  work: () => Promise<Result>,
) => Promise<Result>;
