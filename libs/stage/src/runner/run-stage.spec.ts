import {
  deadLetterHeaderNames,
  deadLetterTopicOf,
  decisionJournal,
  headerNames,
  inquiryDropped,
  inquiryRaw,
} from '@sluice/contracts';
import { TransientError } from '@sluice/kernel';
import { eventually } from '@sluice/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { replayDecisions } from '../replay.ts';
import { countingStage, createBench, inquiryOf, statelessStage, type Bench } from '../testing/bench.ts';
import { withCommits } from '../testing/with-commits.ts';
import type { AnyStage } from './decisions.ts';
import { headerOf } from './delivery.ts';

const DLQ = deadLetterTopicOf(inquiryRaw.v1.type, 'follow-script');

describe('a running stage', () => {
  let bench: Bench;
  beforeEach(() => {
    bench = createBench();
  });
  afterEach(() => bench.close());

  it('writes events with their envelope, and a journal entry for each decision', async () => {
    await bench.send(inquiryOf('a', 'hello'));
    await bench.run();
    await eventually(() => expect(bench.outputs()).toEqual(['hello']));
    const [record] = bench.log.records(inquiryDropped.v1.type);
    const header = (name: string) => headerOf(record?.headers ?? {}, name);
    expect(header(headerNames.type)).toBe('inquiry.dropped.v1');
    expect(header(headerNames.subject)).toBe(inquiryOf('a').inquiryId);
    expect(header(headerNames.playbook)).toBe('a'.repeat(64));
    expect(header(headerNames.brand)).toBe('default');
    expect(bench.journal()).toMatchObject([{ stage: 'follow-script', outcome: { kind: 'emit' }, state: null }]);
  });

  it('gives the drop of a repeat ids of its own, though its input has the original’s', async () => {
    await bench.send(inquiryOf('a', 'hello'), inquiryOf('a', 'repeat'));
    await bench.run();
    await eventually(() => expect(bench.outputs()).toEqual(['hello', 'duplicate']));
    const ids = [inquiryDropped.v1.type, decisionJournal.v1.type].flatMap((topic) =>
      bench.log.records(topic).map(({ headers }) => headerOf(headers, headerNames.id)),
    );
    expect(new Set(ids).size).toBe(4);
    expect(new Set(bench.journal().map(({ decisionId }) => decisionId)).size).toBe(2);
  });

  it('says nothing else under the same id when an input is decided again, otherwise', async () => {
    const sent = (text: string) => ({
      topic: inquiryRaw.v1.type,
      key: 'k',
      value: Buffer.from(JSON.stringify(inquiryOf('a', text))),
      headers: { [headerNames.id]: 'the same', [headerNames.replayOf]: 'dlq/0/7' },
    });
    await bench.transport.publish([sent('nothing'), sent('one')]);
    await bench.run();
    await eventually(() => expect(bench.outputs()).toEqual(['one']));
    const ids = [inquiryDropped.v1.type, decisionJournal.v1.type].map((topic) =>
      bench.log.records(topic).map(({ headers }) => headerOf(headers, headerNames.id)),
    );
    expect(ids[0]).toHaveLength(1);
    expect(ids[1]).not.toContain(ids[0]?.[0]);
  });

  it('turns a drop into an event and a rejection into a dead letter with its bytes untouched', async () => {
    await bench.send(inquiryOf('a', 'drop'), inquiryOf('b', 'reject'));
    await bench.run();
    await eventually(() => expect(bench.outputs()).toEqual(['spam']));
    const [dead] = await eventually(() => {
      expect(bench.log.records(DLQ)).toHaveLength(1);
      return bench.log.records(DLQ);
    });
    expect(JSON.parse(String(dead?.value))).toEqual(inquiryOf('b', 'reject'));
    expect(headerOf(dead?.headers ?? {}, deadLetterHeaderNames.exception)).toBe('unreadable');
    expect(headerOf(dead?.headers ?? {}, headerNames.id)).toBe(`raw-${inquiryOf('b').inquiryId}`);
  });

  it('dead-letters poison at once, and its partition goes on', async () => {
    await bench.transport.publish([
      { topic: inquiryRaw.v1.type, key: 'a', value: Buffer.from('no json'), headers: {} },
      { topic: inquiryRaw.v1.type, key: 'a', value: Buffer.from('{"inquiryId":"secret@example.com"}'), headers: {} },
    ]);
    await bench.send(inquiryOf('b', 'throw'), inquiryOf('b', 'after'));
    await bench.run();
    await eventually(() => expect(bench.outputs()).toEqual(['after']));
    const reasons = bench.log
      .records(DLQ)
      .map(({ headers }) => headerOf(headers, deadLetterHeaderNames.exception))
      .sort();
    expect(reasons).toEqual(['RangeError', 'UndecodableError', 'ZodError']);
    const texts = bench.log
      .records(DLQ)
      .map(({ headers }) => headerOf(headers, deadLetterHeaderNames.message))
      .join();
    expect(texts).toContain('/inquiryId');
    expect(texts).not.toContain('secret@example.com');
  });

  it('waits out an unwell world, says so, and dead-letters nothing', async () => {
    let isDown = true;
    await bench.send(inquiryOf('a', 'patient'));
    const runner = await bench.run({
      gather: async () => {
        if (isDown) throw new TransientError('provider: 503', { retryAfterMs: 5 });
        return 1;
      },
    });
    await eventually(() => expect(runner.health()).toEqual({ ready: false, reason: 'provider: 503' }));
    isDown = false;
    await eventually(() => expect(bench.outputs()).toEqual(['patient']));
    expect(runner.health()).toEqual({ ready: true, reason: null });
    expect(bench.log.records(DLQ)).toHaveLength(0);
  });

  it('gathers ahead of a slow record and still writes in order', async () => {
    const started: string[] = [];
    const { promise: slow, resolve } = Promise.withResolvers<void>();
    await bench.send(...['first', 'second', 'third'].map((text) => inquiryOf('same', text)));
    await bench.run({
      gather: async ({ content }) => {
        started.push(String(content.text));
        if (content.text === 'first') await slow;
        return null;
      },
    });
    await eventually(() => expect(started).toEqual(['first', 'second', 'third']));
    expect(bench.outputs()).toEqual([]);
    resolve();
    await eventually(() => expect(bench.outputs()).toEqual(['first', 'second', 'third']));
  });

  it('writes once although every commit fails the first time', async () => {
    await bench.send(...Array.from({ length: 20 }, (_, n) => inquiryOf(`k${n}`, `${n}`)));
    await bench.run({
      transport: withCommits(bench.transport, (commit, attempt) =>
        attempt % 2 === 1 ? async () => 'aborted' : commit,
      ),
    });
    await eventually(() =>
      expect(
        bench
          .outputs()
          .map(Number)
          .sort((a, b) => a - b),
      ).toEqual(Array.from({ length: 20 }, (_, n) => n)),
    );
  });

  it('bounds what it holds by pausing, and still gets through', async () => {
    await bench.run({ options: { windowRecords: 5, commitRecords: 2, concurrency: 2 } });
    for (let n = 0; n < 40; n += 1) await bench.send(inquiryOf(`k${n}`, `${n}`));
    await eventually(() => expect(bench.outputs()).toHaveLength(40));
  });

  it('rests when defects come in bulk, and says so', async () => {
    const runner = await bench.run({
      options: { commitRecords: 1, breaker: { defects: 3, outOf: 10, restMs: 60_000 } },
    });
    for (let n = 0; n < 10; n += 1) await bench.send(inquiryOf('same', 'throw'));
    await eventually(() =>
      expect(runner.health()).toMatchObject({ ready: false, reason: expect.stringContaining('breaker') as string }),
    );
    expect(bench.log.records(DLQ)).toHaveLength(3);
    // A new process would only dead-letter some more.
    expect(runner.health().restart).toBeUndefined();
  });

  it('goes on after a burst of defects, when the trial after its rest goes well', async () => {
    const runner = await bench.run({ options: { commitRecords: 1, breaker: { defects: 3, outOf: 10, restMs: 20 } } });
    for (let n = 0; n < 5; n += 1) await bench.send(inquiryOf('same', 'throw'));
    for (let n = 0; n < 5; n += 1) await bench.send(inquiryOf('same', `${n}`));
    await eventually(() => expect(bench.outputs()).toEqual(['0', '1', '2', '3', '4']));
    expect(bench.log.records(DLQ)).toHaveLength(5);
    await eventually(() => expect(runner.health()).toEqual({ ready: true, reason: null }));
  });

  it('does not rest for what is no event at all: who wrote it is to blame', async () => {
    const runner = await bench.run({
      options: { commitRecords: 1, breaker: { defects: 3, outOf: 10, restMs: 60_000 } },
    });
    await bench.transport.publish(
      Array.from({ length: 20 }, () => ({
        topic: inquiryRaw.v1.type,
        key: 'same',
        value: Buffer.from('{'),
        headers: {},
      })),
    );
    await bench.send(inquiryOf('same', 'one'));
    await eventually(() => expect(bench.outputs()).toEqual(['one']));
    expect(runner.health()).toEqual({ ready: true, reason: null });
  });

  it('leaves the group when a commit never ends, though its partitions were taken away meanwhile', async () => {
    let commits = 0;
    const hung = await bench.run({
      transport: withCommits(bench.transport, () => () => {
        commits += 1;
        return new Promise(() => undefined);
      }),
      options: { stuckAfterMs: 100 },
    });
    await bench.send(inquiryOf('a', 'one'));
    await eventually(() => expect(commits).toBe(1));
    await bench.run();
    await eventually(() => expect(hung.health()).toMatchObject({ ready: false, restart: true }));
    await eventually(() => expect(bench.outputs()).toEqual(['one']));
  });

  it('leaves the group when a gather never ends, and another member goes on', async () => {
    const hung = await bench.run({ gather: () => new Promise(() => undefined), options: { stuckAfterMs: 100 } });
    await bench.send(...Array.from({ length: 6 }, (_, n) => inquiryOf(`k${n}`, `${n}`)));
    await eventually(() =>
      expect(hung.health()).toMatchObject({
        ready: false,
        restart: true,
        reason: expect.stringContaining('leaving the group') as string,
      }),
    );
    expect(bench.outputs()).toEqual([]);
    await bench.run();
    await eventually(() => expect(bench.outputs().sort()).toEqual(['0', '1', '2', '3', '4', '5']));
  });

  it('stays in the group while it waits for an unwell world, however long', async () => {
    const since = Date.now();
    const isDown = () => Date.now() - since < 500;
    const runner = await bench.run({
      gather: async () => {
        if (isDown()) throw new TransientError('provider: 503', { retryAfterMs: 5 });
        return 1;
      },
      options: { stuckAfterMs: 100 },
    });
    await bench.send(inquiryOf('a', 'patient'));
    await eventually(() => expect(bench.outputs()).toEqual(['patient']));
    expect(isDown()).toBe(false);
    expect(runner.health()).toEqual({ ready: true, reason: null });
  });

  it('commits what is ready when it is drained', async () => {
    const runner = await bench.run({ options: { commitAfterMs: 60_000 } });
    await bench.send(inquiryOf('a', 'last'));
    await eventually(() =>
      expect(bench.outputs().length + bench.log.records(inquiryRaw.v1.type).length).toBeGreaterThan(0),
    );
    await runner.drain();
    expect(bench.outputs()).toEqual(['last']);
    expect(runner.health()).toEqual({ ready: false, reason: 'draining' });
  });

  it('loses nothing and writes nothing twice when members come and go', async () => {
    const first = await bench.run();
    for (let n = 0; n < 30; n += 1) {
      await bench.send(inquiryOf(`k${n}`, `${n}`));
      if (n === 10) await bench.run();
      if (n === 20) await first.drain();
    }
    await eventually(() => expect(new Set(bench.outputs()).size).toBe(30));
    expect(bench.outputs()).toHaveLength(30);
  });
});

describe('a stage that remembers', () => {
  let bench: Bench;
  beforeEach(() => {
    bench = createBench();
  });
  afterEach(() => bench.close());

  it('folds in order, over partitions that meet on one key', async () => {
    await bench.send(...Array.from({ length: 12 }, (_, n) => inquiryOf(`k${n}`)));
    await Promise.all([bench.run({ counting: true }), bench.run({ counting: true })]);
    await eventually(() =>
      expect(
        bench
          .outputs()
          .map(Number)
          .sort((a, b) => a - b),
      ).toEqual(Array.from({ length: 12 }, (_, n) => n + 1)),
    );
  });

  it('repeats a stored outcome byte for byte when Postgres committed and Kafka did not', async () => {
    const tried: string[] = [];
    await bench.send(inquiryOf('a'), inquiryOf('b'));
    const lost = await bench.run({
      counting: true,
      transport: withCommits(bench.transport, () => async ({ records }) => {
        tried.push(...records.map(({ topic, value }) => `${topic} ${value?.toString('base64')}`));
        return 'fenced';
      }),
    });
    await eventually(() => expect(tried.length).toBeGreaterThanOrEqual(4));
    await lost.drain();
    await bench.run({ counting: true });
    await eventually(() => expect(bench.outputs().sort()).toEqual(['1', '2']));
    const written = [inquiryDropped.v1.type, decisionJournal.v1.type].flatMap((topic) =>
      bench.log.records(topic).map(({ value }) => `${topic} ${value?.toString('base64')}`),
    );
    expect(written.sort()).toEqual([...new Set(tried)].sort());
  });

  it('is replayed from its journal without a difference, and a changed rule shows', async () => {
    await bench.send(...Array.from({ length: 6 }, (_, n) => inquiryOf(`k${n}`)));
    await bench.run({ counting: true });
    await eventually(() => expect(bench.journal()).toHaveLength(6));
    const inputs = new Map(
      bench.log
        .records(inquiryRaw.v1.type)
        .map(({ partition, offset, value }) => [`${partition}/${offset}`, JSON.parse(String(value))]),
    );
    const spec = {
      fetchInput: ({ partition, offset }: { partition: number; offset: string }) =>
        inputs.get(`${partition}/${offset}`),
      playbookFor: () => null,
    };
    expect(replayDecisions(bench.journal(), { ...spec, stages: [countingStage as AnyStage] })).toEqual([]);
    const changed = { ...statelessStage, name: 'count-inquiry' } as AnyStage;
    expect(replayDecisions(bench.journal(), { ...spec, stages: [changed] })).toHaveLength(6);
  });
});
