import { beginRecord, endLeftovers } from '../process/leftovers.ts';
import { commandOf, isAlive, parentOf, startTimeOf, type ProcessRecord } from '../process/identity.mjs';
import { endStarted } from '../process/started.ts';
import { stateDir as checkoutState } from './checkout.ts';
import { explainFailure } from './explain-failure.ts';
import { takeInterruptions } from './interruption.ts';

export interface GuardedRunOptions {
  readonly say: (text: string) => void;
  /** Where runs are recorded; the checkout's unless told. */
  readonly stateDir?: string;
  /** Ends the run after so many milliseconds. */
  readonly limitMs?: number;
  /** Told why the run was ended, after everything has stopped. */
  readonly onCut?: (why: string) => void;
}

export interface Guard {
  /** @throws Error once the run is being ended: nothing more may be started */
  check(): void;
}

interface Cut {
  readonly why: string;
  readonly code: number;
}

const LOOK_MS = 1_000;
const MOST_PARENTS = 5;
const SIGNAL_CODES = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

/** Who waits for this run: the script that started us, and, where npm did, everybody up to npm. A run without them is wanted by nobody. */
const parents = (): readonly ProcessRecord[] => {
  const chain: ProcessRecord[] = [];
  for (
    let pid: number | null = process.ppid;
    pid !== null && pid > 1 && chain.length < MOST_PARENTS;
    pid = parentOf(pid)
  ) {
    chain.push({ pid, startedAt: startTimeOf(pid) ?? '' });
    if (/^npm\b|npm-cli\.js/u.test(commandOf(pid))) return chain;
  }
  return chain.slice(0, 1);
};

const untilOrphaned = (): Promise<void> => {
  const watched = parents();
  return new Promise((resolve) => {
    const timer = setInterval(() => {
      if (watched.every(isAlive)) return;
      clearInterval(timer);
      resolve();
    }, LOOK_MS);
    timer.unref();
  });
};

const whatEnds = ({ say, limitMs }: GuardedRunOptions): Promise<Cut> => {
  const { promise, resolve } = Promise.withResolvers<Cut>();
  const interruption = takeInterruptions(say, 'a guardian stops what still runs');
  void interruption.asked.then((signal) => resolve({ why: `asked by ${signal}`, code: SIGNAL_CODES[signal] }));
  void untilOrphaned().then(() => resolve({ why: 'whoever started this run is gone', code: 1 }));
  process.stdout.on('error', () => resolve({ why: 'nobody reads what this run says', code: 1 }));
  for (const event of ['uncaughtException', 'unhandledRejection'] as const)
    process.on(event, (error: unknown) => resolve({ why: explainFailure(error, { begun: false }).trim(), code: 1 }));
  if (limitMs !== undefined)
    setTimeout(
      () => resolve({ why: `it has taken ${(limitMs / 60_000).toFixed(0)} minutes`, code: 1 }),
      limitMs,
    ).unref();
  return promise;
};

/**
 * Runs work whose servers, services and test runners end with it, whatever ends it: its own end, a failure, a signal, the end of
 * whoever started it, a time limit. Where this very process is killed, a guardian does it; where that is killed too, the next run.
 * Ends this process with the code that the work gives.
 */
export const guardedRun = async (
  options: GuardedRunOptions,
  work: (guard: Guard) => Promise<number>,
): Promise<never> => {
  const { say, onCut, stateDir = checkoutState } = options;
  const leftovers = await endLeftovers(stateDir);
  if (leftovers.length > 0) say(`  ended what an earlier run left behind: ${leftovers.join(', ')}`);
  const file = beginRecord(stateDir);
  let cut: Cut | null = null;
  const guard: Guard = {
    check: () => {
      if (cut) throw new Error(`this run is being ended: ${cut.why}`);
    },
  };
  const ended = whatEnds(options).then((one) => (cut = one));
  const done = work(guard).catch((error: unknown) => {
    if (!cut) say(explainFailure(error, { begun: false }));
    return 1;
  });
  const outcome = await Promise.race([done, ended]);
  if (typeof outcome === 'number') {
    const left = await endStarted(file);
    if (left.length > 0)
      say(`  ended what was left running: ${left.map(({ what, pid }) => `${what} (${pid})`).join(', ')}`);
    process.exit(outcome);
  }
  say(`\n  Ending this run: ${outcome.why}`);
  await endStarted(file);
  onCut?.(outcome.why);
  process.exit(outcome.code);
};
