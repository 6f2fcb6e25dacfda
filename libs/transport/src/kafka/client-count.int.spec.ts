import { eventually, randomName, testInfrastructure } from '@sluice/testing';
import kafkajs from 'kafkajs';
import { afterEach, expect, it, vi } from 'vitest';
import { createTopics } from '../testing/create-topics.ts';
import { joinGroup } from '../testing/member.ts';
import { createKafkaTransport } from './kafka-transport.ts';

const kafka = { brokers: testInfrastructure().brokers, clientId: 'counted' };
afterEach(() => vi.restoreAllMocks());

it('a transport with three subscriptions has two clients for each, one admin for all, and one to publish', async () => {
  const topics = [1, 2, 3].map(() => randomName('in'));
  await createTopics(topics, kafka);
  // Watched, not replaced: each of these calls makes a client with connections and metadata of its own.
  const made = (['admin', 'consumer', 'producer'] as const).map((kind) => vi.spyOn(kafkajs.Kafka.prototype, kind));
  const transport = createKafkaTransport(kafka);
  const members = await Promise.all(topics.map((topic) => joinGroup(transport, topic, randomName('group'))));
  await transport.publish(topics.map((topic) => ({ topic, key: 'k', value: Buffer.from('x'), headers: {} })));
  for (const member of members) {
    await eventually(() => expect(member.records).toHaveLength(1));
    expect(await member.subscription.commit(member.transaction())).toBe('committed');
    await member.subscription.lag();
  }
  expect(await transport.reachability()).toBe(true);
  await transport.topicFaults([]);
  expect(made.map(({ mock }) => mock.calls.length)).toEqual([1, 3, 4]);
  await Promise.all(members.map(({ subscription }) => subscription.close()));
  await transport.close();
});
