import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import type { ConsumedRecord, FetchedRun } from '../ports/transport.port.ts';
import { Window, type Entry } from './window.ts';

const fence = { group: 'g', member: 'm', generation: 1 };

const record = (partition: number, offset: number, bytes = 10): ConsumedRecord => ({
  topic: 't',
  partition,
  offset: BigInt(offset),
  key: null,
  value: Buffer.alloc(bytes),
  headers: {},
  timestamp: 0,
});

/** Records at these offsets, and where the next run begins. */
const run = (partition: number, offsets: readonly number[], next = (offsets.at(-1) ?? 0) + 1): FetchedRun => ({
  topic: 't',
  partition,
  records: offsets.map((offset) => record(partition, offset)),
  nextOffset: BigInt(next),
  fence,
});

const prepare = (entries: readonly (Entry<string> | undefined)[]): void => {
  for (const entry of entries) if (entry) entry.prepared = 'done';
};
const shown = (window: Window<string>, limit = 100) => {
  const batch = window.ready(limit);
  return (
    batch && {
      records: batch.entries.map(({ record: of }) => (of ? `${of.partition}/${of.offset}` : 'end of a run')),
      offsets: batch.offsets.map(({ partition, offset }) => `${partition}/${offset}`),
    }
  );
};

describe('the window', () => {
  let window: Window<string>;
  beforeEach(() => {
    window = new Window<string>();
  });

  it('has nothing ready while the first record of a partition is not', () => {
    const entries = window.add(run(0, [0, 1, 2]), 0);
    prepare([entries[1], entries[2]]);
    expect(window.ready(100)).toBeNull();
    expect(window.isPreparing()).toBe(true);
  });

  it('gives the longest ready prefix of each partition: one slow record holds up no other partition', () => {
    const [first, second, third] = window.add(run(0, [0, 1, 2]), 0);
    prepare([first, third]);
    prepare(window.add(run(1, [5, 6]), 0));
    expect(shown(window)).toEqual({ records: ['0/0', '1/5', '1/6'], offsets: ['0/1', '1/7'] });
    prepare([second]);
    expect(shown(window)?.offsets).toEqual(['0/3', '1/7']);
  });

  it('commits past control records only with the last record of their run', () => {
    const [first, second] = window.add(run(0, [3, 4], 9), 0);
    prepare([first]);
    expect(shown(window)?.offsets).toEqual(['0/4']);
    prepare([second]);
    expect(shown(window)?.offsets).toEqual(['0/9']);
  });

  it('moves on through a run that holds nothing, in its turn', () => {
    const [only] = window.add(run(0, [0]), 0);
    window.add(run(0, [], 7), 0);
    expect(window.ready(100)).toBeNull();
    prepare([only]);
    expect(shown(window)).toEqual({ records: ['0/0', 'end of a run'], offsets: ['0/7'] });
    expect(window.records).toBe(1);
  });

  it('gives no more than asked for, and the rest next time', () => {
    prepare(window.add(run(0, [0, 1, 2, 3]), 0));
    const batch = window.ready(3);
    expect(batch?.offsets).toEqual([{ topic: 't', partition: 0, offset: 3n }]);
    if (batch) window.remove(batch);
    expect(shown(window, 3)).toEqual({ records: ['0/3'], offsets: ['0/4'] });
  });

  it('is full by records or by bytes, whichever comes first, and empties as it is committed', () => {
    const limits = { windowRecords: 10, windowBytes: 40 };
    prepare(window.add(run(0, [0, 1]), 0));
    expect(window.fill(limits)).toBe(0.5);
    expect(window.fill({ ...limits, windowBytes: 1_000 })).toBe(0.2);
    const batch = window.ready(1);
    if (batch) window.remove(batch);
    expect(window.fill(limits)).toBe(0.25);
    window.clear();
    expect([window.fill(limits), window.records, window.ready(1)]).toEqual([0, 0, null]);
  });

  it('gives every record once and in order per partition, in whatever order they become ready', () => {
    const partitions = fc.array(fc.nat(8), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(partitions, fc.infiniteStream(fc.nat()), fc.integer({ min: 1, max: 5 }), (counts, picks, limit) => {
        const sliding = new Window<string>();
        const waiting = counts.flatMap((count, partition) => [
          ...sliding.add(
            run(
              partition,
              Array.from({ length: count }, (_, n) => n),
              count,
            ),
            0,
          ),
        ]);
        const given: Entry<string>[] = [];
        const committed = new Map<number, bigint>();
        while (waiting.length > 0 || sliding.ready(limit)) {
          prepare(waiting.splice((picks.next().value as number) % Math.max(1, waiting.length), 1));
          const batch = sliding.ready(limit);
          if (!batch) continue;
          for (const { partition, offset } of batch.offsets) {
            expect(offset > (committed.get(partition) ?? -1n)).toBe(true);
            committed.set(partition, offset);
          }
          given.push(...batch.entries);
          sliding.remove(batch);
        }
        for (const [partition, count] of counts.entries()) {
          expect(
            given.filter(({ record: of }) => of?.partition === partition).map(({ record: of }) => Number(of?.offset)),
          ).toEqual(Array.from({ length: count }, (_, n) => n));
          expect(committed.get(partition) ?? 0n).toBe(BigInt(count));
        }
        expect(sliding.records).toBe(0);
      }),
    );
  });
});
