import { eventually, randomName, testInfrastructure } from '@sluice/testing';
import corrected from 'kafkajs';
import stock from 'kafkajs-stock';
import { describe, expect, it } from 'vitest';
import { provisionTopics } from './provision-topics.ts';
import { readRecords } from './read-records.ts';

const { brokers } = testInfrastructure();
const DAY = 86_400_000;
const INPUTS = 20;

interface Fetched { readonly messages: readonly { readonly value: Buffer | null }[]; readonly last: string; readonly generationId?: number; readonly memberId?: string }

/** A service that copies input to output in transactions, one step at a time, on whichever client it is given. */
const copier = async (library: typeof corrected, { input, output, group }: { input: string; output: string; group: string }) => {
  const kafka = new library.Kafka({ brokers: [...brokers], clientId: 'copier', logLevel: library.logLevel.NOTHING, retry: { initialRetryTime: 20, retries: 20 } });
  const consumer = kafka.consumer({ groupId: group, sessionTimeout: 10_000, heartbeatInterval: 500, maxWaitTimeInMs: 100 });
  const producer = kafka.producer({ transactionalId: randomName('copier'), idempotent: true, maxInFlightRequests: 1 });
  const fetched: Fetched[] = [];
  await Promise.all([consumer.connect(), producer.connect()]);
  await consumer.subscribe({ topics: [input], fromBeginning: true });
  await consumer.run({
    autoCommit: false, eachBatchAutoResolve: false,
    eachBatch: async (payload) => {
      const { batch, generationId, memberId } = payload as typeof payload & { generationId?: number; memberId?: string };
      fetched.push({ messages: batch.messages, last: batch.lastOffset(), ...(generationId === undefined ? {} : { generationId }), ...(memberId === undefined ? {} : { memberId }) });
      payload.resolveOffset(batch.lastOffset());
    },
  });
  return {
    fetched,
    copy: async ({ messages, last, generationId, memberId }: Fetched): Promise<void> => {
      const transaction = await producer.transaction();
      try {
        await transaction.send({ topic: output, messages: messages.map(({ value }) => ({ value })) });
        await transaction.sendOffsets({ consumerGroupId: group, topics: [{ topic: input, partitions: [{ partition: 0, offset: String(BigInt(last) + 1n) }] }], ...{ generationId, memberId } });
        await transaction.commit();
      } catch (error) {
        await transaction.abort().catch(() => undefined);
        throw error;
      }
    },
    stop: async () => {
      await consumer.disconnect();
      await producer.disconnect();
    },
  };
};

/** One service fetches and then sleeps; another takes over, copies everything, and then the first wakes up and goes on. */
const copiesAfterZombie = async (library: typeof corrected): Promise<number> => {
  const names = { input: randomName('in'), output: randomName('out'), group: randomName('group') };
  await provisionTopics([names.input, names.output].map((name) => ({ name, description: '', keyedBy: '', partitions: 1, retentionMs: DAY, cleanupPolicy: 'delete' as const, contract: null })), { brokers, clientId: 'zombie' });
  const writer = new corrected.Kafka({ brokers: [...brokers], logLevel: corrected.logLevel.NOTHING }).producer();
  await writer.connect();
  await writer.send({ topic: names.input, messages: Array.from({ length: INPUTS }, (_, n) => ({ value: String(n) })) });
  await writer.disconnect();

  const asleep = await copier(library, names);
  const held = await eventually(() => { const [first] = asleep.fetched; if (first?.messages.length !== INPUTS) throw new Error('not fetched yet'); return first; }, { within: 30_000 });
  // What a frozen process looks like to the group: it is put out, and another holds its partition.
  const successor = await copier(library, names);
  const taken = await eventually(() => { const got = [...successor.fetched, ...asleep.fetched.slice(1)].find(({ messages }) => messages.length === INPUTS); if (!got) throw new Error('not taken over yet'); return got; }, { within: 60_000 });
  const owner = successor.fetched.includes(taken) ? successor : asleep;
  await owner.copy(taken);
  await asleep.copy(held).catch(() => undefined);
  await Promise.all([asleep.stop(), successor.stop()]);
  return (await readRecords([names.output], { brokers, clientId: 'judge' })).length;
};

describe('a service that slept through a take-over', () => {
  it('writes nothing twice with the corrected client', async () => {
    expect(await copiesAfterZombie(corrected)).toBe(INPUTS);
  }, 120_000);

  it('writes everything twice with the client as it is published: the correction is needed', async () => {
    expect(await copiesAfterZombie(stock as typeof corrected)).toBe(2 * INPUTS);
  }, 120_000);
});
