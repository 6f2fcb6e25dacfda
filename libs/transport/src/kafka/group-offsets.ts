import { setTimeout as pause } from 'node:timers/promises';
import { TransientError } from '@sluice/kernel';
import type { PartitionLag, PartitionOffset, TopicPartition } from '@sluice/stage';
import type kafkajs from 'kafkajs';
import { brokerErrorOf } from './failures.ts';

/** Longer than a transaction may stay open, so that a dead peer's offsets have become stable by then. */
const STABLE_WITHIN_MS = 20_000;
const KNOWN_WITHIN_MS = 10_000;
const RETRY_MS = 50;

/** What of the admin client is asked. */
type Asked = Pick<kafkajs.Admin, 'fetchOffsets' | 'fetchTopicOffsets'>;

const topicsOf = (partitions: readonly TopicPartition[]): string[] => [
  ...new Set(partitions.map(({ topic }) => topic)),
];

/** Null while a transaction holds one of the offsets open, or the answer does not speak of all that was asked. */
const fetchOnce = async (
  admin: Asked,
  groupId: string,
  wanted: readonly TopicPartition[],
): Promise<readonly PartitionOffset[] | null> => {
  try {
    const fetched = await admin.fetchOffsets({ groupId, topics: topicsOf(wanted) });
    const offsets = wanted.map(({ topic, partition }) => {
      const found = fetched.find((one) => one.topic === topic)?.partitions.find((one) => one.partition === partition);
      return found ? { topic, partition, offset: BigInt(found.offset) } : null;
    });
    // The client asks for what it knows of a topic at the moment. Of a partition that it left out nobody said that nothing is committed.
    return offsets.every((one) => one !== null) ? offsets : null;
  } catch (error) {
    if (brokerErrorOf(error) === 'UNSTABLE_OFFSET_COMMIT') return null;
    throw error;
  }
};

/** What the group has committed, once no transaction holds offsets of it open. -1 where nothing was committed. @throws TransientError when that takes too long */
export const committedOffsets = async (
  admin: Asked,
  group: string,
  partitions: readonly TopicPartition[],
): Promise<readonly PartitionOffset[]> => {
  for (const end = Date.now() + STABLE_WITHIN_MS; ; await pause(RETRY_MS)) {
    const offsets = await fetchOnce(admin, group, partitions);
    if (offsets) return offsets;
    if (Date.now() > end)
      throw new TransientError(`the offsets of ${group} are not stable after ${STABLE_WITHIN_MS} ms`);
  }
};

interface PartitionEnds {
  readonly low: bigint;
  readonly stable: bigint;
}

/**
 * First offset and last stable offset of each partition: the admin client lists offsets at read_committed. The client forgets what it
 * knew of a topic when it is asked about another meanwhile, and then stumbles over it: it is asked again.
 */
export const partitionEnds = async (admin: Asked, topic: string): Promise<ReadonlyMap<number, PartitionEnds>> => {
  for (const end = Date.now() + KNOWN_WITHIN_MS; ; await pause(RETRY_MS)) {
    try {
      const offsets = await admin.fetchTopicOffsets(topic);
      return new Map(
        offsets.map(({ partition, low, offset }) => [partition, { low: BigInt(low), stable: BigInt(offset) }]),
      );
    } catch (error) {
      if (!(error instanceof TypeError) || Date.now() > end) throw error;
    }
  }
};

/** Last stable offset minus committed offset: a lag by high watermark would count open and aborted records. */
export const partitionLags = async (
  admin: Asked,
  group: string,
  held: readonly TopicPartition[],
): Promise<readonly PartitionLag[]> => {
  if (held.length === 0) return [];
  const committed = await committedOffsets(admin, group, held);
  const ends = new Map(
    await Promise.all(topicsOf(held).map(async (topic) => [topic, await partitionEnds(admin, topic)] as const)),
  );
  return committed.flatMap(({ topic, partition, offset }) => {
    const found = ends.get(topic)?.get(partition);
    return found ? [{ topic, partition, lag: found.stable - (offset < 0n ? found.low : offset) }] : [];
  });
};
