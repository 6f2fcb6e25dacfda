import type { ProducedRecord } from '@sluice/stage';
import { publishTo } from './chain.ts';
import { Observer } from './observer.ts';

export interface Flow {
  /** When the first was published, as `performance.now()`. */
  readonly began: number;
  readonly records: number;
  readonly seconds: number;
  readonly perSecond: number;
}

export interface FlowOptions {
  readonly brokers: readonly string[];
  readonly from: string;
  readonly records: readonly ProducedRecord[];
  readonly observer: Observer;
}

/** From the first record published until the last is seen, committed, at the end. */
export const measureFlow = async ({ brokers, from, records, observer }: FlowOptions): Promise<Flow> => {
  observer.clear();
  const began = performance.now();
  await publishTo(brokers, from, records);
  const { times } = await observer.until(records.length);
  const seconds = (Math.max(...times.slice(-1)) - began) / 1_000;
  return { began, records: records.length, seconds, perSecond: records.length / seconds };
};

export const withObserver = async <Result>(
  brokers: readonly string[],
  topic: string,
  work: (observer: Observer) => Promise<Result>,
): Promise<Result> => {
  const observer = new Observer({ brokers, topic });
  try {
    await observer.start();
    return await work(observer);
  } finally {
    await observer.close();
  }
};
