import { MAX_RECORD_BYTES } from '@sluice/contracts';
import type { Transport } from '@sluice/stage';
import { settledWithin } from '../settled-within.ts';
import { asTransient, brokerErrorOf, outageOf } from './failures.ts';
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
  /** Of the last answer: kafkajs tries a connection for longer than a probe waits. */
  let lastFailure: string | null = null;

  return {
    maxRecordBytes,
    subscribe: (options) => subscribeToKafka({ kafka, admin, maxRecordBytes }, options),
    publish: (records) => publisher.publish(records),
    async reachability() {
      let found: true | string = lastFailure ?? `Kafka does not answer within ${REACHABLE_WITHIN_MS} ms`;
      const asking = admin
        .ask((client) => client.describeCluster())
        .then(
          () => {
            [found, lastFailure] = [true, null];
          },
          (error: unknown) => {
            const outage = outageOf(error);
            // Whatever a broker says of a topic, it is there and speaks with us.
            const answers = brokerErrorOf(error) !== null && !outage?.needsSomebody;
            lastFailure = answers ? null : (outage?.reason ?? 'asking Kafka failed');
            found = lastFailure ?? true;
          },
        );
      await settledWithin(REACHABLE_WITHIN_MS, asking);
      return found;
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
