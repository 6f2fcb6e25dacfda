import { inquiryDropped, inquiryRaw, type InquiryRaw } from '@sluice/contracts';
import { systemClock, type PlaybookHash } from '@sluice/kernel';
import { beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { defineStage, LIST_FRONT } from '../define-stage.ts';
import { emit, remembering } from '../outcome.ts';
import type { StateStore, Wanted } from '../ports/state-store.port.ts';
import type { ConsumedRecord, PartitionOffset, ProducedRecord } from '../ports/transport.port.ts';
import { inquiryOf } from '../testing/bench.ts';
import { memoryStateStore, plainCodec } from '../testing/index.ts';
import { FencedError } from './conveyor.ts';
import type { AnyStage } from './decisions.ts';
import type { Prepared } from './delivery.ts';
import { ConflictError, foldBatch, type Processed } from './fold.ts';
import { recordsOf } from './records.ts';

const said = (raw: InquiryRaw, reason: string) =>
  inquiryDropped.v1.of({
    inquiryId: raw.inquiryId,
    stage: 'x',
    reason,
    duplicateOf: null,
    droppedAt: raw.receivedAt,
  });
const words = ({ content }: InquiryRaw): readonly string[] => String(content.text).split(' ');

/** `wait red 3`: waits in the line of the brand; `take 2`: the first two, over all colours, leave it. */
const line = defineStage()({
  name: 'keep-line',
  consumes: inquiryRaw.v1,
  produces: [inquiryDropped.v1],
  gather: async () => null,
  state: {
    schema: z.object({ colour: z.string(), rank: z.string(), waits: z.boolean() }),
    keys: (raw) => [raw.inquiryId],
    lists: (raw) => [raw.brand],
    placeOf: ({ colour, rank, waits }) => (waits ? { list: 'default', group: colour, rank } : null),
  },
  decide: (raw, _facts, memory) => {
    const [what, first = '', rank = ''] = words(raw);
    if (what === 'wait')
      return remembering(emit(said(raw, 'waits')), { [raw.inquiryId]: { colour: first, rank, waits: true } });
    const rows = memory.list('default').flatMap((group) => group.rows);
    const taken = rows.sort((a, b) => (a.value.rank < b.value.rank ? -1 : 1)).slice(0, Number(first));
    const seen = memory
      .list('default')
      .map(({ group, rows: front, isWhole }) => `${group}${front.length}${isWhole ? '' : '+'}`);
    return remembering(
      emit(
        said(raw, `${taken.map(({ value: { colour, rank: at } }) => `${colour}${at}`).join(' ')} of ${seen.join(' ')}`),
      ),
      Object.fromEntries(taken.map(({ key, value }) => [key, { ...value, waits: false }])),
    );
  },
}) as AnyStage;

/** Counts under the brand; `elsewhere` writes under a key that it does not declare. */
const counting = defineStage()({
  name: 'count-inquiry',
  consumes: inquiryRaw.v1,
  produces: [inquiryDropped.v1],
  gather: async () => null,
  state: { schema: z.object({ count: z.int() }), keys: (raw) => [raw.brand] },
  decide: (raw, _facts, memory) => {
    const count = (memory.get(raw.brand)?.count ?? 0) + 1;
    const [what] = words(raw);
    return remembering(emit(said(raw, String(count))), { [what === 'elsewhere' ? 'another' : raw.brand]: { count } });
  },
}) as AnyStage;

const prepared = (offset: number, text: string, over: Partial<ConsumedRecord> = {}): Prepared => {
  const event = inquiryOf(`${offset} ${text}`, text);
  const record: ConsumedRecord = {
    topic: inquiryRaw.v1.type,
    partition: 0,
    offset: BigInt(offset),
    key: null,
    value: null,
    headers: {},
    timestamp: 1_700_000_000_000,
    ...over,
  };
  return {
    kind: 'gathered',
    event,
    facts: null,
    playbook: null,
    playbookHash: 'a'.repeat(64) as PlaybookHash,
    delivery: {
      record,
      signal: new AbortController().signal,
      fetchedAt: 0,
      inputId: `input-${offset}`,
      subject: event.inquiryId,
      brand: event.brand,
      attempt: 1,
      trace: null,
      event,
    },
  };
};

let store: ReturnType<typeof memoryStateStore>;
let committed: readonly PartitionOffset[];
beforeEach(() => {
  store = memoryStateStore();
  committed = [];
});

const fold = (
  batch: readonly Prepared[],
  { stage = counting, on = store }: { stage?: AnyStage; on?: StateStore } = {},
) =>
  foldBatch(
    {
      stage,
      store: on,
      clock: systemClock,
      playbooks: { byHash: async (hash) => ({ hash: hash as PlaybookHash, playbook: `playbook ${hash}` }) },
      toRecords: (decided) => recordsOf({ stage, codec: plainCodec(), maxRecordBytes: 1_000_000 }, decided),
      committedOffsets: async () => committed,
    },
    batch,
  );
const reasons = (processed: readonly Processed[]): string[] =>
  processed.flatMap(({ records }) =>
    records
      .filter(({ topic }) => topic === inquiryDropped.v1.type)
      .map(({ value }) => inquiryDropped.v1.parse(JSON.parse(String(value))).reason),
  );
const bytes = (records: readonly ProducedRecord[]) => records.map(({ value, headers }) => [String(value), headers]);

describe('a batch that is delivered again', () => {
  it('finds all it wrote, byte for byte, also what was part of an earlier batch', async () => {
    const first = await fold([prepared(0, 'a'), prepared(1, 'b')]);
    const more = await fold([prepared(1, 'b'), prepared(2, 'c')]);
    expect(reasons(first)).toEqual(['1', '2']);
    expect(reasons(more)).toEqual(['2', '3']);
    const again = await fold([prepared(1, 'b'), prepared(2, 'c')]);
    expect(again.map(({ decided }) => decided)).toEqual([null, null]);
    expect(bytes(again.flatMap(({ records }) => records))).toEqual(bytes(more.flatMap(({ records }) => records)));
  });

  it('keeps what was stored for the rest of it when it comes in halves', async () => {
    const whole = await fold([prepared(0, 'a'), prepared(1, 'b'), prepared(2, 'c')]);
    expect(reasons(await fold([prepared(0, 'a')]))).toEqual(['1']);
    expect(reasons(await fold([prepared(1, 'b'), prepared(2, 'c')]))).toEqual(reasons(whole).slice(1));
  });

  it('is another one when the topic was made anew, though it lies at the same offsets', async () => {
    await fold([prepared(0, 'a'), prepared(1, 'b')]);
    expect(reasons(await fold([prepared(0, 'x', { timestamp: 1_800_000_000_000 })]))).toEqual(['3']);
    const other = prepared(1, 'y');
    expect(reasons(await fold([{ ...other, delivery: { ...other.delivery, inputId: 'another' } }]))).toEqual(['4']);
  });
});

describe('a member that was frozen while another went on with its partition', () => {
  const overtaken = async () => {
    await fold([prepared(0, 'a'), prepared(1, 'b')]);
    await fold([prepared(2, 'c')]);
  };

  it('decides nothing anew and stores nothing: the group’s offsets say that its batch was done', async () => {
    await overtaken();
    committed = [{ topic: inquiryRaw.v1.type, partition: 0, offset: 2n }];
    await expect(fold([prepared(0, 'a'), prepared(1, 'b')])).rejects.toBeInstanceOf(FencedError);
    expect(reasons(await fold([prepared(2, 'c')]))).toEqual(['3']);
  });

  it('is told from one that reads again because offsets were set back', async () => {
    await overtaken();
    committed = [{ topic: inquiryRaw.v1.type, partition: 0, offset: 0n }];
    expect(reasons(await fold([prepared(0, 'a')]))).toEqual(['4']);
  });

  it('can’t put its batch over a later one, even where both load before either stores', async () => {
    await fold([prepared(0, 'a')]);
    let isOvertaken = false;
    const slow: StateStore = {
      load: async (stage: string, wanted: Wanted) => {
        const loaded = await store.load(stage, wanted);
        if (!isOvertaken) {
          isOvertaken = true;
          await fold([prepared(1, 'b')]);
          await fold([prepared(2, 'c')]);
          committed = [{ topic: inquiryRaw.v1.type, partition: 0, offset: 2n }];
        }
        return loaded;
      },
      store: (stage, changes) => store.store(stage, changes),
    };
    await expect(fold([prepared(1, 'b')], { on: slow })).rejects.toBeInstanceOf(FencedError);
    expect(reasons(await fold([prepared(2, 'c')]))).toEqual(['3']);
  });
});

describe('a key that a stage does not declare for an event', () => {
  it('can’t be written: that record fails alone, and nothing of it is remembered', async () => {
    const processed = await fold([prepared(0, 'a'), prepared(1, 'elsewhere'), prepared(2, 'b')]);
    expect(processed.map(({ decided }) => decided?.kind)).toEqual(['decided', 'failed', 'decided']);
    expect(reasons(processed)).toEqual(['1', '2']);
    const { states } = await store.load('count-inquiry', { keys: ['another'], lists: [], perGroup: 1, partitions: [] });
    expect(states).toMatchObject([{ version: 0 }]);
  });

  it('whose conflicts never end is an error of its own, which halves the batch', async () => {
    const contended: StateStore = { load: store.load.bind(store), store: async () => 'conflict' };
    await expect(fold([prepared(0, 'a')], { on: contended })).rejects.toBeInstanceOf(ConflictError);
  });
});

describe('a list', () => {
  const rank = (n: number): string => String(n).padStart(4, '0');
  const waiting = (from: number, count: number, colour = 'red') =>
    Array.from({ length: count }, (_, n) => prepared(from + n, `wait ${colour} ${rank(from + n)}`));
  const run = (batch: readonly Prepared[]) => fold(batch, { stage: line });

  it('is seen by each decision as those before it left it, in one batch as in several', async () => {
    const batch = [...waiting(0, 3), prepared(3, 'take 2'), prepared(4, `wait blue ${rank(1)}`), prepared(5, 'take 9')];
    expect(reasons(await run(batch)).filter((reason) => reason.includes('of'))).toEqual([
      'red0000 red0001 of red3',
      'blue0001 red0002 of blue1 red1',
    ]);
    store = memoryStateStore();
    const single: string[] = [];
    for (const one of batch) single.push(...reasons(await run([one])));
    expect(single.filter((reason) => reason.includes('of'))).toEqual([
      'red0000 red0001 of red3',
      'blue0001 red0002 of blue1 red1',
    ]);
  });

  it('shows the front of a group, and says that more lie behind it', async () => {
    await run(waiting(0, LIST_FRONT + 1));
    expect(reasons(await run([prepared(100, 'take 1')]))).toEqual([`red0000 of red${LIST_FRONT}+`]);
    expect(reasons(await run([prepared(101, 'take 0')]))).toEqual([` of red${LIST_FRONT}`]);
  });

  it('cuts a batch that would take more than was loaded, so that each decision still sees the true front', async () => {
    const many = 120;
    await run(waiting(0, many));
    let left = Array.from({ length: many / LIST_FRONT }, (_, n) => prepared(1_000 + n, `take ${LIST_FRONT}`));
    const taken: string[] = [];
    let batches = 0;
    while (left.length > 0) {
      const processed = await run(left);
      expect(processed.length).toBeGreaterThan(0);
      left = left.slice(processed.length);
      batches += 1;
      taken.push(...reasons(processed).flatMap((reason) => reason.split(' of ')[0]?.split(' ') ?? []));
    }
    expect(taken).toEqual(Array.from({ length: many }, (_, n) => `red${rank(n)}`));
    expect(batches).toBeGreaterThan(1);
  });
});
