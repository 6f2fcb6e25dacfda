import type { CommitResult, PartitionOffset, Transaction } from '@sluice/stage';
import { noFailPoints, TransientError } from '@sluice/kernel';
import kafkajs from 'kafkajs';
import { createKafka, DEFAULT_TRANSACTION_TIMEOUT_MS, silentLogger, type KafkaOptions } from './kafka-client.ts';
import { isFenced } from './error-kinds.ts';
import { sendRecords } from './send-records.ts';

/** kafkajs waits 300 ms before its first retry, and a transaction's first request is nearly always retried once. */
const RETRY = { initialRetryTime: 10, maxRetryTime: 1_000, retries: 8 };

/** Who fetched while the group was putting us out. Kafka itself takes an empty name for somebody who is in no group, and lets it pass. */
export const NOBODY = '';

export interface TransactionLane {
  commit(transaction: Transaction): Promise<CommitResult>;
  close(): Promise<void>;
}

interface LaneOptions {
  readonly kafka: KafkaOptions;
  readonly transactionalId: string;
  /** The offsets the group has committed, waiting for open transactions. */
  committedOffsets(partitions: readonly PartitionOffset[]): Promise<readonly PartitionOffset[]>;
}

/** `sendOffsets` of the corrected client also takes what the group knew us by when we fetched. */
interface FencedOffsets extends kafkajs.Offsets {
  readonly consumerGroupId: string;
  readonly generationId: number;
  readonly memberId: string;
}

const toOffsets = ({ offsets, fence }: Transaction): FencedOffsets => ({
  consumerGroupId: fence.group,
  generationId: fence.generation,
  memberId: fence.member,
  topics: [...Map.groupBy(offsets, ({ topic }) => topic)].map(([topic, partitions]) => ({
    topic,
    partitions: partitions.map(({ partition, offset }) => ({ partition, offset: offset.toString() })),
  })),
});

/**
 * One transactional producer, one transaction at a time. A producer that saw any failure is thrown away: a new one under the
 * same transactional id makes the coordinator settle what the old one left, and the group's offsets then tell what became of it.
 */
export const createTransactionLane = ({ kafka, transactionalId, committedOffsets }: LaneOptions): TransactionLane => {
  const { failPoints = noFailPoints, logger = silentLogger } = kafka;
  let producer: kafkajs.Producer | null = null;

  const connect = async (): Promise<kafkajs.Producer> => {
    const created = createKafka(kafka).producer({
      transactionalId,
      idempotent: true,
      maxInFlightRequests: 1,
      transactionTimeout: kafka.transactionTimeoutMs ?? DEFAULT_TRANSACTION_TIMEOUT_MS,
      retry: RETRY,
      createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
      allowAutoTopicCreation: false,
    });
    await created.connect();
    producer = created;
    return created;
  };

  const discard = async (): Promise<void> => {
    const old = producer;
    producer = null;
    await old?.disconnect().catch(() => undefined);
  };

  /** InitProducerId ends whatever transaction the id still had open: committed if its end was decided, aborted if not. */
  const settle = async (): Promise<void> => {
    await discard();
    const fresh = await (await connect()).transaction();
    await fresh.abort();
  };

  const learnOutcome = async ({ offsets }: Transaction): Promise<CommitResult> => {
    try {
      await settle();
      const committed = await committedOffsets(offsets);
      const reached = offsets.every(({ topic, partition, offset }) =>
        committed.some((one) => one.topic === topic && one.partition === partition && one.offset >= offset),
      );
      return reached ? 'committed' : 'aborted';
    } catch (cause) {
      await discard();
      throw new TransientError('settling an ambiguous commit: the outcome is not known yet', { cause });
    }
  };

  /** What the broker said decides what becomes of the records; why it said so is for who reads the log. */
  const failed = async (error: unknown): Promise<CommitResult> => {
    await discard();
    const result = isFenced(error) ? 'fenced' : 'aborted';
    logger.warn(
      { result, because: error instanceof Error ? `${error.name}: ${error.message}` : 'no error' },
      'a transaction was not committed',
    );
    return result;
  };

  let unsettled: Transaction | null = null;

  /** The fail point is passed once EndTxn is on its way, and before its answer is. */
  const ending = async (open: kafkajs.Transaction): Promise<void> => {
    const ended = open.commit();
    if (failPoints !== noFailPoints) setImmediate(() => failPoints.at('during-end-txn'));
    await ended;
  };

  const attempt = async (transaction: Transaction): Promise<CommitResult> => {
    const open = await (producer ?? (await connect())).transaction();
    try {
      await sendRecords(open, transaction.records);
      failPoints.at('after-send');
      await open.sendOffsets(toOffsets(transaction));
    } catch (error) {
      await open.abort().catch(() => undefined);
      return failed(error);
    }
    failPoints.at('after-send-offsets');
    unsettled = transaction;
    try {
      await ending(open);
    } catch {
      const outcome = await learnOutcome(transaction);
      unsettled = null;
      return outcome;
    }
    unsettled = null;
    return 'committed';
  };

  return {
    async commit(transaction) {
      if (transaction.fence.member === NOBODY) return 'fenced';
      // The last commit's outcome could not be learnt when it was asked: it is the first thing to know now.
      if (unsettled === transaction) {
        const outcome = await learnOutcome(transaction);
        unsettled = null;
        if (outcome === 'committed') return outcome;
      }
      try {
        return await attempt(transaction);
      } catch (error) {
        if (error instanceof TransientError) throw error;
        return failed(error);
      }
    },
    close: discard,
  };
};
