import type { InquiryRaw } from '@sluice/contracts';
import { eventually } from '@sluice/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createBench, inquiryOf, type Bench } from '../testing/bench.ts';
import { withCommits } from '../testing/with-commits.ts';

const CONCURRENCY = 8;
const SLOW_EVERY = 20;
const isSlow = (text: string): boolean => Number(text) % SLOW_EVERY === 0;
const texts = (count: number): string[] => Array.from({ length: count }, (_, n) => String(n + 1));

/** A world that answers when it is told to, and knows how many it is asked at a time. */
const askedWorld = () => {
  const open = new Map<string, () => void>();
  const answer = (text: string): void => {
    open.get(text)?.();
    open.delete(text);
  };
  return {
    open,
    answer,
    gather: ({ content }: InquiryRaw) =>
      new Promise<null>((resolve) => {
        open.set(String(content.text), () => resolve(null));
      }),
    /** Answers whatever is quick, one at a time, and sees each slot taken again before the next answer. */
    async answerQuick(count: number, whileWaiting: () => void): Promise<void> {
      for (let answered = 0; answered < count; answered += 1) {
        const quick = [...open.keys()].find((text) => !isSlow(text));
        if (quick === undefined) throw new Error('nothing quick is being asked');
        answer(quick);
        await eventually(whileWaiting);
      }
    },
    async answerAll(): Promise<void> {
      await eventually(() => {
        for (const text of [...open.keys()]) answer(text);
        expect(open.size).toBe(0);
      });
    },
  };
};

describe('slots of a running stage', () => {
  let bench: Bench;
  beforeEach(() => {
    bench = createBench();
  });
  afterEach(() => bench.close());

  it('are all taken again as soon as an answer comes, while slow answers hold back what is behind them', async () => {
    const world = askedWorld();
    await bench.send(...texts(100).map((text) => inquiryOf(text, text)));
    await bench.run({ gather: world.gather, options: { concurrency: CONCURRENCY, commitAfterMs: 1 } });
    await eventually(() => expect(world.open.size).toBe(CONCURRENCY));
    // 100 records, of which 5 are slow and unanswered: all others can be answered with the slots full until few are left.
    await world.answerQuick(100 - CONCURRENCY, () => expect(world.open.size).toBe(CONCURRENCY));
    expect([...world.open.keys()].filter(isSlow)).toHaveLength(100 / SLOW_EVERY);
    await world.answerAll();
    await eventually(() => expect(bench.outputs()).toHaveLength(100));
  });

  it('do not wait for a commit that is under way', async () => {
    const world = askedWorld();
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    await bench.send(...texts(40).map((text) => inquiryOf(text, text)));
    await bench.run({
      gather: world.gather,
      options: { concurrency: CONCURRENCY, commitAfterMs: 1 },
      transport: withCommits(bench.transport, (commit) => async (transaction) => {
        await released;
        return commit(transaction);
      }),
    });
    await eventually(() => expect(world.open.size).toBe(CONCURRENCY));
    await world.answerQuick(40 - CONCURRENCY, () => expect(world.open.size).toBe(CONCURRENCY));
    expect(bench.outputs()).toEqual([]);
    release();
    await world.answerAll();
    await eventually(() => expect(bench.outputs()).toHaveLength(40));
  });
});
