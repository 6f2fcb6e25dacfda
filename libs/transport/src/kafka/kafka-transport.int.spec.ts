import { testInfrastructure } from '@sluice/testing';
import { createKafkaTransport } from './kafka-transport.ts';
import { provisionTopics } from './provision-topics.ts';
import { transportSuite } from '../transport.suite.ts';

const { brokers } = testInfrastructure();
const kafka = { brokers, clientId: 'transport-suite' };
const DAY = 86_400_000;

transportSuite('kafka', {
  connect: async () => createKafkaTransport(kafka),
  createTopic: async (name) => {
    await provisionTopics(
      [
        {
          name,
          description: '',
          keyedBy: '',
          partitions: 2,
          retentionMs: DAY,
          cleanupPolicy: 'delete',
          contract: null,
        },
      ],
      kafka,
    );
  },
});
