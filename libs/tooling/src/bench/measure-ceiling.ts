import type { ProducedRecord } from '@sluice/stage';
import { HOPS, publishTo, usages } from './chain.ts';
import { startCopyLoop } from './copy-loop.ts';
import { measureFlow, withObserver } from './flow.ts';
import type { Stack } from '../stack/start-stack.ts';
import { meanOf, quantilesOf, type Quantiles } from './quantiles.ts';
import { usageOf } from '../process/usage.ts';

export interface Ceiling {
  readonly perSecond: number;
  /** Milliseconds of CPU for one record: all hops, and the broker. Null where the system does not tell. Other work on the machine changes it little. */
  readonly cpuMs: { readonly hops: number; readonly kafka: number } | null;
  /** Milliseconds of one transaction under load. */
  readonly loadedTransaction: Quantiles;
  /** Milliseconds of one transaction that holds one record, nothing else going on. */
  readonly idleTransaction: Quantiles & { readonly mean: number };
  /** Milliseconds of one record from published to seen at the end. */
  readonly idleThrough: Quantiles;
}

/** Records the loop copies before anything is measured: code is compiled, connections are open. */
const WARM_UP = 1_000;
const IDLE_RECORDS = 60;

interface Spent {
  readonly hops: number | null;
  readonly kafka: number | null;
}

const spentBy = (stack: Stack, pids: readonly number[]): Spent => {
  const hops = pids.map((pid) => usageOf(pid).cpuSeconds);
  return {
    hops: hops.includes(null) ? null : hops.reduce((sum: number, seconds) => sum + (seconds ?? 0), 0),
    kafka: usages(stack)['kafka']?.cpuSeconds ?? null,
  };
};

const cpuOf = (before: Spent, after: Spent, records: number): Ceiling['cpuMs'] =>
  before.hops === null || after.hops === null || before.kafka === null || after.kafka === null
    ? null
    : { hops: ((after.hops - before.hops) * 1_000) / records, kafka: ((after.kafka - before.kafka) * 1_000) / records };

/** The bare copy loop on the chain's own records: what this machine and this client give at most. */
export const measureCeiling = async (stack: Stack, records: readonly ProducedRecord[]): Promise<Ceiling> => {
  const { brokers } = stack.addresses;
  const loop = await startCopyLoop(brokers, HOPS);
  try {
    return await withObserver(brokers, loop.last, async (observer) => {
      await measureFlow({ brokers, from: loop.first, records: records.slice(0, WARM_UP), observer });
      await loop.report();
      const before = spentBy(stack, loop.pids);
      const { perSecond } = await measureFlow({ brokers, from: loop.first, records, observer });
      const cpuMs = cpuOf(before, spentBy(stack, loop.pids), records.length);
      const loadedTransaction = quantilesOf(await loop.report());
      const through: number[] = [];
      observer.clear();
      for (const [at, record] of records.slice(0, IDLE_RECORDS).entries()) {
        const began = performance.now();
        await publishTo(brokers, loop.first, [record]);
        await observer.until(at + 1);
        through.push(performance.now() - began);
      }
      const idle = await loop.report();
      return {
        perSecond,
        cpuMs,
        loadedTransaction,
        idleTransaction: { ...quantilesOf(idle), mean: meanOf(idle) },
        idleThrough: quantilesOf(through),
      };
    });
  } finally {
    await loop.stop();
  }
};
