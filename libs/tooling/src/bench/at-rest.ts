import { setTimeout as pause } from 'node:timers/promises';
import type { Stack } from '../stack/start-stack.ts';
import { CHAIN } from './chain.ts';

const POLL_MS = 250;
/** Looks in a row at which nobody is behind: between two stages a record is seen by the next look. */
const LOOKS = 2;
const STALLED_AFTER_MS = 300_000;
const LAG = /^sluice_lag_records\{.*\} (\d+)/gmu;

const lagOf = async (url: string): Promise<number> =>
  [...(await (await fetch(`${url}/metrics`)).text()).matchAll(LAG)].reduce(
    (sum, [, records]) => sum + Number(records),
    0,
  );

/** Records that the chain's stages and projections have not read yet, by what they say of themselves. */
const behind = async (stack: Stack): Promise<number> => {
  const replicas = CHAIN.flatMap((name) => stack.run.services[name] ?? []);
  return (await Promise.all(replicas.map(({ url }) => lagOf(url)))).reduce((sum, lag) => sum + lag, 0);
};

/**
 * Waits until nothing is left to do: routed is not the end, owners, clocks and effects come after it. Gives the `performance.now()`
 * at which it was first seen. @throws Error when nothing has been read for five minutes.
 */
export const untilAtRest = async (stack: Stack): Promise<number> => {
  let least = Infinity;
  let movedAt = performance.now();
  for (let since: number | null = null, looks = 0; ; await pause(POLL_MS)) {
    const lag = await behind(stack);
    if (lag < least) [least, movedAt] = [lag, performance.now()];
    since = lag === 0 ? (since ?? performance.now()) : null;
    looks = lag === 0 ? looks + 1 : 0;
    if (since !== null && looks >= LOOKS) return since;
    if (performance.now() - movedAt > STALLED_AFTER_MS)
      throw new Error(`waiting for the chain to come to rest: ${lag} records are still not read`);
  }
};
