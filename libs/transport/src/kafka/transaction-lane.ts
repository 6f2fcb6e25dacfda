import { noFailPoints, TransientError } from '@sluice/kernel';
import { RefusedRecordsError, type CommitResult, type PartitionOffset, type Transaction } from '@sluice/stage';
import kafkajs from 'kafkajs';
import { measureRecords, type MeasuredRecord } from '../record-limits.ts';
import { settledWithin } from '../settled-within.ts';
import { asTransient, isFenced, outageOf, refusalOf } from './failures.ts';
import { createKafka, DEFAULT_TRANSACTION_TIMEOUT_MS, silentLogger, type KafkaOptions } from './kafka-client.ts';
import { sendRecords } from './send-records.ts';

/** kafkajs waits 300 ms before its first retry, and a transaction's first request is nearly always retried once. */
const RETRY = { initialRetryTime: 10, maxRetryTime: 1_000, retries: 8 };

/** The member id of a batch that was fetched while the group was putting us out. Kafka takes an empty id for "in no group" and would let the commit pass. */
export const NO_MEMBER = '';

/** How long a commit that is under way may hold up closing. */
const CLOSE_WITHIN_MS = 5_000;

export interface TransactionLane {
  /** As `Subscription.commit`. One call at a time. */
  commit(transaction: Transaction): Promise<CommitResult>;
  close(): Promise<void>;
}

interface LaneOptions {
  readonly kafka: KafkaOptions;
  readonly transactionalId: string;
  readonly maxRecordBytes: number;
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

const asItIs = (error: unknown): unknown => error;

/**
 * One transactional producer, one transaction at a time. A producer that saw any failure is thrown away: a new one under the
 * same transactional id makes the coordinator settle what the old one left, and the group's offsets then tell what became of it.
 */
export const createTransactionLane = ({
  kafka,
  transactionalId,
  maxRecordBytes,
  committedOffsets,
}: LaneOptions): TransactionLane => {
  const { failPoints = noFailPoints, logger = silentLogger } = kafka;
  let producer: kafkajs.Producer | null = null;
  let isClosed = false;
  let unsettled: Transaction | null = null;
  let underWay: Promise<unknown> = Promise.resolve();

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
    producer = created;
    await created.connect();
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
    if (isClosed) throw new TransientError('settling an ambiguous commit: the subscription is being closed');
    try {
      await settle();
      const committed = await committedOffsets(offsets);
      const reached = offsets.every(({ topic, partition, offset }) =>
        committed.some((one) => one.topic === topic && one.partition === partition && one.offset >= offset),
      );
      return reached ? 'committed' : 'aborted';
    } catch (error) {
      await discard();
      throw asTransient('settling an ambiguous commit', error);
    }
  };

  /**
   * What a failure before the commit was asked for means: nothing is written, whatever it was. `otherwise` makes the error of what
   * nothing outside is to blame for. A reason that somebody has to mend is thrown, so that it is shown and not only retried.
   */
  const failed = async (error: unknown, otherwise: (error: unknown) => unknown): Promise<CommitResult> => {
    await discard();
    if (isClosed) return 'fenced';
    if (isFenced(error)) {
      logger.warn({}, 'a transaction was not committed: another process has taken its partition over');
      return 'fenced';
    }
    const outage = outageOf(error);
    if (!outage) throw otherwise(error);
    if (outage.needsSomebody) throw new TransientError(`committing: ${outage.reason}`, { cause: error });
    logger.warn({ because: outage.reason }, 'a transaction was not committed, and is tried again');
    return 'aborted';
  };

  /** The fail point is passed once EndTxn is on its way, and before its answer is. */
  const ending = async (open: kafkajs.Transaction): Promise<void> => {
    const ended = open.commit();
    if (failPoints !== noFailPoints) setImmediate(() => failPoints.at('during-end-txn'));
    await ended;
  };

  const attempt = async (transaction: Transaction, records: readonly MeasuredRecord[]): Promise<CommitResult> => {
    const open = await (producer ?? (await connect())).transaction();
    const abort = async (): Promise<void> => {
      await open.abort().catch(() => undefined);
    };
    try {
      await sendRecords(open, records);
    } catch (error) {
      await abort();
      // Of what was sent, what nothing outside is to blame for is the records' own fault.
      return failed(error, refusalOf);
    }
    failPoints.at('after-send');
    try {
      await open.sendOffsets(toOffsets(transaction));
    } catch (error) {
      await abort();
      return failed(error, asItIs);
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

  const commit = async (transaction: Transaction): Promise<CommitResult> => {
    if (transaction.fence.member === NO_MEMBER) return 'fenced';
    // The last commit's outcome could not be learnt when it was asked: it is the first thing to know now.
    if (unsettled === transaction) {
      const outcome = await learnOutcome(transaction);
      unsettled = null;
      if (outcome === 'committed') return outcome;
    }
    const records = measureRecords(transaction.records, maxRecordBytes);
    try {
      return await attempt(transaction, records);
    } catch (error) {
      if (error instanceof TransientError || error instanceof RefusedRecordsError) throw error;
      return failed(error, asItIs);
    }
  };

  return {
    async commit(transaction) {
      if (isClosed) return 'fenced';
      const result = commit(transaction);
      underWay = result.catch(() => undefined);
      return result;
    },
    async close() {
      isClosed = true;
      await settledWithin(CLOSE_WITHIN_MS, underWay);
      await discard();
    },
  };
};
