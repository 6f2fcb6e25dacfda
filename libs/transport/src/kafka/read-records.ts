import { randomUUID } from 'node:crypto';
import type { ConsumedRecord, TopicPartition } from '@sluice/stage';
import { partitionEnds } from './group-offsets.ts';
import { createKafka, type KafkaOptions } from './kafka-client.ts';
import { subscribeToKafka } from './kafka-subscription.ts';

const nameOf = ({ topic, partition }: TopicPartition): string => `${topic}/${partition}`;

/** Where each partition that holds something ends now. */
const endsOf = async (kafka: KafkaOptions, topics: readonly string[]): Promise<ReadonlyMap<string, bigint>> => {
  const admin = createKafka(kafka).admin();
  await admin.connect();
  try {
    const perTopic = await Promise.all(
      topics.map(async (topic) => [topic, await partitionEnds(admin, topic)] as const),
    );
    return new Map(
      perTopic.flatMap(([topic, ends]) =>
        [...ends]
          .filter(([, { low, stable }]) => stable > low)
          .map(([partition, { stable }]) => [nameOf({ topic, partition }), stable] as const),
      ),
    );
  } finally {
    await admin.disconnect();
  }
};

/** All committed records of the topics up to their ends as they are now, for replay and for counting. Holds them in memory. */
export const readRecords = async (
  topics: readonly string[],
  kafka: KafkaOptions,
): Promise<readonly ConsumedRecord[]> => {
  const ends = await endsOf(kafka, topics);
  let records: ConsumedRecord[] = [];
  if (ends.size === 0) return records;
  const { promise: done, resolve, reject } = Promise.withResolvers<void>();
  const missing = new Map(ends);
  const subscription = await subscribeToKafka(kafka, {
    group: `reader.${randomUUID()}`,
    topics,
    onRun(run) {
      const end = ends.get(nameOf(run)) ?? 0n;
      for (const record of run.records) if (record.offset < end) records.push(record);
      if (run.nextOffset >= end) missing.delete(nameOf(run));
      if (missing.size === 0) resolve();
    },
    onRevoked() {
      records = [];
      for (const [name, end] of ends) missing.set(name, end);
    },
    onFailed: reject,
  });
  await done.finally(() => subscription.close());
  return records;
};
