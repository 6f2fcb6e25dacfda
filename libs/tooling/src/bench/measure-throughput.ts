import { inquiryRaw } from '@sluice/contracts';
import type { Stack } from '../stack/start-stack.ts';
import { untilAtRest } from './at-rest.ts';
import { CHAIN, usages, type Usages } from './chain.ts';
import { measureFlow, type Flow } from './flow.ts';
import { inquiries, rawRecords } from './inquiries.ts';
import type { Observer } from './observer.ts';

/** One step of the growing counts. */
export interface Rung extends Flow {
  /** Inquiries that have gone through the chain by then, those of earlier steps included. */
  readonly total: number;
  /** Inquiries per second until nothing was left to do: owners given, clocks set, effects settled. */
  readonly donePerSecond: number;
  /** Megabytes resident then. */
  readonly rssMb: Readonly<Record<string, number>>;
  /** Milliseconds of CPU for one inquiry, by process, all that follows included; null where the system does not tell. */
  readonly cpuMs: Readonly<Record<string, number | null>>;
}

const FIRST_RUNG = 1_000;
const GROWTH = 4;

/** How many have gone through in all: 1,000, then four times as many, up to `most`. */
export const rungsUpTo = (most: number): readonly number[] => {
  const rungs: number[] = [];
  for (let count = FIRST_RUNG; count < most; count *= GROWTH) rungs.push(count);
  return [...rungs, most];
};

const spent = (before: Usages, after: Usages, count: number): Rung['cpuMs'] =>
  Object.fromEntries(
    Object.entries(after).map(([name, { cpuSeconds }]) => {
      const from = before[name]?.cpuSeconds ?? null;
      return [name, cpuSeconds === null || from === null ? null : ((cpuSeconds - from) * 1_000) / count];
    }),
  );

const measureRung = async (
  stack: Stack,
  observer: Observer,
  { before: sent, total }: { readonly before: number; readonly total: number },
): Promise<Rung> => {
  const count = total - sent;
  const records = await rawRecords(inquiries(count), stack.addresses);
  const before = usages(stack);
  const flow = await measureFlow({ brokers: stack.addresses.brokers, from: inquiryRaw.v1.type, records, observer });
  const donePerSecond = count / (((await untilAtRest(stack)) - flow.began) / 1_000);
  const after = usages(stack);
  return {
    ...flow,
    total,
    donePerSecond,
    rssMb: Object.fromEntries(CHAIN.map((name) => [name, after[name]?.rssMb ?? 0])),
    cpuMs: spent(before, after, count),
  };
};

/** The chain under growing counts: throughput, memory and cost of each. The first rung also warms everything up. */
export const measureThroughput = async (stack: Stack, observer: Observer, most: number): Promise<readonly Rung[]> => {
  const rungs: Rung[] = [];
  for (const total of rungsUpTo(most))
    rungs.push(await measureRung(stack, observer, { before: rungs.at(-1)?.total ?? 0, total }));
  return rungs;
};
