import { TransientError } from '@sluice/kernel';
import { RefusedRecordsError, type ProducedRecord, type Transport } from '@sluice/stage';
import { eventually, randomName, testInfrastructure } from '@sluice/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTopics } from '../testing/create-topics.ts';
import { joinGroup, type Member } from '../testing/member.ts';
import { readSettled } from '../testing/read-settled.ts';
import { createKafkaTransport } from './kafka-transport.ts';

const kafka = { brokers: testInfrastructure().brokers, clientId: 'refused' };

const record = (topic: string, value: string, key: string | null = 'k'): ProducedRecord => ({
  topic,
  key,
  value: Buffer.from(value),
  headers: {},
});

/** What only the broker knows: that a topic takes less than was declared, or wants a key. */
const refusals = [
  {
    what: 'a record larger than its topic takes',
    terms: { maxMessageBytes: 1_000 },
    refused: (topic: string) => record(topic, 'x'.repeat(2_000)),
    reason: 'MESSAGE_TOO_LARGE',
  },
  {
    what: 'a record without a key for a compacted topic',
    terms: { cleanupPolicy: 'compact' as const },
    refused: (topic: string) => record(topic, 'no key', null),
    reason: expect.stringMatching(/^(INVALID_RECORD|CORRUPT_MESSAGE)$/),
  },
];

describe.each(refusals)('$what', ({ terms, refused, reason }) => {
  let topics: { input: string; strict: string; output: string };
  let transport: Transport;
  let member: Member;

  const valuesIn = async (topic: string): Promise<string[]> =>
    (await readSettled([topic], kafka)).map(({ value }) => String(value));
  const lag = async (): Promise<bigint> => (await member.subscription.lag()).reduce((sum, one) => sum + one.lag, 0n);

  beforeEach(async () => {
    topics = { input: randomName('in'), strict: randomName('strict'), output: randomName('out') };
    await createTopics([topics.input, topics.output], kafka);
    await createTopics([topics.strict], kafka, terms);
    transport = createKafkaTransport(kafka);
    await transport.publish([record(topics.input, '1')]);
    member = await joinGroup(transport, topics.input, randomName('group'));
    await eventually(() => expect(member.records).toHaveLength(1));
  });
  afterEach(async () => {
    await member.subscription.close();
    await transport.close();
  });

  it('is told as a defect of the records, and not tried again for ever', async () => {
    const outputs = [record(topics.output, 'beside it'), refused(topics.strict)];
    const failure = await member.subscription.commit(member.transaction(outputs)).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(RefusedRecordsError);
    expect(failure).toMatchObject({ reason });
    expect(await lag()).toBe(1n);
    expect(await member.subscription.commit(member.transaction([record(topics.output, 'without it')]))).toBe(
      'committed',
    );
    expect(await valuesIn(topics.output)).toEqual(['without it']);
    expect(await lag()).toBe(0n);
  });

  it('fails only who published it, though all are sent together', async () => {
    const published = await Promise.allSettled([
      // While this one is on its way, the others gather behind it.
      transport.publish([record(topics.output, 'first')]),
      transport.publish([record(topics.output, 'second')]),
      transport.publish([refused(topics.strict)]),
      transport.publish([record(topics.output, 'third')]),
    ]);
    expect(published.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
    expect(published[2]).toMatchObject({ reason: expect.any(RefusedRecordsError) });
    expect([...new Set(await valuesIn(topics.output))]).toEqual(['first', 'second', 'third']);
  });
});

describe('a topic that does not exist', () => {
  const transport = createKafkaTransport(kafka);
  const missing = randomName('missing');
  let topic: string;
  beforeEach(async () => {
    topic = randomName('there');
    await createTopics([topic], kafka);
  });
  afterEach(() => transport.close());

  it('fails only who publishes to it, and is said to be missing', async () => {
    const published = await Promise.allSettled([
      transport.publish([record(topic, '1')]),
      transport.publish([record(topic, '2')]),
      transport.publish([record(missing, 'x')]),
      transport.publish([record(topic, '3')]),
    ]);
    expect(published.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
    expect(published[2]).toMatchObject({
      reason: new TransientError('publishing: a topic does not exist; `npm run deploy` creates what is missing'),
    });
  });

  it('is waited for by a transaction that writes to it, which says so', async () => {
    await transport.publish([record(topic, '1')]);
    const member = await joinGroup(transport, topic, randomName('group'));
    await eventually(() => expect(member.records).toHaveLength(1));
    const failure = await member.subscription
      .commit(member.transaction([record(missing, 'x')]))
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(TransientError);
    expect(failure).toMatchObject({ message: expect.stringContaining('a topic does not exist') });
    await createTopics([missing], kafka);
    expect(await member.subscription.commit(member.transaction([record(missing, 'x')]))).toBe('committed');
    await member.subscription.close();
  });
});
