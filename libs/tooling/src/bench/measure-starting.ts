import { inquiryRaw } from '@sluice/contracts';
import type { Stack } from '../stack/start-stack.ts';
import { untilAtRest } from './at-rest.ts';
import { CHAIN, publishTo, READ_MODEL, scaleChain } from './chain.ts';
import { inquiries, rawRecords } from './inquiries.ts';
import { worstDuring } from './measure-latency.ts';
import type { Observer } from './observer.ts';

export interface Rebalance {
  /** Seconds until a second router was ready. */
  readonly joinSeconds: number;
  /** Milliseconds the slowest inquiry of a trickle took while it joined. */
  readonly worstJoiningMs: number;
  /** The same while it was stopped again. */
  readonly worstLeavingMs: number;
}

export interface CatchUp {
  readonly backlog: number;
  /** From starting the services, their start included, until the last was routed. */
  readonly seconds: number;
  /** From the first routed to the last. */
  readonly perSecond: number;
}

const secondsOf = async (work: () => Promise<unknown>): Promise<number> => {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1_000;
};

/** Seconds from spawning each service until it is ready, all started at once. */
export const measureStartUp = async (stack: Stack): Promise<Readonly<Record<string, number>>> =>
  Object.fromEntries(
    await Promise.all(CHAIN.map(async (name) => [name, await secondsOf(() => stack.scaleTo(name, 1))] as const)),
  );

/** A second router joins and leaves, under a trickle of 20 inquiries per second. */
export const measureRebalance = async (stack: Stack, observer: Observer): Promise<Rebalance> => {
  let joinSeconds = 0;
  await untilAtRest(stack);
  const worstJoiningMs = await worstDuring(stack, observer, async () => {
    joinSeconds = await secondsOf(() => stack.scaleTo('router', 2));
  });
  const worstLeavingMs = await worstDuring(stack, observer, () => stack.scaleTo('router', 1));
  return { joinSeconds, worstJoiningMs, worstLeavingMs };
};

/** The read model is started beside a chain at rest, and reads all that there is: seconds until it has, its start included. */
export const measureReadModelCatchUp = async (stack: Stack): Promise<number> => {
  await untilAtRest(stack);
  const began = performance.now();
  await stack.scaleTo(READ_MODEL, 1);
  return ((await untilAtRest(stack)) - began) / 1_000;
};

/** The services are stopped, inquiries pile up, the services are started: how long until all is routed. */
export const measureCatchUp = async (stack: Stack, observer: Observer, backlog: number): Promise<CatchUp> => {
  await scaleChain(stack, 0);
  const records = await rawRecords(inquiries(backlog), stack.addresses);
  observer.clear();
  await publishTo(stack.addresses.brokers, inquiryRaw.v1.type, records);
  const began = performance.now();
  const [{ times }] = await Promise.all([observer.until(backlog), scaleChain(stack, 1)]);
  const last = times.at(-1) ?? 0;
  return { backlog, seconds: (last - began) / 1_000, perSecond: backlog / ((last - (times[0] ?? 0)) / 1_000) };
};
