import { randomName, testInfrastructure } from '@sluice/testing';
import { relaySuite } from '../relay.suite.ts';
import { createTopics } from '../testing/create-topics.ts';
import { readSettled } from '../testing/read-settled.ts';
import { createRelayProducer } from './relay-producer.ts';

const kafka = { brokers: testInfrastructure().brokers, clientId: 'relay-suite' };

relaySuite('kafka', {
  async prepare() {
    const topic = randomName('relayed');
    await createTopics([topic], kafka);
    return {
      topic,
      connect: (name) => createRelayProducer({ kafka, name, anchor: { topic, partition: 0 } }),
      read: async () => (await readSettled([topic], kafka)).map(({ value }) => value?.toString() ?? ''),
      close: async () => undefined,
    };
  },
});
