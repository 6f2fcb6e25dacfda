import { eventually, randomName, testInfrastructure } from '@sluice/testing';
import kafkajs from 'kafkajs';
import { afterEach, expect, it } from 'vitest';
import { createTopics } from '../testing/create-topics.ts';
import { joinGroup } from '../testing/member.ts';
import { createKafkaTransport } from './kafka-transport.ts';

const kafka = { brokers: testInfrastructure().brokers, clientId: 'counted' };

type Kind = 'admin' | 'consumer' | 'producer';
const restore: (() => void)[] = [];
afterEach(() => restore.splice(0).forEach((undo) => undo()));

/** Counts the clients of each kind that are made from now on: each has connections and metadata of its own. */
const countClients = (): Record<Kind, number> => {
  const made = { admin: 0, consumer: 0, producer: 0 };
  const prototype = kafkajs.Kafka.prototype as unknown as Record<Kind, (...args: unknown[]) => unknown>;
  for (const kind of ['admin', 'consumer', 'producer'] as const) {
    const make = prototype[kind];
    prototype[kind] = function counted(this: unknown, ...args: unknown[]) {
      made[kind] += 1;
      return make.apply(this, args);
    };
    restore.push(() => {
      prototype[kind] = make;
    });
  }
  return made;
};

it('a transport with three subscriptions has two clients for each, one admin for all, and one to publish', async () => {
  const topics = [1, 2, 3].map(() => randomName('in'));
  await createTopics(topics, kafka);
  const made = countClients();
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
  expect(made).toEqual({ admin: 1, consumer: 3, producer: 4 });
  await Promise.all(members.map(({ subscription }) => subscription.close()));
  await transport.close();
});
