import { TransientError } from '@sluice/kernel';
import type kafkajs from 'kafkajs';
import { isMissingTopic } from './failures.ts';

type Asked = Pick<kafkajs.Admin, 'fetchTopicMetadata'>;

const sentence = (missing: readonly string[]): string =>
  missing.length === 1 ? `the topic ${missing[0]} does not exist` : `the topics ${missing.join(', ')} do not exist`;

/**
 * Which of these topics do not exist. Only these are asked about: kafkajs throws an answer away whole if any topic in it has an
 * error, and so one topic of others without a leader would stand for all.
 */
export const missingTopics = async (admin: Asked, topics: readonly string[]): Promise<readonly string[]> => {
  if (topics.length === 0) return [];
  try {
    await admin.fetchTopicMetadata({ topics: [...topics] });
    return [];
  } catch (error) {
    if (!isMissingTopic(error)) throw error;
    const [first = ''] = topics;
    if (topics.length === 1) return [first];
    // The answer does not say which it is: halve until it does.
    const half = Math.ceil(topics.length / 2);
    return [
      ...(await missingTopics(admin, topics.slice(0, half))),
      ...(await missingTopics(admin, topics.slice(half))),
    ];
  }
};

/** Asks before joining: kafkajs itself would end the consumer. @throws TransientError naming what is missing, and the mend. */
export const requireTopics = async (admin: Asked, topics: readonly string[]): Promise<void> => {
  const missing = await missingTopics(admin, topics);
  if (missing.length > 0) throw new TransientError(`${sentence(missing)}; \`npm run deploy\` creates what is missing`);
};
