import { testInfrastructure } from '@sluice/testing';
import { createKafkaTransport } from './kafka-transport.ts';
import { createTopics } from '../testing/create-topics.ts';
import { transportSuite } from '../transport.suite.ts';

const { brokers } = testInfrastructure();
const kafka = { brokers, clientId: 'transport-suite' };

transportSuite('kafka', {
  connect: async () => createKafkaTransport(kafka),
  createTopic: (name, terms) => createTopics([name], kafka, { partitions: 2, ...terms }),
});
