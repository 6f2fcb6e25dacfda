import type { ProducedRecord } from '@sluice/stage';
import kafkajs from 'kafkajs';
import { measureRecords, type MeasuredRecord } from '../record-limits.ts';
import { asTransient, concernsOneTopic, outageOf, refusalOf } from './failures.ts';
import { createKafka, type KafkaOptions } from './kafka-client.ts';
import { sendRecords } from './send-records.ts';

export interface Publisher {
  /** As `Transport.publish`. */
  publish(records: readonly ProducedRecord[]): Promise<void>;
  close(): Promise<void>;
}

/** What one caller wants published. */
interface Publication {
  readonly records: readonly MeasuredRecord[];
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/** The caller answers an HTTP request: better to refuse in seconds than to hold it for minutes. */
const RETRY = { initialRetryTime: 50, maxRetryTime: 500, retries: 5 };

/**
 * An idempotent producer with one send in flight: what comes meanwhile goes together with the next. Concurrent sends of
 * kafkajs can reuse the sequence number of a batch that was appended, and the broker would then drop the second as a repeat.
 */
export const createPublisher = (kafka: KafkaOptions, maxRecordBytes: number): Publisher => {
  let producer: kafkajs.Producer | null = null;
  let waiting: Publication[] = [];
  let sending: Promise<void> | null = null;

  const connect = async (): Promise<kafkajs.Producer> => {
    const created = createKafka(kafka).producer({
      idempotent: true,
      maxInFlightRequests: 1,
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

  const send = async (publications: readonly Publication[]): Promise<void> => {
    try {
      await sendRecords(
        producer ?? (await connect()),
        publications.flatMap(({ records }) => records),
      );
      for (const { resolve } of publications) resolve();
    } catch (error) {
      // Its sequence numbers are in doubt now: the next send begins with a new producer id.
      await discard();
      const isOfSome = outageOf(error) === null || concernsOneTopic(error);
      if (isOfSome && publications.length > 1) {
        // Only who published it may be told. What was appended of the others' is written again: at least once, as after any failure.
        for (const publication of publications) await send([publication]);
        return;
      }
      const failure = outageOf(error) ? asTransient('publishing', error) : refusalOf(error);
      for (const { reject } of publications) reject(failure);
    }
  };

  const drain = async (): Promise<void> => {
    while (waiting.length > 0) {
      const publications = waiting;
      waiting = [];
      await send(publications);
    }
    sending = null;
  };

  return {
    async publish(records) {
      const measured = measureRecords(records, maxRecordBytes);
      await new Promise<void>((resolve, reject) => {
        waiting.push({ records: measured, resolve, reject });
        sending ??= drain();
      });
    },
    async close() {
      await sending;
      await discard();
    },
  };
};
