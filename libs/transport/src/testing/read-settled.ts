import type { ConsumedRecord } from '@sluice/stage';
import { eventually, randomName } from '@sluice/testing';
import { createKafka, type KafkaOptions } from '../kafka/kafka-client.ts';
import { readRecords } from '../kafka/read-records.ts';

const MARK = 'mark';

/** Writes a mark at the end of every partition and gives how many there are. */
const markEnds = async (topics: readonly string[], kafka: KafkaOptions, mark: string): Promise<number> => {
  const client = createKafka(kafka);
  const [admin, producer] = [client.admin(), client.producer()];
  await Promise.all([admin.connect(), producer.connect()]);
  const { topics: known } = await admin.fetchTopicMetadata({ topics: [...topics] });
  await producer.sendBatch({
    topicMessages: known.map(({ name, partitions }) => ({
      topic: name,
      messages: partitions.map(({ partitionId }) => ({ partition: partitionId, value: mark })),
    })),
  });
  await Promise.all([admin.disconnect(), producer.disconnect()]);
  return known.reduce((sum, { partitions }) => sum + partitions.length, 0);
};

/**
 * Every record that was written before the call and is not aborted. A commit is answered before readers see it: only once a mark
 * that was written afterwards can be read is every transaction before it decided, and shown or gone.
 */
export const readSettled = async (
  topics: readonly string[],
  kafka: KafkaOptions,
): Promise<readonly ConsumedRecord[]> => {
  const mark = randomName(MARK);
  const marks = await markEnds(topics, kafka, mark);
  return eventually(
    async () => {
      const records = await readRecords(topics, kafka);
      const seen = records.filter(({ value }) => value?.toString() === mark).length;
      if (seen < marks) throw new Error(`${marks - seen} partitions still hold open transactions`);
      return records.filter(({ value }) => !value?.toString().startsWith(`${MARK}_`));
    },
    { within: 30_000 },
  );
};
