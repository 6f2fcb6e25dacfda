// Plain JavaScript, like lock.mjs: tools/run.mjs needs it before Node 24 and the packages are there.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';

const STATE_FIELD = 0;
const PARENT_FIELD = 1;
const GROUP_FIELD = 2;
const STARTED_AT_FIELD = 19;
const hasProc = existsSync('/proc/self/stat');

/** The fields of /proc/<pid>/stat after the name, which may itself hold blanks and brackets. */
const fieldsOf = (pid) => {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
};

const startTimeFromProc = (pid) => {
  const fields = fieldsOf(pid);
  return fields[STATE_FIELD] === 'Z' ? null : (fields[STARTED_AT_FIELD] ?? null);
};

const fromPs = (pid, field) =>
  execFileSync('ps', ['-o', `${field}=`, '-p', String(pid)], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  }).trim() || null;

const orNull = (read) => {
  try {
    return read();
  } catch {
    return null;
  }
};

export const startTimeOf = (pid) => orNull(() => (hasProc ? startTimeFromProc(pid) : fromPs(pid, 'lstart')));

export const parentOf = (pid) => orNull(() => Number(hasProc ? fieldsOf(pid)[PARENT_FIELD] : fromPs(pid, 'ppid')));

export const commandOf = (pid) =>
  orNull(() =>
    hasProc ? readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim() : fromPs(pid, 'args'),
  ) ?? '';

const isMember = (pid, group) => {
  const fields = orNull(() => fieldsOf(pid)) ?? [];
  return Number(fields[GROUP_FIELD]) === group && fields[STATE_FIELD] !== 'Z';
};

export const isGroupAlive = (group) =>
  hasProc
    ? readdirSync('/proc').some((name) => /^\d+$/.test(name) && isMember(Number(name), group))
    : orNull(() => process.kill(-group, 0)) === true;

export const isAlive = ({ pid, startedAt }) => startTimeOf(pid) === startedAt;

export const isStopped = ({ pid }) => orNull(() => fieldsOf(pid))?.[STATE_FIELD] === 'T';

export const thisProcess = () => ({ pid: process.pid, startedAt: startTimeOf(process.pid) ?? '' });
