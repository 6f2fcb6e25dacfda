import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type {
  ConsumedRecord,
  FetchedRun,
  PartitionOffset,
  SubscribeOptions,
  Subscription,
  TopicPartition,
} from '@sluice/stage';
import { TransientError } from '@sluice/kernel';
import type kafkajs from 'kafkajs';
import { settledWithin } from '../settled-within.ts';
import { asTransient, brokerErrorOf } from './failures.ts';
import { committedOffsets, partitionLags } from './group-offsets.ts';
import { fromKafkaHeaders } from './headers.ts';
import { createKafka, silentLogger, type KafkaOptions } from './kafka-client.ts';
import { requireTopics } from './missing-topics.ts';
import type { SharedAdmin } from './shared-admin.ts';
import { sameNumberAssigner } from './same-number-assigner.ts';
import { createTransactionLane, NO_MEMBER } from './transaction-lane.ts';

const DEFAULT_SESSION_TIMEOUT_MS = 15_000;
const HEARTBEAT_INTERVAL_MS = 2_000;
/**
 * Sessions that a group waits for members to join again. Nobody finishes work before that, so who is late is dead: one that died
 * while it was joining keeps the whole group waiting for as long, and again if it was to lead it.
 */
const SESSIONS_TO_REJOIN = 2;
/**
 * Sessions after which a consumer that neither fetches nor heartbeats nor joins is given up: longer than a join may take, the
 * wait for others and the request's own time-out together.
 */
const SESSIONS_OF_SILENCE = 4;
/** How long the broker may hold an empty fetch. A record that arrives ends the wait at once. */
const MAX_WAIT_MS = 250;
/** Bytes of one fetch, and of one partition in it. What is fetched and not taken in yet is held beside the runner's window. */
const MAX_FETCH_BYTES = 4 * 1024 * 1024;
const MAX_PARTITION_FETCH_BYTES = 1024 * 1024;
/** How long leaving the group may take; a consumer that hangs is left behind, and the group puts it out. */
const LEAVE_WITHIN_MS = 10_000;

/** What the corrected client adds to each batch: who we were in the group when it was fetched; null while we were being put out. */
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

/** What the subscriptions of one transport share. */
export interface SubscriptionContext {
  readonly kafka: KafkaOptions;
  readonly admin: SharedAdmin;
  readonly maxRecordBytes: number;
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

/**
 * One membership of a group: joins, hands over what is fetched, and ends with the first failure that kafkajs does not get over while
 * it stays in the group. Positions run ahead of commits, and start again from them after a rebalance. kafkajs's own restarts are off:
 * it makes them for some failures only, and those that it does not call retriable ("the generation id is not valid") left a consumer
 * behind that did nothing. A new membership is begun by who subscribes, whatever the failure was.
 */
const subscribeOnce = async (
  { kafka, admin, maxRecordBytes }: SubscriptionContext,
  options: SubscribeOptions,
): Promise<Subscription> => {
  const { group, topics } = options;
  const { sessionTimeoutMs = DEFAULT_SESSION_TIMEOUT_MS, logger = silentLogger } = kafka;
  const consumer = createKafka(kafka).consumer({
    groupId: group,
    partitionAssigners: [sameNumberAssigner],
    sessionTimeout: sessionTimeoutMs,
    heartbeatInterval: HEARTBEAT_INTERVAL_MS,
    rebalanceTimeout: SESSIONS_TO_REJOIN * sessionTimeoutMs,
    maxWaitTimeInMs: MAX_WAIT_MS,
    minBytes: 1,
    maxBytes: MAX_FETCH_BYTES,
    maxBytesPerPartition: MAX_PARTITION_FETCH_BYTES,
    readUncommitted: false,
    allowAutoTopicCreation: false,
    retry: { initialRetryTime: 100, maxRetryTime: 2_000, retries: 10, restartOnFailure: async () => false },
  });
  const lane = createTransactionLane({
    kafka,
    maxRecordBytes,
    transactionalId: `${group}.${randomUUID()}`,
    committedOffsets: (partitions: readonly PartitionOffset[]) =>
      admin.ask((client) => committedOffsets(client, group, partitions)),
  });
  let state: 'joining' | 'joined' | 'ended' = 'joining';
  let assigned: readonly TopicPartition[] = [];
  let lastSeen = Date.now();
  /** Rejects with why it can't go on by itself. */
  const failed = Promise.withResolvers<never>();
  failed.promise.catch(() => undefined);
  let isSubscribed = false;
  let closing: Promise<void> | null = null;

  const deliver = (run: FetchedRun): void => {
    if (state !== 'ended') options.onRun(run);
  };

  const revoke = (): void => {
    assigned = [];
    if (state !== 'ended') options.onRevoked();
  };

  const fail = (error: unknown): void => {
    if (state === 'ended') return;
    revoke();
    state = 'ended';
    const failure = asTransient(`reading as ${group}`, error);
    failed.reject(failure);
    logger.warn({ group, because: failure.message }, 'a subscription has ended, and has to be begun anew');
    // Until then it is subscribing itself that fails.
    if (isSubscribed) options.onFailed(failure);
  };

  const { GROUP_JOIN, REBALANCING, HEARTBEAT, FETCH, CRASH, END_BATCH_PROCESS } = consumer.events;
  const seen = (): void => {
    lastSeen = Date.now();
  };
  consumer.on(GROUP_JOIN, ({ payload }) => {
    // A rejoin starts from the committed offsets: what was fetched before and not committed will be fetched again.
    revoke();
    if (state === 'ended') return;
    state = 'joined';
    assigned = Object.entries(payload.memberAssignment).flatMap(([topic, partitions]) =>
      partitions.map((partition) => ({ topic, partition })),
    );
    seen();
    // The client keeps what was paused over a rejoin, for whoever has just been told to forget all.
    consumer.resume(topics.map((topic) => ({ topic })));
  });
  consumer.on(REBALANCING, seen);
  consumer.on(HEARTBEAT, seen);
  consumer.on(FETCH, seen);
  consumer.on(CRASH, ({ payload }) => fail(payload.error));
  consumer.on(END_BATCH_PROCESS, ({ payload }) => {
    const { topic, partition, batchSize, lastOffset, generationId, memberId } = payload as unknown as EmptyBatch;
    if (batchSize > 0) return;
    deliver({
      topic,
      partition,
      records: [],
      nextOffset: BigInt(lastOffset) + 1n,
      fence: { group, member: memberId ?? NO_MEMBER, generation: generationId },
    });
  });

  /** A failure that kafkajs never tells of: its loop waits for something that does not come. */
  const silenceMs = SESSIONS_OF_SILENCE * sessionTimeoutMs;
  const listening = setInterval(() => {
    if (Date.now() - lastSeen > silenceMs)
      fail(new TransientError(`the consumer has not been heard of for ${silenceMs} ms`));
  }, sessionTimeoutMs / 2).unref();

  const end = async (): Promise<void> => {
    state = 'ended';
    assigned = [];
    clearInterval(listening);
    await settledWithin(LEAVE_WITHIN_MS, consumer.disconnect());
    await lane.close();
  };

  try {
    await admin.ask((client) => requireTopics(client, topics));
    await consumer.connect();
    await consumer.subscribe({ topics: [...topics], fromBeginning: true });
    const running = consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      eachBatch: async (payload) => {
        const { batch, generationId, memberId, resolveOffset } = payload as FencedBatch;
        deliver({
          topic: batch.topic,
          partition: batch.partition,
          records: batch.messages.map(toRecord(batch)),
          nextOffset: BigInt(batch.lastOffset()) + 1n,
          fence: { group, member: memberId ?? NO_MEMBER, generation: generationId },
        });
        const last = batch.messages.at(-1);
        if (last) resolveOffset(last.offset);
      },
    });
    // Of a join that failed kafkajs tells by its crash event alone, before `run` is over.
    await Promise.race([failed.promise, running]);
    isSubscribed = true;
  } catch (error) {
    await end();
    throw error instanceof TransientError ? error : asTransient('subscribing', error);
  }

  /** kafkajs throws at a consumer that has stopped: there is nothing to hold back then. */
  const unlessEnded = (change: () => void): void => {
    try {
      change();
    } catch (error) {
      if (state !== 'ended' && isSubscribed) logger.warn({ because: String(error) }, 'a consumer has stopped');
    }
  };

  return {
    commit: (transaction) => lane.commit(transaction),
    async committedOffsets(partitions) {
      try {
        const committed = await admin.ask((client) => committedOffsets(client, group, partitions));
        return committed.filter(({ offset }) => offset >= 0n);
      } catch (error) {
        throw asTransient('asking for committed offsets', error);
      }
    },
    pause: (partitions) => unlessEnded(() => consumer.pause(byTopic(partitions))),
    resume: (partitions) => unlessEnded(() => consumer.resume(byTopic(partitions))),
    assignment: () => assigned,
    isActive: () => state === 'joined' && Date.now() - lastSeen < sessionTimeoutMs,
    lag: () => admin.ask((client) => partitionLags(client, group, assigned)),
    close: () => (closing ??= end()),
  };
};

/** Answers of a coordinator that is only just becoming one: the first join of a group on a new broker meets them. */
const COORDINATOR_COMING = new Set([
  'GROUP_LOAD_IN_PROGRESS',
  'GROUP_COORDINATOR_NOT_AVAILABLE',
  'NOT_COORDINATOR_FOR_GROUP',
]);
const COMING_WITHIN_MS = 10_000;
const LOOK_AGAIN_MS = 100;

/** As `Transport.subscribe`. */
export const subscribeToKafka = async (
  context: SubscriptionContext,
  options: SubscribeOptions,
): Promise<Subscription> => {
  for (const end = Date.now() + COMING_WITHIN_MS; ; await pause(LOOK_AGAIN_MS)) {
    try {
      return await subscribeOnce(context, options);
    } catch (error) {
      if (!COORDINATOR_COMING.has(brokerErrorOf(error) ?? '') || Date.now() > end) throw error;
    }
  }
};
