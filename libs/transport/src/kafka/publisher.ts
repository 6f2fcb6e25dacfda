import { TransientError } from '@sluice/kernel';
import type { ProducedRecord } from '@sluice/stage';
import kafkajs from 'kafkajs';
import { createKafka, type KafkaOptions } from './kafka-client.ts';
import { sendRecords } from './send-records.ts';

export interface Publisher {
  publish(records: readonly ProducedRecord[]): Promise<void>;
  close(): Promise<void>;
}

interface Waiting {
  readonly records: readonly ProducedRecord[];
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/** The caller answers an HTTP request: better to refuse in seconds than to hold it for minutes. */
const RETRY = { initialRetryTime: 50, maxRetryTime: 500, retries: 5 };

/**
 * An idempotent producer with one send in flight: what comes meanwhile goes together with the next. Concurrent sends of
 * kafkajs can reuse the sequence number of a batch that was appended, and the broker would then drop the second as a repeat.
 */
export const createPublisher = (kafka: KafkaOptions): Publisher => {
  let producer: kafkajs.Producer | null = null;
  let waiting: Waiting[] = [];
  let sending: Promise<void> | null = null;

  const connect = async (): Promise<kafkajs.Producer> => {
    const created = createKafka(kafka).producer({
      idempotent: true,
      maxInFlightRequests: 1,
      retry: RETRY,
      createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
      allowAutoTopicCreation: false,
    });
    await created.connect();
    return created;
  };

  const sendAll = async (batch: readonly Waiting[]): Promise<void> => {
    try {
      producer ??= await connect();
      await sendRecords(
        producer,
        batch.flatMap(({ records }) => records),
      );
      for (const { resolve } of batch) resolve();
    } catch (cause) {
      // Its sequence numbers are in doubt now: the next send begins with a new producer id.
      const old = producer;
      producer = null;
      await old?.disconnect().catch(() => undefined);
      for (const { reject } of batch)
        reject(new TransientError('publishing: the broker has not acknowledged', { cause }));
    }
  };

  const drain = async (): Promise<void> => {
    while (waiting.length > 0) {
      const batch = waiting;
      waiting = [];
      await sendAll(batch);
    }
    sending = null;
  };

  return {
    publish: (records) =>
      new Promise<void>((resolve, reject) => {
        waiting.push({ records, resolve, reject });
        sending ??= drain();
      }),
    async close() {
      await sending;
      await producer?.disconnect().catch(() => undefined);
      producer = null;
    },
  };
};
