import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** What a process, with its children, uses. `cpuSeconds` is null where the system does not tell it so. */
export interface Usage {
  readonly rssMb: number;
  readonly cpuSeconds: number | null;
}

const MB = 1024 * 1024;
const PAGE_BYTES = 4_096;
/** USER_HZ, which Linux has fixed for what it shows to programs. */
const TICKS_PER_SECOND = 100;
const PARENT = 1;
const USER_TIME = 11;
const SYSTEM_TIME = 12;
const RESIDENT_PAGES = 21;

/** The fields of /proc/<pid>/stat after the name, which may itself hold blanks. */
const fieldsOf = (pid: number): readonly string[] => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return [];
  }
};

const childrenOf = (pid: number): readonly number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((child) => Number(fieldsOf(child)[PARENT]) === pid);

const fromProc = (pid: number): Usage => {
  const all = [pid, ...childrenOf(pid)].map(fieldsOf);
  const sum = (field: number): number => all.reduce((total, fields) => total + Number(fields[field] ?? 0), 0);
  return {
    rssMb: (sum(RESIDENT_PAGES) * PAGE_BYTES) / MB,
    cpuSeconds: (sum(USER_TIME) + sum(SYSTEM_TIME)) / TICKS_PER_SECOND,
  };
};

const fromPs = (pid: number): Usage => ({
  rssMb: Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })) / 1_024,
  cpuSeconds: null,
});

export const usageOf = (pid: number): Usage => (existsSync('/proc/self/stat') ? fromProc(pid) : fromPs(pid));
