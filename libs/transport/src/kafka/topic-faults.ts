import { minInSyncReplicas, type TopicDeclaration } from '@sluice/contracts';
import kafkajs from 'kafkajs';
import { missingTopics } from './missing-topics.ts';

/** Of a declaration, what the broker keeps. */
export type TopicTerms = Pick<
  TopicDeclaration,
  'name' | 'partitions' | 'retentionMs' | 'cleanupPolicy' | 'maxMessageBytes'
>;

/** Replicas that a topic should have in a cluster with at least as many brokers. */
const WANTED_REPLICAS = 3;
const NAMED = 3;

type Partitions = readonly { readonly replicas: readonly number[]; readonly isr: readonly number[] }[];
type Config = ReadonlyMap<string, string>;

const MIN_IN_SYNC = 'min.insync.replicas';
const MAX_MESSAGE = 'max.message.bytes';

const replicationFaults = (
  partitions: Partitions,
  { brokers, config }: { brokers: number; config: Config },
): string[] => {
  const replicas = Math.min(...partitions.map((one) => one.replicas.length));
  const inSync = Math.min(...partitions.map((one) => one.isr.length));
  const declared = minInSyncReplicas(replicas);
  const configured = Number(config.get(MIN_IN_SYNC) ?? declared);
  const faults: string[] = [];
  if (replicas < WANTED_REPLICAS && brokers >= WANTED_REPLICAS)
    faults.push(`${replicas} of ${brokers} brokers hold a replica, not ${WANTED_REPLICAS}`);
  if (inSync < configured)
    faults.push(
      `${inSync} of ${replicas} replicas are in sync, and ${MIN_IN_SYNC} is ${configured}: nothing can be written`,
    );
  else if (inSync < replicas) faults.push(`${inSync} of ${replicas} replicas are in sync`);
  if (configured < declared) faults.push(`${MIN_IN_SYNC} is ${configured}, not ${declared}`);
  return faults;
};

const faultsOf = (
  { partitions, maxMessageBytes }: TopicTerms,
  found: { readonly partitions: Partitions; readonly brokers: number; readonly config: Config },
): readonly string[] => {
  const actual = found.partitions.length;
  const bytes = Number(found.config.get(MAX_MESSAGE) ?? maxMessageBytes);
  return [
    // Never changed: it would move keys to other partitions.
    ...(actual === partitions ? [] : [`${actual} partitions, not ${partitions}`]),
    ...(bytes < maxMessageBytes ? [`${MAX_MESSAGE} is ${bytes}, not ${maxMessageBytes}`] : []),
    ...replicationFaults(found.partitions, found),
  ];
};

/** What of the admin client is asked. */
type Asked = Pick<kafkajs.Admin, 'describeCluster' | 'fetchTopicMetadata' | 'describeConfigs'>;

const configsOf = async (admin: Asked, names: readonly string[]): Promise<ReadonlyMap<string, Config>> => {
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: names.map((name) => ({
      type: kafkajs.ConfigResourceTypes.TOPIC,
      name,
      configNames: [MIN_IN_SYNC, MAX_MESSAGE],
    })),
  });
  return new Map(
    resources.map(({ resourceName, configEntries }) => [
      resourceName,
      new Map(configEntries.map(({ configName, configValue }) => [configName, configValue])),
    ]),
  );
};

const list = (topics: readonly string[]): string =>
  topics.length <= NAMED ? topics.join(', ') : `${topics.slice(0, NAMED).join(', ')} and ${topics.length - NAMED} more`;

/**
 * What is otherwise than declared about these topics: missing, not as safe, not as large. A sentence for each fault, with the topics
 * that have it. Changes nothing.
 */
export const topicFaults = async (admin: Asked, declarations: readonly TopicTerms[]): Promise<readonly string[]> => {
  const missing = new Set(
    await missingTopics(
      admin,
      declarations.map(({ name }) => name),
    ),
  );
  const existing = declarations.filter(({ name }) => !missing.has(name));
  const named =
    missing.size === 0 ? [] : [{ fault: '`npm run deploy` creates what does not exist', topics: [...missing] }];
  if (existing.length === 0) return named.map(({ fault, topics }) => `${fault}: ${list(topics)}`);

  const names = existing.map(({ name }) => name);
  const [{ brokers }, { topics }, configs] = await Promise.all([
    admin.describeCluster(),
    admin.fetchTopicMetadata({ topics: names }),
    configsOf(admin, names),
  ]);
  const found = existing.flatMap((terms) => {
    const partitions = topics.find(({ name }) => name === terms.name)?.partitions ?? [];
    const config = configs.get(terms.name) ?? new Map<string, string>();
    return faultsOf(terms, { partitions, brokers: brokers.length, config }).map((fault) => ({
      fault,
      topic: terms.name,
    }));
  });
  const byFault = [...Map.groupBy(found, ({ fault }) => fault)].map(([fault, of]) => ({
    fault,
    topics: of.map(({ topic }) => topic),
  }));
  return [...named, ...byFault].map((one) => `${one.fault}: ${list(one.topics)}`);
};
