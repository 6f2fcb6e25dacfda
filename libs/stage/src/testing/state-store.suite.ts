import { describe, expect, it } from 'vitest';
import type { DecidedInput, DueTimes, PendingBatch, StateChange, StateStore } from '../ports/state-store.port.ts';

export interface StateStoreUnderTest {
  /** A store on which nothing is remembered under these names. */
  create(): Promise<StateStore & DueTimes>;
}

const STAGE = 'remember-things';
const records = [
  {
    topic: 'out',
    key: 'k',
    value: Buffer.from([0, 1, 255]),
    headers: { a: 'text', b: Buffer.from([7]), c: [Buffer.from('x'), Buffer.from('y')] },
  },
];
const input = (offset: bigint): DecidedInput => ({
  offset,
  inputId: `input-${offset}`,
  timestamp: 1_700_000_000_000,
  records,
});
const change = (key: string, expected: number, json: string, over: Partial<StateChange> = {}): StateChange => ({
  key,
  expected,
  version: expected + 1,
  json,
  place: null,
  due: null,
  expiresAt: null,
  ...over,
});
const batch = (partition: number, version: number, offsets: readonly bigint[]): PendingBatch => ({
  topic: 'in',
  partition,
  version,
  last: offsets.at(-1) ?? 0n,
  inputs: offsets.map(input),
});
const nothing = { keys: [], lists: [], perGroup: 3, partitions: [] };
/** A long time ago, and a long time from now. */
const [PAST, FUTURE] = ['2020-01-01T00:00:00.000Z', '2999-01-01T00:00:00.000Z'];

/** What every state store promises. The memory and the Postgres adapter pass the same file. */
export const stateStoreSuite = (name: string, under: StateStoreUnderTest): void => {
  describe(`${name}: values`, () => {
    it('are given back byte for byte, in the order of the keys, with what databases refuse in JSON', async () => {
      const store = await under.create();
      const json = '{"b":1,"a":"\\u0000 and half a pair \\ud83d"}';
      expect(await store.store(STAGE, { states: [change('one', 0, json)], pending: [] })).toBe('stored');
      const { states } = await store.load(STAGE, { ...nothing, keys: ['never', 'one'] });
      expect(states).toEqual([
        { key: 'never', version: 0, json: null },
        { key: 'one', version: 1, json },
      ]);
    });

    it('are another stage’s under the same key', async () => {
      const store = await under.create();
      await store.store(STAGE, { states: [change('one', 0, '1')], pending: [] });
      expect((await store.load('another-stage', { ...nothing, keys: ['one'] })).states).toMatchObject([{ version: 0 }]);
    });

    it('count the decisions that wrote them, several at a time', async () => {
      const store = await under.create();
      await store.store(STAGE, { states: [change('one', 0, '5', { version: 5 })], pending: [] });
      expect(await store.store(STAGE, { states: [change('one', 5, '6')], pending: [] })).toBe('stored');
      expect((await store.load(STAGE, { ...nothing, keys: ['one'] })).states).toMatchObject([
        { version: 6, json: '6' },
      ]);
    });

    it('are not stored when one of their versions has moved, and nothing with them', async () => {
      const store = await under.create();
      await store.store(STAGE, { states: [change('one', 0, '1')], pending: [] });
      const stale = [
        { states: [change('one', 0, '2'), change('two', 0, '2')], pending: [batch(0, 0, [1n])] },
        { states: [change('one', 9, '2')], pending: [] },
        { states: [change('never', 1, '2')], pending: [] },
      ];
      for (const changes of stale) expect(await store.store(STAGE, changes)).toBe('conflict');
      const { states, pending } = await store.load(STAGE, {
        ...nothing,
        keys: ['one', 'two'],
        partitions: [{ topic: 'in', partition: 0, from: 0n }],
      });
      expect(states).toEqual([
        { key: 'one', version: 1, json: '1' },
        { key: 'two', version: 0, json: null },
      ]);
      expect(pending).toMatchObject([{ version: 0, inputs: [] }]);
    });

    it('are stored by exactly one of many racers', async () => {
      const store = await under.create();
      const results = await Promise.all(
        Array.from({ length: 10 }, () => store.store(STAGE, { states: [change('race', 0, '1')], pending: [] })),
      );
      expect(results.filter((result) => result === 'stored')).toHaveLength(1);
    });
  });

  describe(`${name}: the pending batch of a partition`, () => {
    const load = async (store: StateStore, from: bigint, partition = 0) =>
      (await store.load(STAGE, { ...nothing, partitions: [{ topic: 'in', partition, from }] })).pending[0];

    it('is given back with its records, bytes and all, until a later one takes its place', async () => {
      const store = await under.create();
      expect(await load(store, 0n)).toEqual({ topic: 'in', partition: 0, version: 0, last: -1n, inputs: [] });
      await store.store(STAGE, { states: [], pending: [batch(0, 0, [4n, 5n]), batch(1, 0, [9n])] });
      expect(await load(store, 5n)).toEqual({
        topic: 'in',
        partition: 0,
        version: 1,
        last: 5n,
        inputs: [input(4n), input(5n)],
      });
      expect(await load(store, 0n, 1)).toMatchObject({ last: 9n, inputs: [input(9n)] });
      await store.store(STAGE, { states: [], pending: [batch(0, 1, [6n])] });
      expect(await load(store, 4n)).toMatchObject({ version: 2, last: 6n, inputs: [input(6n)] });
    });

    it('is not read where only what comes after it is asked for', async () => {
      const store = await under.create();
      await store.store(STAGE, { states: [], pending: [batch(0, 0, [4n, 5n])] });
      expect(await load(store, 6n)).toMatchObject({ version: 1, last: 5n, inputs: [] });
    });

    it('can’t be put in the place of another by somebody who has not seen that one', async () => {
      const store = await under.create();
      await store.store(STAGE, { states: [], pending: [batch(0, 0, [4n])] });
      await store.store(STAGE, { states: [], pending: [batch(0, 1, [5n])] });
      const late = { states: [change('one', 0, '1')], pending: [batch(0, 1, [4n])] };
      expect(await store.store(STAGE, late)).toBe('conflict');
      expect(await load(store, 0n)).toMatchObject({ version: 2, last: 5n });
      expect((await store.load(STAGE, { ...nothing, keys: ['one'] })).states).toMatchObject([{ version: 0 }]);
    });
  });

  describe(`${name}: lists`, () => {
    const placed = (key: string, list: string, group: string, rank: string) =>
      change(key, 0, `"${key}"`, { place: { list, group, rank } });
    const shown = async (store: StateStore, ...lists: string[]) =>
      (await store.load(STAGE, { ...nothing, lists })).rows
        .map(({ list, group, rank, key }) => `${list} ${group} ${rank} ${key}`)
        .sort();

    it('give the front of each group, in the order of their ranks', async () => {
      const store = await under.create();
      const states = [
        placed('e', 'line', 'red', '5'),
        placed('a', 'line', 'red', '1'),
        placed('d', 'line', 'red', '4'),
        placed('b', 'line', 'red', '2'),
        placed('x', 'line', 'blue', 'Z'),
        placed('y', 'line', 'blue', 'a'),
        placed('o', 'other', 'red', '0'),
        change('in none', 0, '1'),
      ];
      await store.store(STAGE, { states, pending: [] });
      expect(await shown(store, 'line')).toEqual([
        'line blue Z x',
        'line blue a y',
        'line red 1 a',
        'line red 2 b',
        'line red 4 d',
      ]);
      expect(await shown(store, 'other', 'empty')).toEqual(['other red 0 o']);
      expect(await shown(store)).toEqual([]);
    });

    it('let go of what stands in another place from now on, or in none', async () => {
      const store = await under.create();
      await store.store(STAGE, {
        states: [placed('a', 'line', 'red', '1'), placed('b', 'line', 'red', '2'), placed('c', 'line', 'red', '3')],
        pending: [],
      });
      const moved = change('b', 1, '"b"', { place: { list: 'line', group: 'blue', rank: '9' } });
      await store.store(STAGE, { states: [change('a', 1, '"a"'), moved], pending: [] });
      expect(await shown(store, 'line')).toEqual(['line blue 9 b', 'line red 3 c']);
    });
  });

  describe(`${name}: due times`, () => {
    const due = (at: string, record: string) => ({ due: { at, record } });

    it('are taken when they have come, the longest overdue first, and not again at once', async () => {
      const store = await under.create();
      const states = [
        change('late', 0, '1', due('2020-01-02T00:00:00.000Z', 'later')),
        change('first', 0, '1', due(PAST, 'first')),
        change('not yet', 0, '1', due(FUTURE, 'not yet')),
        change('never', 0, '1'),
      ];
      await store.store(STAGE, { states, pending: [] });
      expect(await store.takeDue(1)).toEqual([{ record: 'first', attempt: 1 }]);
      expect(await store.takeDue(9)).toEqual([{ record: 'later', attempt: 1 }]);
      expect(await store.takeDue(9)).toEqual([]);
    });

    it('are what was written last', async () => {
      const store = await under.create();
      await store.store(STAGE, { states: [change('one', 0, '1', due(PAST, 'old'))], pending: [] });
      await store.store(STAGE, { states: [change('one', 1, '2', due(PAST, 'new'))], pending: [] });
      expect(await store.takeDue(9)).toEqual([{ record: 'new', attempt: 1 }]);
      await store.store(STAGE, { states: [change('one', 2, '3')], pending: [] });
      expect(await store.takeDue(9)).toEqual([]);
    });

    it('are taken by one of many', async () => {
      const store = await under.create();
      await store.store(STAGE, { states: [change('one', 0, '1', due(PAST, 'it'))], pending: [] });
      const taken = await Promise.all(Array.from({ length: 8 }, () => store.takeDue(5)));
      expect(taken.flat()).toHaveLength(1);
    });
  });
};
