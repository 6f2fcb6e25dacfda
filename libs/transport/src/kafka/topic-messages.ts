import type { ProducedRecord } from '@sluice/stage';
import type kafkajs from 'kafkajs';
import { toKafkaHeaders } from './headers.ts';

/** Records as one `sendBatch` takes them: by topic, in order. */
export const toTopicMessages = (records: readonly ProducedRecord[]): kafkajs.TopicMessages[] => {
  const byTopic = new Map<string, kafkajs.Message[]>();
  for (const { topic, key, value, headers } of records) {
    const messages = byTopic.get(topic) ?? [];
    messages.push({ key, value, headers: toKafkaHeaders(headers) });
    byTopic.set(topic, messages);
  }
  return [...byTopic].map(([topic, messages]) => ({ topic, messages }));
};
