import { deadLetterHeaderNames, deadLetterTopicOf, inquiryDropped, inquiryRaw } from '@sluice/contracts';
import { eventually } from '@sluice/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { StateStore } from '../ports/state-store.port.ts';
import { RefusedRecordsError, type Transaction, type Transport } from '../ports/transport.port.ts';
import { createBench, inquiryOf, type Bench } from '../testing/bench.ts';
import { plainCodec } from '../testing/index.ts';
import { withCommits } from '../testing/with-commits.ts';
import { headerOf } from './delivery.ts';
import type { Runnable } from './health.ts';
import { runProjection } from './run-projection.ts';

const reasonsOn = (bench: Bench, stage: string): (string | null)[] =>
  bench.log
    .records(deadLetterTopicOf(inquiryRaw.v1.type, stage))
    .map(({ headers }) => headerOf(headers, deadLetterHeaderNames.exception));
const texts = (count: number): string[] =>
  Array.from({ length: count }, (_, n) => (n % 17 === 5 ? `poison ${n}` : `${n}`));
const good = (all: readonly string[]): readonly string[] => all.filter((text) => !text.startsWith('poison'));

/** A log that takes no record in which this word stands, and so no transaction that holds one. */
const refusing = (transport: Transport, word: string): Transport => {
  const isRefused = ({ records }: Transaction): boolean =>
    records.some(({ topic, value }) => !topic.includes('.dlq.') && String(value).includes(word));
  return withCommits(transport, (commit) => async (transaction) => {
    if (isRefused(transaction)) throw new RefusedRecordsError('the broker refuses', { reason: 'MESSAGE_TOO_LARGE' });
    return commit(transaction);
  });
};

describe('a batch that is refused, with nothing outside to blame', () => {
  let bench: Bench;
  let projection: Runnable | null = null;
  beforeEach(() => {
    bench = createBench(1);
  });
  afterEach(async () => {
    await projection?.drain();
    await bench.close();
  });

  it('is halved until the record is found that the log refuses: that one is dead-lettered, the others go on in order', async () => {
    const all = texts(100);
    await bench.send(...all.map((text) => inquiryOf('same', text)));
    const runner = await bench.run({ transport: refusing(bench.transport, 'poison'), options: { patience: 1 } });
    await eventually(() => expect(bench.outputs()).toEqual(good(all)));
    await eventually(() => expect(reasonsOn(bench, 'follow-script')).toEqual(Array(6).fill('RefusedRecordsError')));
    expect(runner.health()).toEqual({ ready: true, reason: null });
  });

  it('is halved until the record is found whose state the store refuses: nothing is remembered of that one', async () => {
    const all = texts(40);
    const store: StateStore = {
      load: (stage, wanted) => bench.store.load(stage, wanted),
      store: async (stage, changes) => {
        const isRefused = changes.pending.some(({ inputs }) =>
          inputs.some(({ records }) =>
            records.some(({ topic, value }) => !topic.includes('.dlq.') && String(value).includes('poison')),
          ),
        );
        if (isRefused) throw new Error('invalid byte sequence');
        return bench.store.store(stage, changes);
      },
    };
    await bench.send(...all.map((text) => inquiryOf(text, text)));
    await bench.run({ counting: true, store, gather: async ({ content }) => content.text, options: { patience: 1 } });
    await eventually(() => expect(reasonsOn(bench, 'count-inquiry')).toHaveLength(3));
    const count = good(all).length;
    await eventually(() => expect(bench.outputs()).toEqual(Array.from({ length: count }, (_, n) => String(n + 1))));
  });

  it('is tried again a few times first: what passes is no defect', async () => {
    let refusals = 2;
    await bench.send(inquiryOf('a', 'one'), inquiryOf('a', 'two'));
    await bench.run({
      transport: withCommits(bench.transport, (commit) => async (transaction) => {
        refusals -= 1;
        if (refusals >= 0) throw new Error('for a moment');
        return commit(transaction);
      }),
    });
    await eventually(() => expect(bench.outputs()).toEqual(['one', 'two']));
    expect(reasonsOn(bench, 'follow-script')).toEqual([]);
  });

  it('lets the stage rest when everything is refused: a bad deploy must not fill the dead letters', async () => {
    await bench.send(...Array.from({ length: 30 }, (_, n) => inquiryOf('same', `poison ${n}`)));
    const runner = await bench.run({
      transport: refusing(bench.transport, 'poison'),
      options: { patience: 1, commitRecords: 4, breaker: { defects: 5, outOf: 10, restMs: 60_000 } },
    });
    await eventually(() => expect(runner.health().ready).toBe(false));
    expect(runner.health().reason).toContain('breaker');
    expect(reasonsOn(bench, 'follow-script').length).toBeLessThan(10);
  });

  it('is one decision whose records are too large: it fails alone, before anything is remembered', async () => {
    const large = 'x'.repeat(4_000);
    await bench.send(inquiryOf('a', 'one'), inquiryOf('b', large), inquiryOf('c', 'three'));
    await bench.run({
      counting: true,
      transport: { ...bench.transport, maxRecordBytes: 3_000 },
      gather: async ({ content }) => content.text,
    });
    await eventually(() => expect(bench.outputs()).toEqual(['1', '2']));
    await eventually(() => expect(reasonsOn(bench, 'count-inquiry')).toEqual(['RecordTooLargeError']));
  });

  it('is, for a projection, halved until the event is found that can’t be applied', async () => {
    const all = texts(50);
    const applied: string[] = [];
    await bench.send(...all.map((text) => inquiryOf('same', text)));
    projection = runProjection({
      name: 'read-inquiries',
      consumes: [inquiryRaw.v1],
      transport: bench.transport,
      codec: plainCodec(),
      deadLetters: true,
      options: { patience: 1 },
      apply: async (events) => {
        const found = events.map(({ data }) => String(inquiryRaw.v1.parse(data).content.text));
        if (found.some((text) => text.startsWith('poison'))) throw new Error('value too long');
        applied.push(...found);
      },
    });
    await projection.start();
    await eventually(() => expect(reasonsOn(bench, 'read-inquiries')).toHaveLength(3));
    await eventually(() => expect(applied).toEqual(good(all)));
    expect(bench.log.records(inquiryDropped.v1.type)).toEqual([]);
  });
});
