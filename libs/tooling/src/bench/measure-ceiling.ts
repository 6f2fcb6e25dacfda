import type { ProducedRecord } from '@sluice/stage';
import { HOPS, publishTo } from './chain.ts';
import { startCopyLoop } from './copy-loop.ts';
import { measureFlow, withObserver } from './flow.ts';
import { meanOf, quantilesOf, type Quantiles } from './quantiles.ts';

export interface Ceiling {
  readonly perSecond: number;
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

/** The bare copy loop on the chain's own records: what this machine and this client give at most. */
export const measureCeiling = async (brokers: readonly string[], records: readonly ProducedRecord[]): Promise<Ceiling> => {
  const loop = await startCopyLoop(brokers, HOPS);
  try {
    return await withObserver(brokers, loop.last, async (observer) => {
      await measureFlow({ brokers, from: loop.first, records: records.slice(0, WARM_UP), observer });
      await loop.report();
      const { perSecond } = await measureFlow({ brokers, from: loop.first, records, observer });
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
      return { perSecond, loadedTransaction, idleTransaction: { ...quantilesOf(idle), mean: meanOf(idle) }, idleThrough: quantilesOf(through) };
    });
  } finally {
    await loop.stop();
  }
};
