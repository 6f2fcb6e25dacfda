import type { ProducedRecord } from '@sluice/stage';
import type kafkajs from 'kafkajs';
import type { MeasuredRecord } from '../record-limits.ts';
import { toKafkaHeaders } from './headers.ts';

/**
 * Bytes of one request at most, uncompressed. What goes to one partition in one request becomes one batch, and a broker refuses
 * a batch above `message.max.bytes`, by default a mebibyte: a backlog's journal for one key easily is more.
 */
const MAX_REQUEST_BYTES = 768 * 1024;

/** Cuts records into requests, in order. A record that is larger than a request by itself gets one of its own. */
export const toRequests = (
  records: readonly MeasuredRecord[],
  maxBytes = MAX_REQUEST_BYTES,
): readonly (readonly ProducedRecord[])[] => {
  const requests: ProducedRecord[][] = [];
  let taken = Infinity;
  for (const { record, bytes } of records) {
    if (taken + bytes > maxBytes) {
      requests.push([]);
      taken = 0;
    }
    requests.at(-1)?.push(record);
    taken += bytes;
  }
  return requests;
};

const byTopic = (records: readonly ProducedRecord[]): kafkajs.TopicMessages[] =>
  [...Map.groupBy(records, ({ topic }) => topic)].map(([topic, of]) => ({
    topic,
    messages: of.map(({ key, value, headers }) => ({ key, value, headers: toKafkaHeaders(headers) })),
  }));

/** Sends records in their order, one request after the other, and waits until every in-sync replica has them. */
export const sendRecords = async (
  to: Pick<kafkajs.Transaction, 'sendBatch'>,
  records: readonly MeasuredRecord[],
): Promise<void> => {
  for (const request of toRequests(records)) await to.sendBatch({ acks: -1, topicMessages: byTopic(request) });
};
