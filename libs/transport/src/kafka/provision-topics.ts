import { setTimeout as pause } from 'node:timers/promises';
import { minInSyncReplicas } from '@sluice/contracts';
import kafkajs from 'kafkajs';
import { asTransient, brokerErrorOf, isMissingTopic, outageOf } from './failures.ts';
import type { KafkaOptions } from './kafka-client.ts';
import { missingTopics } from './missing-topics.ts';
import { createSharedAdmin } from './shared-admin.ts';
import { topicFaults, type TopicTerms } from './topic-faults.ts';

export interface ProvisionReport {
  readonly created: readonly string[];
  /** What is otherwise than declared, a sentence each. Nothing that exists is changed here. */
  readonly faults: readonly string[];
}

export interface ProvisionOptions extends KafkaOptions {
  /** Replicas of a new topic; the broker's `default.replication.factor` when not given. */
  readonly replicationFactor?: number;
}

/** Kafka's own word for "as the broker's default says". */
const BROKER_DEFAULT = -1;
const STARTING_WITHIN_MS = 30_000;
const USABLE_WITHIN_MS = 60_000;
const LOOK_AGAIN_MS = 50;
/** Each look costs the broker that is busy creating them. */
const LOOK_AT_MOST_EVERY_MS = 400;
const DEFAULT_REPLICATION = 'default.replication.factor';

/** Replicas that the cluster gives a topic unless told; null when we may not ask. */
const defaultReplicas = async (admin: kafkajs.Admin): Promise<number | null> => {
  const { controller } = await admin.describeCluster();
  try {
    const { resources } = await admin.describeConfigs({
      includeSynonyms: false,
      resources: [
        { type: kafkajs.ConfigResourceTypes.BROKER, name: String(controller), configNames: [DEFAULT_REPLICATION] },
      ],
    });
    const entry = resources[0]?.configEntries.find(({ configName }) => configName === DEFAULT_REPLICATION);
    return entry ? Number(entry.configValue) : null;
  } catch (error) {
    if (outageOf(error)?.needsSomebody) return null;
    throw error;
  }
};

const isUsable = async (admin: Pick<kafkajs.Admin, 'fetchTopicOffsets'>, { name, partitions }: TopicTerms) => {
  try {
    return (await admin.fetchTopicOffsets(name)).length >= partitions;
  } catch (error) {
    // kafkajs stumbles over a topic of which it knows no partition yet.
    if (error instanceof TypeError) return false;
    const outage = outageOf(error);
    if (outage && (!outage.needsSomebody || isMissingTopic(error))) return false;
    throw error;
  }
};

/**
 * Waits until every partition has a leader that answers. A broker answers CreateTopics as soon as the topic is written down: for a
 * while nobody knows it yet, and who asks is told that it does not exist.
 */
export const untilUsable = async (
  admin: Pick<kafkajs.Admin, 'fetchTopicOffsets'>,
  created: readonly TopicTerms[],
): Promise<void> => {
  const end = Date.now() + USABLE_WITHIN_MS;
  await Promise.all(
    created.map(async (topic) => {
      for (let ms = LOOK_AGAIN_MS; !(await isUsable(admin, topic)); ms = Math.min(2 * ms, LOOK_AT_MOST_EVERY_MS)) {
        if (Date.now() > end)
          throw new Error(`creating ${topic.name}: it was created, and after ${USABLE_WITHIN_MS} ms has no leader yet`);
        await pause(ms);
      }
    }),
  );
};

const create = async (
  admin: kafkajs.Admin,
  topics: readonly TopicTerms[],
  replicationFactor: number | undefined,
): Promise<void> => {
  const replicas = replicationFactor ?? (await defaultReplicas(admin));
  await admin.createTopics({
    waitForLeaders: false,
    topics: topics.map(({ name, partitions, retentionMs, cleanupPolicy, maxMessageBytes }) => ({
      topic: name,
      numPartitions: partitions,
      replicationFactor: replicationFactor ?? BROKER_DEFAULT,
      configEntries: [
        { name: 'retention.ms', value: String(retentionMs) },
        { name: 'cleanup.policy', value: cleanupPolicy },
        { name: 'max.message.bytes', value: String(maxMessageBytes) },
        ...(replicas === null ? [] : [{ name: 'min.insync.replicas', value: String(minInSyncReplicas(replicas)) }]),
      ],
    })),
  });
  await untilUsable(admin, topics);
};

/** Of one error for many topics, what was said of each; another creating the same topics at the same time is none. */
const creationError = (error: unknown): unknown => {
  if (!(error instanceof Error && 'errors' in error && Array.isArray(error.errors))) return error;
  const told = error.errors
    .filter((one): one is Error & { readonly topic?: string } => one instanceof Error)
    .filter((one) => brokerErrorOf(one) !== 'TOPIC_ALREADY_EXISTS');
  const reasons = [...new Set(told.map(({ message }) => message))];
  return new Error(`creating topics (${told[0]?.topic ?? 'unknown'} first): ${reasons.join('; ')}`, { cause: told[0] });
};

const provisionOnce = async (
  declarations: readonly TopicTerms[],
  { replicationFactor, ...kafka }: ProvisionOptions,
): Promise<ProvisionReport> => {
  const shared = createSharedAdmin(kafka);
  try {
    return await shared.ask(async (admin) => {
      const names = declarations.map(({ name }) => name);
      const missing = new Set(await missingTopics(admin, names));
      if (missing.size > 0)
        await create(
          admin,
          declarations.filter(({ name }) => missing.has(name)),
          replicationFactor,
        );
      return { created: [...missing], faults: await topicFaults(admin, declarations) };
    });
  } finally {
    await shared.close();
  }
};

/**
 * Creates the declared topics that are missing, and waits until they can be used. Repeating it changes nothing, and it is repeated for a
 * while where the brokers are only just starting. @throws TransientError when they still do not answer
 */
export const provisionTopics = async (
  declarations: readonly TopicTerms[],
  options: ProvisionOptions,
): Promise<ProvisionReport> => {
  for (const end = Date.now() + STARTING_WITHIN_MS; ; await pause(LOOK_AGAIN_MS)) {
    try {
      return await provisionOnce(declarations, options);
    } catch (error) {
      const outage = outageOf(error);
      if (!outage || outage.needsSomebody || Date.now() > end)
        throw asTransient('creating topics', creationError(error));
    }
  }
};
