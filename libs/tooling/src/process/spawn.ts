import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { startTimeOf, type ProcessRecord } from './identity.ts';

export interface SpawnOptions {
  readonly command: string;
  readonly args: readonly string[];
  readonly log: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** Unix user to run as; only root may set it. */
  readonly uid?: number;
  readonly gid?: number;
}

/** Starts a process that outlives us, its output appended to `log`. @throws Error when the command can't be started at all. */
export const spawnDetached = async ({ command, args, log, env, ...rest }: SpawnOptions): Promise<ProcessRecord> => {
  mkdirSync(dirname(log), { recursive: true });
  const output = openSync(log, 'a');
  try {
    const child = spawn(command, [...args], {
      ...rest,
      env: env ?? process.env,
      detached: true,
      stdio: ['ignore', output, output],
    });
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', reject);
    });
    child.unref();
    const pid = child.pid ?? 0;
    return { pid, startedAt: startTimeOf(pid) ?? '' };
  } finally {
    closeSync(output);
  }
};
