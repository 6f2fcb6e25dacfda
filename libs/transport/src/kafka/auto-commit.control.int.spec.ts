import { eventually, testInfrastructure } from '@sluice/testing';
import kafkajs from 'kafkajs';
import { describe, expect, it } from 'vitest';
import { createLogOfNumbers } from '../testing/log-of-numbers.ts';

const { brokers } = testInfrastructure();
const INPUTS = Array.from({ length: 10 }, (_, n) => String(n));

/** Copies what it reads, and never gets to its commit: as if it died there, every time. Its offsets are committed for it, or not at all. */
const dieBeforeCommit = async (
  { input, output, group }: { readonly input: string; readonly output: string; readonly group: string },
  autoCommit: boolean,
): Promise<void> => {
  const kafka = new kafkajs.Kafka({ brokers: [...brokers], logLevel: kafkajs.logLevel.NOTHING });
  const consumer = kafka.consumer({ groupId: group, sessionTimeout: 10_000, maxWaitTimeInMs: 100 });
  const producer = kafka.producer({ transactionalId: `${group}.dying`, idempotent: true, maxInFlightRequests: 1 });
  await Promise.all([consumer.connect(), producer.connect()]);
  await consumer.subscribe({ topics: [input], fromBeginning: true });
  let seen = 0;
  await consumer.run({
    autoCommit,
    autoCommitThreshold: 1,
    eachBatch: async ({ batch, resolveOffset, commitOffsetsIfNecessary }) => {
      const transaction = await producer.transaction();
      await transaction.send({ topic: output, messages: batch.messages.map(({ value }) => ({ value })) });
      await transaction.abort();
      resolveOffset(batch.lastOffset());
      if (autoCommit) await commitOffsetsIfNecessary();
      seen += batch.messages.length;
    },
  });
  await eventually(() => expect(seen).toBeGreaterThanOrEqual(INPUTS.length), { within: 30_000 });
  await consumer.disconnect();
  await producer.disconnect();
};

/** A healthy one takes over and copies what it is given. */
const fetchedAfterwards = async (
  { input, group }: { readonly input: string; readonly group: string },
  last: string,
): Promise<readonly string[]> => {
  const consumer = new kafkajs.Kafka({ brokers: [...brokers], logLevel: kafkajs.logLevel.NOTHING }).consumer({
    groupId: group,
    sessionTimeout: 10_000,
    maxWaitTimeInMs: 100,
  });
  const values: string[] = [];
  await consumer.connect();
  await consumer.subscribe({ topics: [input], fromBeginning: true });
  await consumer.run({
    autoCommit: false,
    eachMessage: async ({ message }) => {
      values.push(String(message.value));
    },
  });
  await eventually(() => expect(values).toContain(last), { within: 30_000 });
  await consumer.disconnect();
  return values;
};

const copiedAfterDeath = async (autoCommit: boolean): Promise<readonly string[]> => {
  const log = await createLogOfNumbers(brokers);
  await log.write(INPUTS);
  await dieBeforeCommit(log.names, autoCommit);
  expect(await log.copies()).toEqual({});
  await log.write(['later']);
  return fetchedAfterwards(log.names, 'later');
};

describe('a service that dies before its transaction is committed', () => {
  it('leaves its inputs to the next where offsets are part of the transaction', async () => {
    expect(await copiedAfterDeath(false)).toEqual([...INPUTS, 'later']);
  });

  it('loses them where offsets are committed automatically: our own commit is needed', async () => {
    expect(await copiedAfterDeath(true)).toEqual(['later']);
  });
});
