import { eventually, randomName, testInfrastructure } from '@sluice/testing';
import kafkajs from 'kafkajs';
import stock from 'kafkajs-stock';
import { describe, expect, it } from 'vitest';
import { createTopics } from '../testing/create-topics.ts';
import { createJavaConsole } from '../testing/java-console.ts';
import { createKafka } from './kafka-client.ts';
import { readRecords } from './read-records.ts';

const { brokers } = testInfrastructure();
const kafka = { brokers, clientId: 'codecs' };
const java = createJavaConsole(brokers);
const { GZIP, Snappy, LZ4, ZSTD } = kafkajs.CompressionTypes;

const newTopic = async (): Promise<string> => {
  const name = randomName('packed');
  await createTopics([name], kafka);
  return name;
};

/** Short and long lines, some that repeat themselves and some that do not: together many blocks of every format. */
const lines = Array.from(
  { length: 400 },
  (_, n) =>
    `${n} ${n % 3 === 0 ? 'an inquiry about the price of a seat, '.repeat(n % 40) : Array.from({ length: n }, (_part, at) => ((at * 7_919 + n * 104_729) % 36_969).toString(36)).join('')}`,
);

type Compression = Exclude<kafkajs.CompressionTypes, kafkajs.CompressionTypes.None>;
const asPublished = { ...stock.CompressionCodecs };

/** With what the topic's batches are compressed: a client of its own asks for the codec that each batch names. */
const writtenWith = async (topic: string): Promise<readonly Compression[]> => {
  const asked = new Set<Compression>();
  for (const type of [GZIP, Snappy, LZ4, ZSTD] as const) {
    stock.CompressionCodecs[type] = () => {
      asked.add(type);
      return kafkajs.CompressionCodecs[type]();
    };
  }
  const consumer = new stock.Kafka({ brokers: [...brokers], logLevel: stock.logLevel.NOTHING }).consumer({
    groupId: randomName('looker'),
  });
  await consumer.connect();
  await consumer.subscribe({ topics: [topic], fromBeginning: true });
  let read = 0;
  await consumer.run({
    autoCommit: false,
    eachMessage: async () => {
      read += 1;
    },
  });
  const { length } = await readRecords([topic], kafka);
  await eventually(() => expect(read).toBe(length));
  await consumer.disconnect();
  return [...asked];
};

const codecs = [
  ['gzip', GZIP],
  ['snappy', Snappy],
  ['lz4', LZ4],
  ['zstd', ZSTD],
] as const;

describe('compressed records', () => {
  it.each(codecs)("are read as Kafka's own producer wrote them with %s", async (name, type) => {
    const topic = await newTopic();
    await java.produce(topic, lines, name);
    expect(await writtenWith(topic)).toEqual([type]);
    expect((await readRecords([topic], kafka)).map(({ value }) => value?.toString())).toEqual(lines);
  });

  it("are read by Kafka's own consumer as we wrote them, with each codec", async () => {
    const topic = await newTopic();
    const producer = createKafka(kafka).producer();
    await producer.connect();
    for (const [name, compression] of codecs)
      await producer.send({ topic, compression, messages: lines.map((value) => ({ value: `${name} ${value}` })) });
    await producer.disconnect();
    expect(await writtenWith(topic)).toEqual(codecs.map(([, type]) => type));
    expect(await java.consume(topic, codecs.length * lines.length)).toEqual(
      codecs.flatMap(([name]) => lines.map((value) => `${name} ${value}`)),
    );
  });
});

describe('the client as it is published', () => {
  it.each([Snappy, LZ4, ZSTD] as const)('has no codec %i: a foreign producer would take the consumer down', (type) => {
    expect(() => asPublished[type]()).toThrow('not implemented');
  });
});
