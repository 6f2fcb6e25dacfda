import type { KafkaOptions } from '../kafka/kafka-client.ts';
import { provisionTopics } from '../kafka/provision-topics.ts';
import type { TopicTerms } from '../kafka/topic-faults.ts';

const DAY = 86_400_000;
const DEFAULT_BYTES = 1024 * 1024;

/** Creates topics for a test, with one partition each unless told, and waits until they can be used. */
export const createTopics = async (
  names: readonly string[],
  kafka: KafkaOptions,
  terms: Partial<Omit<TopicTerms, 'name'>> = {},
): Promise<void> => {
  await provisionTopics(
    names.map((name) => ({
      name,
      partitions: 1,
      retentionMs: DAY,
      cleanupPolicy: 'delete',
      maxMessageBytes: DEFAULT_BYTES,
      ...terms,
    })),
    kafka,
  );
};
