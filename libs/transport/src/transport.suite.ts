import { eventually, randomName } from '@sluice/testing';
import { DEAD_LETTER_HEADROOM_BYTES, deadLetterTopicOf } from '@sluice/contracts';
import {
  recordBytes,
  RefusedRecordsError,
  type ConsumedRecord,
  type ProducedRecord,
  type Transport,
} from '@sluice/stage';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { joinGroup, type Member } from './testing/member.ts';

export interface TransportUnderTest {
  /** A transport of its own onto the same log, as another process would have. */
  connect(): Promise<Transport>;
  /** With two partitions. `maxMessageBytes` is what the topic takes; what topics are declared with unless told. */
  createTopic(name: string, terms?: { readonly maxMessageBytes: number }): Promise<void>;
}

const record = (topic: string, key: string | null, value: string | null): ProducedRecord => ({
  topic,
  key,
  value: value === null ? null : Buffer.from(value),
  headers: { ce_id: `id-${value}` },
});

/** A record of exactly so many bytes. */
const recordOf = (bytes: number, topic: string): ProducedRecord => {
  const empty = { topic, key: 'k', value: Buffer.alloc(bytes), headers: {} };
  return { ...empty, value: Buffer.alloc(2 * bytes - recordBytes(empty), '.') };
};

const valuesOf = (records: readonly ConsumedRecord[]): (string | null)[] =>
  records.map(({ value }) => value?.toString() ?? null);

/** What every transport promises. The memory and the Kafka adapter pass the same file. */
export const transportSuite = (name: string, under: TransportUnderTest): void => {
  describe(`${name} transport`, () => {
    let input: string;
    let output: string;
    let group: string;
    const open: Transport[] = [];

    const connect = async (): Promise<Transport> => {
      const transport = await under.connect();
      open.push(transport);
      return transport;
    };

    const join = (transport: Transport, topic = input, inGroup = group): Promise<Member> =>
      joinGroup(transport, topic, inGroup);

    beforeEach(async () => {
      [input, output, group] = [randomName('in'), randomName('out'), randomName('group')];
      await Promise.all([under.createTopic(input), under.createTopic(output)]);
    });
    afterEach(async () => {
      await Promise.all(open.splice(0).map((transport) => transport.close()));
    });

    it('delivers what was acknowledged, from the beginning, bytes and headers untouched', async () => {
      const transport = await connect();
      await transport.publish([
        {
          topic: input,
          key: null,
          value: null,
          headers: { plain: 'a', bytes: Buffer.from([0, 255]), twice: [Buffer.from('x'), Buffer.from('y')] },
        },
      ]);
      const member = await join(transport);
      const [only] = await eventually(() => {
        expect(member.records).toHaveLength(1);
        return member.records;
      });
      expect(only).toMatchObject({
        key: null,
        value: null,
        headers: { plain: Buffer.from('a'), bytes: Buffer.from([0, 255]), twice: [Buffer.from('x'), Buffer.from('y')] },
      });
      await member.subscription.close();
    });

    it('keeps the order of one key', async () => {
      const transport = await connect();
      for (const value of ['1', '2', '3', '4']) await transport.publish([record(input, 'same', value)]);
      const member = await join(transport);
      await eventually(() => expect(valuesOf(member.records)).toEqual(['1', '2', '3', '4']));
      await member.subscription.close();
    });

    it('commits outputs and offsets together, so that the next member starts behind them', async () => {
      const transport = await connect();
      await transport.publish([record(input, 'a', 'done')]);
      const first = await join(transport);
      await eventually(() => expect(first.records).toHaveLength(1));
      const transaction = first.transaction([record(output, 'a', 'result')]);
      expect(await first.subscription.commit(transaction)).toBe('committed');
      expect(await first.subscription.committedOffsets(transaction.offsets)).toEqual(transaction.offsets);
      await first.subscription.close();

      await transport.publish([record(input, 'a', 'new')]);
      const second = await join(transport);
      await eventually(() => expect(valuesOf(second.records)).toEqual(['new']));
      await second.subscription.close();
      const reader = await join(transport, output, randomName('reader'));
      await eventually(() => expect(valuesOf(reader.records)).toEqual(['result']));
      await reader.subscription.close();
    });

    it('fences what was fetched by nobody, while the group was putting the member out', async () => {
      const transport = await connect();
      await transport.publish([record(input, 'a', '1')]);
      const member = await join(transport);
      await eventually(() => expect(member.records).toHaveLength(1));
      const { fence, ...rest } = member.transaction([record(output, 'a', 'result')]);
      expect(await member.subscription.commit({ ...rest, fence: { ...fence, member: '' } })).toBe('fenced');
      expect(await member.subscription.commit({ ...rest, fence })).toBe('committed');
      await member.subscription.close();
    });

    it('commits more for one key than a broker takes at a time, all of it or nothing, in order', async () => {
      const transport = await connect();
      await transport.publish([record(input, 'a', 'x'.repeat(500_000))]);
      const member = await join(transport);
      await eventually(() => expect(member.records[0]?.value?.length).toBe(500_000));
      const large = Array.from({ length: 60 }, (_, at) => record(output, 'a', String(at).padEnd(50_000, '.')));
      expect(await member.subscription.commit(member.transaction(large))).toBe('committed');
      await member.subscription.close();
      const reader = await join(transport, output, randomName('reader'));
      await eventually(() =>
        expect(valuesOf(reader.records).map((value) => Number.parseInt(value ?? '', 10))).toEqual(
          large.map((_, at) => at),
        ),
      );
      await reader.subscription.close();
    });

    it('delivers again what was taken in and not committed', async () => {
      const transport = await connect();
      await transport.publish([record(input, 'a', 'once')]);
      const first = await join(transport);
      await eventually(() => expect(first.records).toHaveLength(1));
      await first.subscription.close();
      const second = await join(transport);
      await eventually(() => expect(valuesOf(second.records)).toEqual(['once']));
      await second.subscription.close();
    });

    it('fences a member that commits what it fetched before another joined', async () => {
      const [a, b] = [await connect(), await connect()];
      await a.publish([record(input, 'a', '1')]);
      const first = await join(a);
      await eventually(() => expect(first.records).toHaveLength(1));
      const stale = first.transaction([record(output, 'a', 'from the past')]);
      const second = await join(b);
      await eventually(() => expect(first.revocations() + second.revocations()).toBeGreaterThanOrEqual(3), {
        within: 30_000,
      });

      expect(await first.subscription.commit(stale)).toBe('fenced');
      const reader = await join(a, output, randomName('reader'));
      await a.publish([record(output, 'a', 'later')]);
      await eventually(() => expect(valuesOf(reader.records)).toEqual(['later']));
      await Promise.all([first, second, reader].map(({ subscription }) => subscription.close()));
    });

    it('shows no lag once all is committed', async () => {
      const transport = await connect();
      await transport.publish([record(input, 'a', '1'), record(input, 'b', '2'), record(input, 'c', '3')]);
      const member = await join(transport);
      await eventually(() => expect(member.records).toHaveLength(3));
      await member.subscription.commit(member.transaction());
      await eventually(async () =>
        expect((await member.subscription.lag()).reduce((sum, { lag }) => sum + lag, 0n)).toBe(0n),
      );
      await member.subscription.close();
    });

    it('moves on past what readers are not shown', async () => {
      const transport = await connect();
      await transport.publish([record(input, 'a', '1')]);
      const writer = await join(transport);
      await eventually(() => expect(writer.records).toHaveLength(1));
      await writer.subscription.commit(writer.transaction([record(output, 'a', 'x')]));
      const reader = await join(transport, output, randomName('reader'));
      await eventually(async () => {
        await reader.subscription.commit(reader.transaction());
        expect(reader.records).toHaveLength(1);
        expect((await reader.subscription.lag()).every(({ lag }) => lag === 0n)).toBe(true);
      });
      await Promise.all([writer, reader].map(({ subscription }) => subscription.close()));
    });

    it('holds back while paused, and delivers after resuming', async () => {
      const transport = await connect();
      const member = await join(transport);
      await eventually(() => expect(member.subscription.assignment().length).toBeGreaterThan(0));
      member.subscription.pause(member.subscription.assignment());
      await transport.publish([record(input, 'a', 'held')]);
      const other = await join(transport, input, randomName('other'));
      await eventually(() => expect(other.records).toHaveLength(1));
      expect(member.records).toHaveLength(0);
      member.subscription.resume(member.subscription.assignment());
      await eventually(() => expect(valuesOf(member.records)).toEqual(['held']));
      await Promise.all([member, other].map(({ subscription }) => subscription.close()));
    });

    it('delivers what a new assignment holds, though all was paused before it', async () => {
      const [a, b] = [await connect(), await connect()];
      const member = await join(a);
      await eventually(() => expect(member.subscription.assignment().length).toBeGreaterThan(0));
      member.subscription.pause(member.subscription.assignment());
      const before = member.revocations();
      const other = await join(b);
      await eventually(() => expect(member.revocations()).toBeGreaterThan(before), { within: 30_000 });
      await other.subscription.close();
      await a.publish([record(input, 'a', 'after'), record(input, 'b', 'after'), record(input, 'c', 'after')]);
      await eventually(() => expect(valuesOf(member.records)).toEqual(['after', 'after', 'after']), { within: 30_000 });
      await member.subscription.close();
    });

    describe('of records that it can not take', () => {
      const sizesIn = async (transport: Transport, topic: string, count: number): Promise<number[]> => {
        const reader = await join(transport, topic, randomName('reader'));
        await eventually(() => expect(reader.records).toHaveLength(count), { within: 30_000 });
        await reader.subscription.close();
        return reader.records.map(({ value }) => value?.length ?? 0);
      };

      it('takes one of its greatest size, and refuses one that is a byte larger', async () => {
        const transport = await connect();
        const [largest, tooLarge] = [0, 1].map((more) => recordOf(transport.maxRecordBytes + more, input));
        if (!largest || !tooLarge) throw new Error('two records');
        expect([recordBytes(largest), recordBytes(tooLarge)]).toEqual([
          transport.maxRecordBytes,
          transport.maxRecordBytes + 1,
        ]);
        await transport.publish([largest]);
        const refusal = await transport.publish([tooLarge]).catch((error: unknown) => error);
        expect(refusal).toBeInstanceOf(RefusedRecordsError);
        expect(refusal).toMatchObject({ reason: 'MESSAGE_TOO_LARGE' });
        expect(await sizesIn(transport, input, 1)).toEqual([largest.value?.length]);
      });

      it('takes a dead letter of a record of the greatest size, with the reason in its headers', async () => {
        const transport = await connect();
        const topic = deadLetterTopicOf(input, 'some-stage');
        const bytes = transport.maxRecordBytes + DEAD_LETTER_HEADROOM_BYTES;
        await under.createTopic(topic, { maxMessageBytes: bytes + 100 });
        await transport.publish([recordOf(bytes, topic)]);
        await expect(transport.publish([recordOf(bytes + 1, topic)])).rejects.toBeInstanceOf(RefusedRecordsError);
        expect(await sizesIn(transport, topic, 1)).toHaveLength(1);
      });

      it('tells only who published it: what others publish at the same time gets through', async () => {
        const transport = await connect();
        const published = await Promise.allSettled([
          transport.publish([record(input, 'a', '1')]),
          transport.publish([recordOf(transport.maxRecordBytes + 1, input)]),
          transport.publish([record(input, 'a', '2')]),
          transport.publish([{ ...record(input, 'a', 'x'), headers: { count: 7 as unknown as string } }]),
          transport.publish([record(input, 'a', '3')]),
        ]);
        expect(published.map(({ status }) => status)).toEqual([
          'fulfilled',
          'rejected',
          'fulfilled',
          'rejected',
          'fulfilled',
        ]);
        expect(published.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []))).toEqual([
          expect.any(RefusedRecordsError),
          expect.any(RefusedRecordsError),
        ]);
        const reader = await join(transport);
        await eventually(() => expect(valuesOf(reader.records)).toEqual(['1', '2', '3']));
        await reader.subscription.close();
      });

      it.each([
        ['is too large', (max: number, topic: string) => recordOf(max + 1, topic)],
        [
          'no encoder can write',
          (_max: number, topic: string) => ({ ...record(topic, 'a', 'x'), value: { a: 1 } as unknown as Buffer }),
        ],
      ])(
        'commits nothing of a transaction with one that %s, and the rest once it is left out',
        async (_what, broken) => {
          const transport = await connect();
          await transport.publish([record(input, 'a', '1')]);
          const member = await join(transport);
          await eventually(() => expect(member.records).toHaveLength(1));
          const fine = [record(output, 'a', 'first'), record(output, 'a', 'second')];
          const outputs = [...fine, broken(transport.maxRecordBytes, output)];
          await expect(member.subscription.commit(member.transaction(outputs))).rejects.toBeInstanceOf(
            RefusedRecordsError,
          );
          expect((await member.subscription.lag()).reduce((sum, { lag }) => sum + lag, 0n)).toBe(1n);
          expect(await member.subscription.commit(member.transaction(fine))).toBe('committed');
          await member.subscription.close();
          const reader = await join(transport, output, randomName('reader'));
          await eventually(() => expect(valuesOf(reader.records)).toEqual(['first', 'second']));
          await reader.subscription.close();
        },
      );
    });

    it('is active without a partition too, when there are more members than partitions', async () => {
      const transport = await connect();
      const members = await Promise.all([1, 2, 3].map(() => join(transport)));
      await eventually(
        () => {
          const held = members.map(({ subscription }) => subscription.assignment().length);
          expect(held.sort()).toEqual([0, 1, 1]);
          expect(members.every(({ subscription }) => subscription.isActive())).toBe(true);
        },
        { within: 30_000 },
      );
      await Promise.all(members.map(({ subscription }) => subscription.close()));
    });

    it('says that it is reachable, and is active while it polls', async () => {
      const transport = await connect();
      expect(await transport.reachability()).toBe(true);
      const member = await join(transport);
      await eventually(() => expect(member.subscription.isActive()).toBe(true));
      for (const _time of [1, 2]) await member.subscription.close();
      expect(member.subscription.isActive()).toBe(false);
    });
  });
};
