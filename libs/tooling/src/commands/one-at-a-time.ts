import { join } from 'node:path';
import { withLock } from '../process/lock.mjs';
import { stateDir } from './checkout.ts';

export interface AloneOptions {
  /** The command, as whoever has to wait is told of it. */
  readonly purpose: string;
  readonly say: (text: string) => void;
  /** Called while waiting; what it throws ends the wait. */
  readonly check?: () => void;
}

/** Runs work that starts or stops this checkout's servers and services, while no other command does. Waits for one that does, and says so. */
export const aloneInCheckout = <Result>(
  { purpose, say, check = () => undefined }: AloneOptions,
  work: () => Promise<Result>,
): Promise<Result> =>
  withLock(
    join(stateDir, 'locks', 'stack'),
    {
      purpose,
      check,
      onWait: (holder) =>
        say(
          `  \`${holder.purpose}\` is at work in this checkout (pid ${holder.pid}); \`${purpose}\` waits until it is done, and goes on from there. Ctrl-C ends the wait.`,
        ),
    },
    work,
  );
