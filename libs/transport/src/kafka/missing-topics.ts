import { TransientError } from '@sluice/kernel';
import type kafkajs from 'kafkajs';

const sentence = (missing: readonly string[]): string =>
  missing.length === 1 ? `the topic ${missing[0]} does not exist` : `the topics ${missing.join(', ')} do not exist`;

/** Asks before joining: kafkajs itself would end the consumer for good. @throws TransientError naming what is missing, and the mend. */
export const requireTopics = async (admin: kafkajs.Admin, topics: readonly string[]): Promise<void> => {
  const existing = new Set(await admin.listTopics());
  const missing = topics.filter((topic) => !existing.has(topic));
  if (missing.length > 0) throw new TransientError(`${sentence(missing)}; \`npm run deploy\` creates what is missing`);
};
