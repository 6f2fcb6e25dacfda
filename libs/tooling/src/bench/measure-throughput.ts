import { setTimeout as pause } from 'node:timers/promises';
import { inquiryRaw } from '@sluice/contracts';
import type { Stack } from '../stack/start-stack.ts';
import { untilAtRest } from './at-rest.ts';
import { publishTo, runningReplicas, usages, type Usages } from './chain.ts';
import type { Flow } from './flow.ts';
import { inquiries, rawRecords } from './inquiries.ts';
import { memoryOf, type MemoryByService } from './memory.ts';
import type { Observer } from './observer.ts';
import { scrape, sumIn } from './scrape.ts';

/** One step of the growing counts. */
export interface Rung extends Flow {
  /** Inquiries that have gone through the chain by then, those of earlier steps included. */
  readonly total: number;
  /** Inquiries per second until nothing was left to do: owners given, clocks set, effects settled. */
  readonly donePerSecond: number;
  /** Of every service that ran, the read model among them where it did. */
  readonly memory: MemoryByService;
  /** Milliseconds of CPU for one inquiry, by process, all that follows included; null where the system does not tell. */
  readonly cpuMs: Readonly<Record<string, number | null>>;
  /** Promises that had come due by then. */
  readonly due: { readonly atRisk: number; readonly broken: number };
}

const FIRST_RUNG = 1_000;
const GROWTH = 4;
/** Up to so many everything is measured without the read model; what goes beyond runs with it. */
export const WITHOUT_READ_MODEL = 4_000;
/** Records are made and published by as many at a time: all of a long run would not fit into memory. */
const PORTION = 10_000;
/** The next portion is made while so many are still on their way, so that the chain never waits for it. */
const AHEAD = 4_000;
const POLL_MS = 20;

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

const dueOf = async (stack: Stack): Promise<Rung['due']> => {
  const texts = await Promise.all(runningReplicas(stack).map(scrape));
  const sum = (metric: string): number => texts.reduce((total, text) => total + sumIn(text, metric), 0);
  return { atRisk: sum('sluice_sla_at_risk'), broken: sum('sluice_sla_breach_total') };
};

/** Publishes so many, and waits until the last was seen at the end. The first portion is made before the clock runs. */
const flowOf = async (stack: Stack, observer: Observer, count: number): Promise<Flow> => {
  const sizes = Array.from({ length: Math.ceil(count / PORTION) }, (_, at) => Math.min(PORTION, count - at * PORTION));
  let records = await rawRecords(inquiries(sizes[0] ?? 0), stack.addresses);
  observer.clear();
  const began = performance.now();
  let published = 0;
  for (const [at, size] of sizes.entries()) {
    if (at > 0) {
      while (observer.seen < published - AHEAD) await pause(POLL_MS);
      records = await rawRecords(inquiries(size), stack.addresses);
    }
    await publishTo(stack.addresses.brokers, inquiryRaw.v1.type, records);
    published += size;
  }
  const { times } = await observer.until(count);
  const seconds = ((times.at(-1) ?? began) - began) / 1_000;
  return { began, records: count, seconds, perSecond: count / seconds };
};

/** `count` inquiries through everything that runs. `total` is what has gone through then. */
const measureRung = async (
  stack: Stack,
  observer: Observer,
  { count, total }: { readonly count: number; readonly total: number },
): Promise<Rung> => {
  const before = usages(stack);
  const flow = await flowOf(stack, observer, count);
  const donePerSecond = count / (((await untilAtRest(stack)) - flow.began) / 1_000);
  const cpuMs = spent(before, usages(stack), count);
  // Looked at afterwards: looking costs the services something.
  return { ...flow, total, donePerSecond, cpuMs, memory: await memoryOf(stack), due: await dueOf(stack) };
};

/** Everything that runs under growing counts: throughput, memory and cost of each. The first rung also warms everything up. */
export const measureThroughput = async (stack: Stack, observer: Observer, most: number): Promise<readonly Rung[]> => {
  const rungs: Rung[] = [];
  for (const total of rungsUpTo(most))
    rungs.push(await measureRung(stack, observer, { count: total - (rungs.at(-1)?.total ?? 0), total }));
  return rungs;
};
