import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import type { ProcessRecord } from './identity.mjs';
import { recordChild, type Started } from './started.ts';

export interface SpawnOptions extends Pick<Started, 'what' | 'kind'> {
  readonly command: string;
  readonly args: readonly string[];
  readonly log: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** Unix user to run as; only root may set it. */
  readonly uid?: number;
  readonly gid?: number;
  /** What ends it cleanly; SIGTERM unless told. */
  readonly signal?: NodeJS.Signals;
}

/** Starts a process that outlives us, its output appended to `log`. @throws Error when the command can't be started at all. */
export const spawnDetached = async ({
  what,
  kind,
  command,
  args,
  log,
  env,
  signal = 'SIGTERM',
  ...rest
}: SpawnOptions): Promise<ProcessRecord> => {
  mkdirSync(dirname(log), { recursive: true });
  const output = openSync(log, 'a');
  try {
    const child = spawn(command, [...args], {
      ...rest,
      env: env ?? process.env,
      detached: true,
      stdio: ['ignore', output, output],
    });
    const record = recordChild(child, { what, kind, signal });
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', reject);
    });
    child.unref();
    return record;
  } finally {
    closeSync(output);
  }
};
