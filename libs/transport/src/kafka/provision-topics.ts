import type { TopicDeclaration } from '@sluice/contracts';
import { createKafka, type KafkaOptions } from './kafka-client.ts';

export interface ProvisionReport {
  readonly created: readonly string[];
  /** Topics whose partition count is not the declared one. Never changed here: it would move keys to other partitions. */
  readonly drifted: readonly { readonly topic: string; readonly declared: number; readonly actual: number }[];
}

export interface ProvisionOptions extends KafkaOptions {
  readonly replicationFactor?: number;
}

/** Creates the declared topics that are missing. Repeating it changes nothing. */
export const provisionTopics = async (
  declarations: readonly TopicDeclaration[],
  options: ProvisionOptions,
): Promise<ProvisionReport> => {
  const admin = createKafka(options).admin();
  await admin.connect();
  try {
    const existing = new Set(await admin.listTopics());
    const missing = declarations.filter(({ name }) => !existing.has(name));
    if (missing.length > 0) {
      await admin.createTopics({
        waitForLeaders: true,
        topics: missing.map(({ name, partitions, retentionMs, cleanupPolicy }) => ({
          topic: name,
          numPartitions: partitions,
          replicationFactor: options.replicationFactor ?? 1,
          configEntries: [
            { name: 'retention.ms', value: String(retentionMs) },
            { name: 'cleanup.policy', value: cleanupPolicy },
          ],
        })),
      });
    }
    const known = declarations.filter(({ name }) => existing.has(name));
    const { topics } = await admin.fetchTopicMetadata({ topics: known.map(({ name }) => name) });
    const drifted = known.flatMap(({ name, partitions }) => {
      const actual = topics.find((topic) => topic.name === name)?.partitions.length ?? 0;
      return actual === partitions ? [] : [{ topic: name, declared: partitions, actual }];
    });
    return { created: missing.map(({ name }) => name), drifted };
  } finally {
    await admin.disconnect();
  }
};
