import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

/** A process as recorded: the pid alone is not enough, since the system uses pids again. */
export interface ProcessRecord {
  readonly pid: number;
  /** When the process began, as the system tells it; text without meaning but for equality. */
  readonly startedAt: string;
}

const STARTED_AT_FIELD = 19;

const fromProc = (pid: number): string | null => {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields[0] === 'Z' ? null : (fields[STARTED_AT_FIELD] ?? null);
};

const fromPs = (pid: number): string | null =>
  execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  }).trim() || null;

/** When the process began; null when there is none (or only its zombie). */
export const startTimeOf = (pid: number): string | null => {
  try {
    return existsSync('/proc/self/stat') ? fromProc(pid) : fromPs(pid);
  } catch {
    return null;
  }
};

/** True while the very process that was recorded runs, and not another that got its pid. */
export const isAlive = ({ pid, startedAt }: ProcessRecord): boolean => startTimeOf(pid) === startedAt;

/** True while the process stands still after SIGSTOP. Linux only, as the fault harness is. */
export const isStopped = ({ pid }: ProcessRecord): boolean => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).startsWith('T');
  } catch {
    return false;
  }
};
