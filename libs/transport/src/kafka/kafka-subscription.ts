import { randomUUID } from 'node:crypto';
import { TransientError } from '@sluice/kernel';
import type {
  ConsumedRecord,
  FetchedRun,
  PartitionOffset,
  SubscribeOptions,
  Subscription,
  TopicPartition,
} from '@sluice/stage';
import type kafkajs from 'kafkajs';
import { committedOffsets, partitionLags } from './group-offsets.ts';
import { fromKafkaHeaders } from './headers.ts';
import { createKafka, type KafkaOptions } from './kafka-client.ts';
import { requireTopics } from './missing-topics.ts';
import { createTransactionLane, NOBODY } from './transaction-lane.ts';

const DEFAULT_SESSION_TIMEOUT_MS = 15_000;
const HEARTBEAT_INTERVAL_MS = 2_000;
/**
 * Sessions that a group waits for members to join again. Nobody finishes work before that, so who is late is dead: one that died
 * while it was joining keeps the whole group waiting for as long, and again if it was to lead it.
 */
const SESSIONS_TO_REJOIN = 2;
/** How long the broker may hold an empty fetch. A record that arrives ends the wait at once. */
const MAX_WAIT_MS = 250;

/** What the corrected client adds to each batch: who we were in the group when it was fetched; nobody while we are being put out. */
interface FencedBatch extends kafkajs.EachBatchPayload {
  readonly generationId: number;
  readonly memberId: string | null;
}

interface EmptyBatch {
  readonly topic: string;
  readonly partition: number;
  readonly batchSize: number;
  readonly lastOffset: string;
  readonly generationId: number;
  readonly memberId: string | null;
}

const toRecord =
  ({ topic, partition }: TopicPartition) =>
  (message: kafkajs.KafkaMessage): ConsumedRecord => ({
    topic,
    partition,
    offset: BigInt(message.offset),
    key: message.key,
    value: message.value,
    headers: fromKafkaHeaders(message.headers),
    timestamp: Number(message.timestamp),
  });

const byTopic = (partitions: readonly TopicPartition[]): { topic: string; partitions: number[] }[] =>
  [...Map.groupBy(partitions, ({ topic }) => topic)].map(([topic, of]) => ({
    topic,
    partitions: of.map(({ partition }) => partition),
  }));

/** Joins the group and hands over what is fetched; positions run ahead of commits, and start again from them after a rebalance. */
export const subscribeToKafka = async (kafka: KafkaOptions, options: SubscribeOptions): Promise<Subscription> => {
  const { group, topics } = options;
  const { sessionTimeoutMs = DEFAULT_SESSION_TIMEOUT_MS } = kafka;
  const client = createKafka(kafka);
  const admin = client.admin();
  const consumer = client.consumer({
    groupId: group,
    sessionTimeout: sessionTimeoutMs,
    heartbeatInterval: HEARTBEAT_INTERVAL_MS,
    rebalanceTimeout: SESSIONS_TO_REJOIN * sessionTimeoutMs,
    maxWaitTimeInMs: MAX_WAIT_MS,
    minBytes: 1,
    readUncommitted: false,
    allowAutoTopicCreation: false,
    retry: { initialRetryTime: 100, maxRetryTime: 2_000, retries: 10, restartOnFailure: async () => true },
  });
  const lane = createTransactionLane({
    kafka,
    transactionalId: `${group}.${randomUUID()}`,
    committedOffsets: (partitions: readonly PartitionOffset[]) => committedOffsets(admin, group, partitions),
  });
  let assigned: readonly TopicPartition[] = [];
  let lastSeen = 0;
  let closed = false;

  const deliver = (run: FetchedRun): void => {
    if (!closed) options.onRun(run);
  };

  const forget = (): void => {
    assigned = [];
    if (!closed) options.onRevoked();
  };

  const { GROUP_JOIN, HEARTBEAT, FETCH, CRASH, END_BATCH_PROCESS } = consumer.events;
  consumer.on(GROUP_JOIN, ({ payload }) => {
    // A rejoin starts from the committed offsets: what was fetched before and not committed will be fetched again.
    forget();
    assigned = Object.entries(payload.memberAssignment).flatMap(([topic, partitions]) =>
      partitions.map((partition) => ({ topic, partition })),
    );
    lastSeen = Date.now();
    // The client keeps what was paused over a rejoin, for whoever has just been told to forget all.
    consumer.resume(topics.map((topic) => ({ topic })));
  });
  const seen = () => {
    lastSeen = Date.now();
  };
  consumer.on(HEARTBEAT, seen);
  consumer.on(FETCH, seen);
  consumer.on(CRASH, ({ payload }) => {
    forget();
    if (!payload.restart && !closed) options.onFailed(payload.error);
  });
  consumer.on(END_BATCH_PROCESS, ({ payload }) => {
    const { topic, partition, batchSize, lastOffset, generationId, memberId } = payload as unknown as EmptyBatch;
    if (batchSize > 0) return;
    deliver({
      topic,
      partition,
      records: [],
      nextOffset: BigInt(lastOffset) + 1n,
      fence: { group, member: memberId ?? NOBODY, generation: generationId },
    });
  });

  const close = async (): Promise<void> => {
    closed = true;
    assigned = [];
    await consumer.disconnect().catch(() => undefined);
    await lane.close();
    await admin.disconnect().catch(() => undefined);
  };

  try {
    await Promise.all([admin.connect(), consumer.connect()]);
    await requireTopics(admin, topics);
    await consumer.subscribe({ topics: [...topics], fromBeginning: true });
  } catch (cause) {
    await close();
    throw cause instanceof TransientError
      ? cause
      : new TransientError('subscribing: the broker does not answer', { cause });
  }
  await consumer.run({
    autoCommit: false,
    eachBatchAutoResolve: false,
    eachBatch: async (payload) => {
      const { batch, generationId, memberId, resolveOffset } = payload as FencedBatch;
      deliver({
        topic: batch.topic,
        partition: batch.partition,
        records: batch.messages.map(toRecord(batch)),
        nextOffset: BigInt(batch.lastOffset()) + 1n,
        fence: { group, member: memberId ?? NOBODY, generation: generationId },
      });
      const last = batch.messages.at(-1);
      if (last) resolveOffset(last.offset);
    },
  });

  return {
    commit: (transaction) => lane.commit(transaction),
    committedOffsets: async (partitions) => {
      try {
        return (await committedOffsets(admin, group, partitions)).filter(({ offset }) => offset >= 0n);
      } catch (cause) {
        throw new TransientError('asking for committed offsets: the broker does not answer', { cause });
      }
    },
    pause: (partitions) => consumer.pause(byTopic(partitions)),
    resume: (partitions) => consumer.resume(byTopic(partitions)),
    assignment: () => assigned,
    isActive: () => !closed && assigned.length > 0 && Date.now() - lastSeen < sessionTimeoutMs,
    lag: () => partitionLags(admin, group, assigned),
    close: async () => (closed ? undefined : close()),
  };
};
