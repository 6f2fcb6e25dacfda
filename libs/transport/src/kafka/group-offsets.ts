import type { PartitionLag, PartitionOffset, TopicPartition } from '@sluice/stage';
import { setTimeout as pause } from 'node:timers/promises';
import type kafkajs from 'kafkajs';
import { brokerErrorOf } from './failures.ts';

/** Longer than a transaction may stay open, so that a dead peer's offsets have become stable by then. */
const STABLE_WITHIN_MS = 20_000;
const RETRY_MS = 50;

const fetchStable = async (
  admin: kafkajs.Admin,
  groupId: string,
  topics: string[],
): Promise<readonly PartitionOffset[]> => {
  for (const end = Date.now() + STABLE_WITHIN_MS; ; await pause(RETRY_MS)) {
    try {
      const fetched = await admin.fetchOffsets({ groupId, topics });
      return fetched.flatMap(({ topic, partitions }) =>
        partitions.map(({ partition, offset }) => ({ topic, partition, offset: BigInt(offset) })),
      );
    } catch (error) {
      if (brokerErrorOf(error) !== 'UNSTABLE_OFFSET_COMMIT' || Date.now() >= end) throw error;
    }
  }
};

const topicsOf = (partitions: readonly TopicPartition[]): string[] => [
  ...new Set(partitions.map(({ topic }) => topic)),
];

/** What the group has committed, once no transaction holds offsets of it open. -1 where nothing was committed. */
export const committedOffsets = async (
  admin: kafkajs.Admin,
  group: string,
  partitions: readonly TopicPartition[],
): Promise<readonly PartitionOffset[]> => {
  const fetched = await fetchStable(admin, group, topicsOf(partitions));
  return partitions.map(
    ({ topic, partition }) =>
      fetched.find((one) => one.topic === topic && one.partition === partition) ?? { topic, partition, offset: -1n },
  );
};

interface PartitionEnds {
  readonly low: bigint;
  readonly stable: bigint;
}

/** First offset and last stable offset of each partition: the admin client lists offsets at read_committed. */
export const partitionEnds = async (admin: kafkajs.Admin, topic: string): Promise<ReadonlyMap<number, PartitionEnds>> =>
  new Map(
    (await admin.fetchTopicOffsets(topic)).map(({ partition, low, offset }) => [
      partition,
      { low: BigInt(low), stable: BigInt(offset) },
    ]),
  );

/** Last stable offset minus committed offset: a lag by high watermark would count open and aborted records. */
export const partitionLags = async (
  admin: kafkajs.Admin,
  group: string,
  held: readonly TopicPartition[],
): Promise<readonly PartitionLag[]> => {
  if (held.length === 0) return [];
  const committed = await committedOffsets(admin, group, held);
  const ends = new Map(
    await Promise.all(topicsOf(held).map(async (topic) => [topic, await partitionEnds(admin, topic)] as const)),
  );
  return committed.map(({ topic, partition, offset }) => {
    const { low, stable } = ends.get(topic)?.get(partition) ?? { low: 0n, stable: 0n };
    return { topic, partition, lag: stable - (offset < 0n ? low : offset) };
  });
};
