import { TransientError } from '@sluice/kernel';
import type { ProducedRecord, TopicPartition } from '@sluice/stage';
import kafkajs from 'kafkajs';
import { committedOffsets } from './group-offsets.ts';
import { createKafka, DEFAULT_TRANSACTION_TIMEOUT_MS, type KafkaOptions } from './kafka-client.ts';
import { sendRecords } from './send-records.ts';

/** Publishes a numbered sequence that lies elsewhere (an outbox), each item once. */
export interface RelayProducer {
  /**
   * Takes the relay over from whoever had it, settles what that one left open, and gives the position to go on from; null where
   * nothing was ever published, or the broker has forgotten (an idle group's offsets expire). @throws TransientError
   */
  open(): Promise<bigint | null>;
  /** Writes records and the position after them in one transaction. @throws TransientError: then nothing is certain until `open`. */
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

const failure = (what: string, cause: unknown): TransientError =>
  new TransientError(`${what}: the broker is not certain`, { cause });

/**
 * A transactional producer whose position is an offset of its own group, committed in the same transaction as the records: both
 * are on the log or neither is. All processes use one transactional id, so that whoever opens last fences the others, a frozen
 * one included, before it reads the position.
 */
export const createRelayProducer = ({ kafka, name, anchor }: RelayOptions): RelayProducer => {
  const admin = createKafka(kafka).admin();
  let connected: Promise<void> | null = null;
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
    await created.connect();
    // The first transaction asks for the next epoch of the id, which ends what an older holder left open and fences it for good.
    const first = await created.transaction();
    await first.abort();
    return created;
  };

  const position = async (): Promise<bigint | null> => {
    connected ??= admin.connect();
    await connected;
    const [committed] = await committedOffsets(admin, name, [anchor]);
    return committed === undefined || committed.offset < 0n ? null : committed.offset;
  };

  const write = async (by: kafkajs.Producer, records: readonly ProducedRecord[], next: bigint): Promise<void> => {
    const open = await by.transaction();
    try {
      await sendRecords(open, records);
      await open.sendOffsets({
        consumerGroupId: name,
        topics: [{ topic: anchor.topic, partitions: [{ partition: anchor.partition, offset: String(next) }] }],
      });
    } catch (error) {
      await open.abort().catch(() => undefined);
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
      } catch (cause) {
        connected = null;
        await discard();
        throw failure('opening the relay', cause);
      }
    },
    async publish(records, next) {
      if (!producer) throw failure('publishing before opening the relay', undefined);
      try {
        await write(producer, records, next);
      } catch (cause) {
        await discard();
        throw failure('publishing', cause);
      }
    },
    async close() {
      await discard();
      await admin.disconnect().catch(() => undefined);
    },
  };
};
