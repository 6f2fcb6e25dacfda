import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { MAX_RECORD_BYTES } from '@sluice/contracts';
import { TransientError } from '@sluice/kernel';
import type { ConsumedRecord, TopicPartition } from '@sluice/stage';
import { asTransient } from './failures.ts';
import { partitionEnds } from './group-offsets.ts';
import type { KafkaOptions } from './kafka-client.ts';
import { subscribeToKafka } from './kafka-subscription.ts';
import { createSharedAdmin, type SharedAdmin } from './shared-admin.ts';

/** For how long a broker that is away is waited for. */
const PATIENCE_MS = 30_000;
const LOOK_AGAIN_MS = 200;

const nameOf = ({ topic, partition }: TopicPartition): string => `${topic}/${partition}`;

/** Where each partition that holds something ends now. */
const endsOf = async (admin: SharedAdmin, topics: readonly string[]): Promise<ReadonlyMap<string, bigint>> => {
  const perTopic = await Promise.all(
    topics.map(async (topic) => [topic, await admin.ask((client) => partitionEnds(client, topic))] as const),
  );
  return new Map(
    perTopic.flatMap(([topic, ends]) =>
      [...ends]
        .filter(([, { low, stable }]) => stable > low)
        .map(([partition, { stable }]) => [nameOf({ topic, partition }), stable] as const),
    ),
  );
};

const readUpToEnds = async (
  topics: readonly string[],
  { kafka, admin }: { readonly kafka: KafkaOptions; readonly admin: SharedAdmin },
): Promise<readonly ConsumedRecord[]> => {
  const ends = await endsOf(admin, topics);
  let records: ConsumedRecord[] = [];
  if (ends.size === 0) return records;
  const { promise: done, resolve, reject } = Promise.withResolvers<void>();
  const missing = new Map(ends);
  const context = { kafka, admin, maxRecordBytes: MAX_RECORD_BYTES };
  const subscription = await subscribeToKafka(context, {
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

/**
 * All committed records of the topics up to their ends as they are now, for replay and for counting. Holds them in memory, and begins
 * again when the broker went away meanwhile.
 */
export const readRecords = async (
  topics: readonly string[],
  kafka: KafkaOptions,
): Promise<readonly ConsumedRecord[]> => {
  const end = Date.now() + PATIENCE_MS;
  const admin = createSharedAdmin(kafka);
  const read = async (): Promise<readonly ConsumedRecord[]> => {
    try {
      return await readUpToEnds(topics, { kafka, admin });
    } catch (error) {
      const failure = asTransient('reading records', error);
      if (!(failure instanceof TransientError) || Date.now() > end) throw failure;
      await pause(LOOK_AGAIN_MS);
      return read();
    }
  };
  return read().finally(() => admin.close());
};
