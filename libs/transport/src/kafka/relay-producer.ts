import { MAX_RECORD_BYTES } from '@sluice/contracts';
import { TransientError } from '@sluice/kernel';
import { RefusedRecordsError, type ProducedRecord, type TopicPartition } from '@sluice/stage';
import kafkajs from 'kafkajs';
import { measureRecords, type MeasuredRecord } from '../record-limits.ts';
import { asTransient, outageOf, refusalOf } from './failures.ts';
import { committedOffsets } from './group-offsets.ts';
import { createKafka, DEFAULT_TRANSACTION_TIMEOUT_MS, type KafkaOptions } from './kafka-client.ts';
import { sendRecords } from './send-records.ts';
import { createSharedAdmin } from './shared-admin.ts';

/** Publishes a numbered sequence that lies elsewhere (an outbox), each item once. */
export interface RelayProducer {
  /**
   * Takes the relay over from whoever had it, settles what that one left open, and gives the position to go on from; null where
   * nothing was ever published, or the broker has forgotten (an idle group's offsets expire). @throws TransientError
   */
  open(): Promise<bigint | null>;
  /**
   * Writes records and the position after them in one transaction. @throws TransientError: then nothing is certain until `open`
   * @throws RefusedRecordsError when one of the records is at fault: nothing was written, and the same records would be refused again
   */
  publish(records: readonly ProducedRecord[], next: bigint): Promise<void>;
  close(): Promise<void>;
}

export interface RelayOptions {
  readonly kafka: KafkaOptions;
  /** Names the sequence, for ever: the transactional id, and the consumer group whose committed offset is the position. */
  readonly name: string;
  /** Where that offset is kept. Any partition that exists; nobody reads from it as this group. */
  readonly anchor: TopicPartition;
}

const RETRY = { initialRetryTime: 10, maxRetryTime: 1_000, retries: 8 };

/**
 * A transactional producer whose position is an offset of its own group, committed in the same transaction as the records: both
 * are on the log or neither is. All processes use one transactional id, so that whoever opens last fences the others, a frozen
 * one included, before it reads the position.
 */
export const createRelayProducer = ({ kafka, name, anchor }: RelayOptions): RelayProducer => {
  let producer: kafkajs.Producer | null = null;

  const discard = async (): Promise<void> => {
    const old = producer;
    producer = null;
    await old?.disconnect().catch(() => undefined);
  };

  const takeOver = async (): Promise<kafkajs.Producer> => {
    const created = createKafka(kafka).producer({
      transactionalId: name,
      idempotent: true,
      maxInFlightRequests: 1,
      transactionTimeout: kafka.transactionTimeoutMs ?? DEFAULT_TRANSACTION_TIMEOUT_MS,
      retry: RETRY,
      createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
      allowAutoTopicCreation: false,
    });
    producer = created;
    await created.connect();
    // The first transaction asks for the next epoch of the id, which ends what an older holder left open and fences it for good.
    const first = await created.transaction();
    await first.abort();
    return created;
  };

  /** Asked for once, when the relay is taken over: no reason to keep a client for it. */
  const position = async (): Promise<bigint | null> => {
    const admin = createSharedAdmin(kafka);
    try {
      const [committed] = await admin.ask((client) => committedOffsets(client, name, [anchor]));
      return committed === undefined || committed.offset < 0n ? null : committed.offset;
    } finally {
      await admin.close();
    }
  };

  const write = async (by: kafkajs.Producer, records: readonly MeasuredRecord[], next: bigint): Promise<void> => {
    const open = await by.transaction();
    const abort = async (): Promise<void> => {
      await open.abort().catch(() => undefined);
    };
    try {
      await sendRecords(open, records);
    } catch (error) {
      await abort();
      throw outageOf(error) ? error : refusalOf(error);
    }
    try {
      await open.sendOffsets({
        consumerGroupId: name,
        topics: [{ topic: anchor.topic, partitions: [{ partition: anchor.partition, offset: String(next) }] }],
      });
    } catch (error) {
      await abort();
      throw error;
    }
    await open.commit();
  };

  return {
    async open() {
      await discard();
      try {
        producer = await takeOver();
        return await position();
      } catch (error) {
        await discard();
        throw asTransient('opening the relay', error);
      }
    },
    async publish(records, next) {
      if (!producer) throw new TransientError('publishing: the relay is not open');
      const measured = measureRecords(records, kafka.maxRecordBytes ?? MAX_RECORD_BYTES);
      try {
        await write(producer, measured, next);
      } catch (error) {
        await discard();
        throw error instanceof RefusedRecordsError ? error : asTransient('publishing', error);
      }
    },
    close: discard,
  };
};
