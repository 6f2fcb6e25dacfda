import type { ChildProcess } from 'node:child_process';
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { startTimeOf, type ProcessRecord } from './identity.mjs';
import { isLeft, stop } from './stop.ts';

/** A process that a run has started and that has to end with it. */
export interface Started extends ProcessRecord {
  readonly what: string;
  /** A group is ended with all its children, and first: what it starts must not come after what is ended. */
  readonly kind: 'group' | 'service' | 'server';
  /** What ends it cleanly. */
  readonly signal: NodeJS.Signals;
}

/**
 * Names the file in which a run writes down what it starts. Inherited by all its processes, so that also what a test starts is
 * found by whoever ends the run.
 */
export const STARTED_FILE = 'SLUICE_STARTED_FILE';

/** Writes a process down, where a run asks for it. At once after it was spawned: what is not written down outlives the run. */
export const recordStarted = (started: Started): void => {
  const file = process.env[STARTED_FILE];
  if (file) appendFileSync(file, `${JSON.stringify(started)}\n`);
};

/** Writes a child down that was just spawned. */
export const recordChild = (
  { pid }: ChildProcess,
  { what, kind, signal = 'SIGTERM' }: Pick<Started, 'what' | 'kind'> & Partial<Pick<Started, 'signal'>>,
): ProcessRecord => {
  const record = { pid: pid ?? 0, startedAt: pid === undefined ? '' : (startTimeOf(pid) ?? '') };
  if (pid !== undefined) recordStarted({ ...record, what, kind, signal });
  return record;
};

const startedIn = (file: string): readonly Started[] =>
  existsSync(file)
    ? readFileSync(file, 'utf8')
        .split('\n')
        .flatMap((line) => {
          try {
            const value = JSON.parse(line) as Partial<Started>;
            return value.kind === undefined ? [] : [value as Started];
          } catch {
            // The last line of a process that was killed while it wrote.
            return [];
          }
        })
    : [];

export const leftOf = (file: string): readonly Started[] =>
  startedIn(file).filter((one) => isLeft(one, { group: one.kind === 'group' }));

const GRACE_MS = { group: 5_000, service: 15_000, server: 20_000 } as const;

const end = (one: Started): Promise<void> =>
  stop(one, { first: one.signal, graceMs: GRACE_MS[one.kind], group: one.kind === 'group' });

/**
 * Ends everything that `file` names and that still runs: groups, then services, then the servers one after the other, those that
 * were started last first. Returns what it found.
 */
export const endStarted = async (file: string): Promise<readonly Started[]> => {
  const found: Started[] = [];
  // What is being ended may still start something: looked for until nothing is left.
  for (let left = leftOf(file); left.length > 0; left = leftOf(file)) {
    found.push(...left);
    for (const kind of ['group', 'service'] as const)
      await Promise.all(left.filter((one) => one.kind === kind).map(end));
    for (const server of left.filter(({ kind }) => kind === 'server').toReversed()) await end(server);
  }
  return found;
};
