import { eventually, testInfrastructure } from '@sluice/testing';
import corrected from 'kafkajs';
import stock from 'kafkajs-stock';
import { describe, expect, it } from 'vitest';
import { createCopier, holding } from '../testing/copier.ts';
import { createLogOfNumbers } from '../testing/log-of-numbers.ts';

const { brokers } = testInfrastructure();

/** A group's offset lies before what retention has left: what is read next, and what the group's offset is before anything is committed. */
const readAfterRetention = async (library: typeof corrected) => {
  const { names, write } = await createLogOfNumbers(brokers);
  const admin = new corrected.Kafka({ brokers: [...brokers], logLevel: corrected.logLevel.NOTHING }).admin();
  await admin.connect();
  const committed = async () =>
    (await admin.fetchOffsets({ groupId: names.group, topics: [names.input] }))[0]?.partitions[0]?.offset;

  await write(['1', '2']);
  const before = await createCopier(library, brokers, names);
  await before.copy(await holding(before, 2));
  await before.stop();
  await write(['3', '4', '5']);
  await admin.fetchTopicOffsets(names.input); // the client deletes only of topics it has asked about
  await admin.deleteTopicRecords({ topic: names.input, partitions: [{ partition: 0, offset: '4' }] });

  const after = await createCopier(library, brokers, names);
  const values = () => after.fetched.flatMap(({ messages }) => messages.map(({ value }) => String(value)));
  await eventually(() => expect(values()).toEqual(['5']), { within: 30_000 });
  const found = await committed();
  await after.stop();
  await admin.disconnect();
  return found;
};

describe('a group whose offset retention has overtaken', () => {
  it('reads on from the first record that is left, and commits nothing outside a transaction', async () => {
    expect(await readAfterRetention(corrected)).toBe('2');
  });

  it('has its offset overwritten by the client as it is published: the correction is needed', async () => {
    expect(await readAfterRetention(stock)).not.toBe('2');
  });
});
