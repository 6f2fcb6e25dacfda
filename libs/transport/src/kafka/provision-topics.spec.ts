import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { untilUsable } from './provision-topics.ts';

const { createErrorFromCode } = createRequire(import.meta.url)('kafkajs/src/protocol/error') as {
  createErrorFromCode: (code: number) => Error;
};
const UNKNOWN_TOPIC_OR_PARTITION = 3;
const NOT_LEADER = 6;
const TOPIC_AUTHORIZATION_FAILED = 29;

const topic = {
  name: 'fresh',
  partitions: 2,
  retentionMs: 1,
  cleanupPolicy: 'delete' as const,
  maxMessageBytes: 1,
};

/** A cluster that answers so, in turn, and then has all partitions. */
const answering = (answers: readonly (number | readonly number[])[]) => {
  const left = [...answers];
  const state = { asked: 0 };
  return {
    state,
    fetchTopicOffsets: async () => {
      state.asked += 1;
      const answer = left.shift() ?? [0, 1];
      if (typeof answer === 'number') throw createErrorFromCode(answer);
      return answer.map((partition) => ({ partition, offset: '0', high: '0', low: '0' }));
    },
  };
};

describe('a topic that was created just now', () => {
  it.each([
    ['nobody knows it yet', [UNKNOWN_TOPIC_OR_PARTITION, UNKNOWN_TOPIC_OR_PARTITION]],
    ['a leader does not know that it leads', [NOT_LEADER]],
    ['only some of its partitions are known', [[], [0]]],
  ])('is waited for while %s', async (_what, answers) => {
    const cluster = answering(answers);
    await untilUsable(cluster, [topic]);
    expect(cluster.state.asked).toBe(answers.length + 1);
  });

  it('is not waited for when somebody has to allow it first', async () => {
    await expect(untilUsable(answering([TOPIC_AUTHORIZATION_FAILED]), [topic])).rejects.toThrow('Not authorized');
  });
});
