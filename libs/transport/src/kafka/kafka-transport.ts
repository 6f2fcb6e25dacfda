import { MAX_RECORD_BYTES } from '@sluice/contracts';
import type { Transport } from '@sluice/stage';
import { settledWithin } from '../settled-within.ts';
import { asTransient } from './failures.ts';
import type { KafkaOptions } from './kafka-client.ts';
import { subscribeToKafka } from './kafka-subscription.ts';
import { createPublisher } from './publisher.ts';
import { createSharedAdmin } from './shared-admin.ts';
import { topicFaults, type TopicTerms } from './topic-faults.ts';

const REACHABLE_WITHIN_MS = 2_000;

export interface KafkaTransport extends Transport {
  /** What is otherwise than declared about these topics, as `provisionTopics` tells it. @throws TransientError */
  topicFaults(declarations: readonly TopicTerms[]): Promise<readonly string[]>;
}

/** The Kafka adapter of the transport, on the corrected kafkajs (../../kafkajs-corrections). */
export const createKafkaTransport = (kafka: KafkaOptions): KafkaTransport => {
  const maxRecordBytes = kafka.maxRecordBytes ?? MAX_RECORD_BYTES;
  const admin = createSharedAdmin(kafka);
  const publisher = createPublisher(kafka, maxRecordBytes);

  return {
    maxRecordBytes,
    subscribe: (options) => subscribeToKafka({ kafka, admin, maxRecordBytes }, options),
    publish: (records) => publisher.publish(records),
    async isReachable() {
      let isReachable = false;
      const asking = admin.ask(async (client) => {
        isReachable = (await client.describeCluster()).brokers.length > 0;
      });
      await settledWithin(REACHABLE_WITHIN_MS, asking);
      return isReachable;
    },
    topicFaults: (declarations) =>
      admin
        .ask((client) => topicFaults(client, declarations))
        .catch((error: unknown) => {
          throw asTransient('looking at the topics', error);
        }),
    async close() {
      await publisher.close();
      await admin.close();
    },
  };
};
