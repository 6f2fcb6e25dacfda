import { setTimeout as pause } from 'node:timers/promises';
import type { Replica } from '../stack/run-file.ts';
import type { Stack } from '../stack/start-stack.ts';
import { runningReplicas } from './chain.ts';
import { scrape, sumIn } from './scrape.ts';

const POLL_MS = 250;
const LONG_POLL_MS = 2_000;
/** So many records are not read within a look. */
const MUCH = 1_000;
/** Looks in a row at which nobody is behind: between two stages a record is seen by the next look. */
const LOOKS = 2;
/** Promises come due all the time in a long run: so few records on their way, for so many looks, are theirs and not the inquiries'. */
const TRICKLE = 20;
const TRICKLE_LOOKS = 8;
const STALLED_AFTER_MS = 300_000;

/** Records that a replica's stages and projections have not read yet, by what it says of itself. */
const lagOf = async (replica: Replica): Promise<number> => sumIn(await scrape(replica), 'sluice_lag_records');

const behind = async (stack: Stack): Promise<number> =>
  (await Promise.all(runningReplicas(stack).map(lagOf))).reduce((sum, lag) => sum + lag, 0);

/** Asked often a service is busy with answering: its CPU is measured meanwhile. */
const pauseFor = (lag: number): Promise<void> => pause(lag > MUCH ? LONG_POLL_MS : POLL_MS);

const stalled = (lag: number): Error =>
  new Error(`waiting for the chain to come to rest: ${lag} records are still not read`);

/** Waits until one replica has nearly caught up, asking nobody else. */
const untilNearlyCaughtUp = async (replica: Replica): Promise<void> => {
  let [last, movedAt] = [-1, performance.now()];
  for (;;) {
    const lag = await lagOf(replica);
    if (lag <= TRICKLE) return;
    if (lag !== last) [last, movedAt] = [lag, performance.now()];
    if (performance.now() - movedAt > STALLED_AFTER_MS) throw stalled(lag);
    await pauseFor(lag);
  }
};

/** When it was first seen that there were at most so many, and that in how many looks in a row. */
class Below {
  readonly #most: number;
  #since: number | null = null;
  #looks = 0;

  constructor(most: number) {
    this.#most = most;
  }

  look(lag: number): void {
    this.#since = lag <= this.#most ? (this.#since ?? performance.now()) : null;
    this.#looks = lag <= this.#most ? this.#looks + 1 : 0;
  }

  sinceFor(looks: number): number | null {
    return this.#looks >= looks ? this.#since : null;
  }
}

/**
 * Waits until nothing is left to do: routed is not the end, owners, clocks and effects come after it. Gives the `performance.now()`
 * at which it was first seen. @throws Error when as much has been left for five minutes.
 */
export const untilAtRest = async (stack: Stack): Promise<number> => {
  // In the order of the chain: whoever has caught up is left alone until the last one has.
  for (const replica of runningReplicas(stack)) await untilNearlyCaughtUp(replica);
  const nothing = new Below(0);
  const trickle = new Below(TRICKLE);
  let [last, movedAt] = [-1, performance.now()];
  for (;;) {
    const lag = await behind(stack);
    if (lag !== last) [last, movedAt] = [lag, performance.now()];
    nothing.look(lag);
    trickle.look(lag);
    const since = nothing.sinceFor(LOOKS) ?? trickle.sinceFor(TRICKLE_LOOKS);
    if (since !== null) return since;
    if (performance.now() - movedAt > STALLED_AFTER_MS) throw stalled(lag);
    await pauseFor(lag);
  }
};
