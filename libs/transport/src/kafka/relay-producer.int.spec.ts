import { randomName, testInfrastructure } from '@sluice/testing';
import { relaySuite } from '../relay.suite.ts';
import { readSettled } from '../testing/read-settled.ts';
import { provisionTopics } from './provision-topics.ts';
import { createRelayProducer } from './relay-producer.ts';

const kafka = { brokers: testInfrastructure().brokers, clientId: 'relay-suite' };

relaySuite('kafka', {
  async prepare() {
    const topic = randomName('relayed');
    await provisionTopics(
      [
        {
          name: topic,
          description: '',
          keyedBy: '',
          partitions: 1,
          retentionMs: 86_400_000,
          cleanupPolicy: 'delete',
          contract: null,
        },
      ],
      kafka,
    );
    return {
      topic,
      connect: (name) => createRelayProducer({ kafka, name, anchor: { topic, partition: 0 } }),
      read: async () => (await readSettled([topic], kafka)).map(({ value }) => value?.toString() ?? ''),
      close: async () => undefined,
    };
  },
});
