import { createRequire } from 'node:module';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

interface Encoded {
  readonly buffer: Buffer;
}
interface PlainRecord {
  readonly offsetDelta: number;
  readonly timestampDelta: number;
  readonly key: string | null;
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
}
type Grouped = Readonly<Record<string, readonly { readonly key: number }[]>>;

const require = createRequire(import.meta.url);
const encoderOf = (name: string) =>
  require(`${name}/src/protocol/recordBatch/record/v0`) as (record: PlainRecord) => Encoded;
const groupingOf = (name: string) =>
  require(`${name}/src/producer/groupMessagesPerPartition`) as (messages: object) => Grouped;

const text = fc.string({ unit: 'binary', maxLength: 700 });
const records: fc.Arbitrary<PlainRecord> = fc.record({
  offsetDelta: fc.nat(),
  timestampDelta: fc.nat(),
  key: fc.option(text),
  value: fc.option(fc.uint8Array({ maxLength: 3_000 }).map((bytes) => Buffer.from(bytes))),
  headers: fc.dictionary(fc.string({ minLength: 1, maxLength: 40 }), fc.oneof(text, fc.array(text, { maxLength: 3 })), {
    maxKeys: 12,
  }),
});

describe('a record of the corrected client', () => {
  it('has the bytes that the client as it is published gives it', () => {
    const [ours, stock] = [encoderOf('kafkajs'), encoderOf('kafkajs-stock')];
    fc.assert(
      fc.property(records, (record) => {
        expect(ours(record).buffer.equals(stock(record).buffer)).toBe(true);
      }),
    );
  });

  it('goes to the partition it goes to with the client as it is published, in the same order', () => {
    const messages = Array.from({ length: 500 }, (_, key) => ({ key }));
    const spec = {
      topic: 'out',
      messages,
      partitionMetadata: [1, 2, 3],
      partitioner: ({ message }: { message: { key: number } }) => (message.key * 7) % 3,
    };
    expect(groupingOf('kafkajs')(spec)).toEqual(groupingOf('kafkajs-stock')(spec));
  });
});
