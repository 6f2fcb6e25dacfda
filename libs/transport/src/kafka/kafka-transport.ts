import type { Transport } from '@sluice/stage';
import { createKafka, type KafkaOptions } from './kafka-client.ts';
import { subscribeToKafka } from './kafka-subscription.ts';
import { createPublisher } from './publisher.ts';

const REACHABLE_WITHIN_MS = 2_000;

const within = (ms: number): Promise<false> =>
  new Promise((resolve) => {
    setTimeout(() => resolve(false), ms).unref();
  });

/** The Kafka adapter of the transport, on the corrected kafkajs (../../kafkajs-corrections). */
export const createKafkaTransport = (options: KafkaOptions): Transport => {
  const publisher = createPublisher(options);
  const admin = createKafka(options).admin();
  let connecting: Promise<void> | null = null;

  const asksBroker = async (): Promise<boolean> => {
    try {
      connecting ??= admin.connect();
      await connecting;
      return (await admin.describeCluster()).brokers.length > 0;
    } catch {
      connecting = null;
      return false;
    }
  };

  return {
    maxRecordBytes: 1_000_000,
    subscribe: (subscribeOptions) => subscribeToKafka(options, subscribeOptions),
    publish: (records) => publisher.publish(records),
    isReachable: () => Promise.race([asksBroker(), within(REACHABLE_WITHIN_MS)]),
    async close() {
      await publisher.close();
      await admin.disconnect().catch(() => undefined);
    },
  };
};
