import { createRequire } from 'node:module';
import { eventually } from '@sluice/testing';
import { describe, expect, it } from 'vitest';

interface TopicData {
  readonly topic: string;
  readonly partitions: readonly {
    readonly partition: number;
    readonly messages: readonly { readonly value: string }[];
    readonly firstSequence: number;
  }[];
}
type Produce = (request: { readonly topicData: readonly TopicData[] }) => Promise<object>;
type SendMessages = (batch: object) => Promise<unknown>;

interface Client {
  readonly createSendMessages: (options: object) => SendMessages;
  readonly createErrorFromCode: (code: number) => Error;
  readonly createRetry: (options: object) => unknown;
}

const require = createRequire(import.meta.url);
const clientOf = (name: string): Client => ({
  createSendMessages: require(`${name}/src/producer/sendMessages`) as Client['createSendMessages'],
  createErrorFromCode: (require(`${name}/src/protocol/error`) as { createErrorFromCode: Client['createErrorFromCode'] })
    .createErrorFromCode,
  createRetry: require(`${name}/src/retry`) as Client['createRetry'],
});
const corrected = clientOf('kafkajs');
const stock = clientOf('kafkajs-stock');

/** As Kafka's protocol guide numbers it. */
const NOT_LEADER = 6;
const SLOW_MS = 50;
const silent = () => undefined;
const logger = { debug: silent, info: silent, warn: silent, error: silent };

/** A cluster of brokers 1 to 3 and a topic of two partitions, which begin on 1 and 2. Brokers refuse what they do not lead, and drop what they have seen. */
const aCluster = ({ createSendMessages, createErrorFromCode, createRetry }: Client) => {
  const actual = new Map([
    [0, 1],
    [1, 2],
  ]);
  let known = new Map(actual);
  const log: string[] = [];
  const appended = new Set<string>();
  /** What a broker waits for before it answers, and what it does once it has. */
  const before = new Map<number, () => Promise<void>>();
  const after = new Map<number, () => void>();

  const produceOn =
    (nodeId: number): Produce =>
    async ({ topicData }) => {
      await before.get(nodeId)?.();
      for (const { partitions } of topicData) {
        for (const { partition, messages, firstSequence } of partitions) {
          if (actual.get(partition) !== nodeId) throw createErrorFromCode(NOT_LEADER);
          if (!appended.has(`${partition}@${firstSequence}`)) log.push(...messages.map(({ value }) => value));
          appended.add(`${partition}@${firstSequence}`);
        }
      }
      after.get(nodeId)?.();
      return { topics: topicData.map(({ topic, partitions }) => ({ topicName: topic, partitions })) };
    };
  const brokers = new Map([1, 2, 3].map((nodeId) => [nodeId, { nodeId, produce: produceOn(nodeId) }]));
  const locks = new Map<object, Promise<void>>();
  const unlock = new Map<object, () => void>();
  const sequences = new Map<number, number>();

  const send = createSendMessages({
    logger,
    retrier: createRetry({ initialRetryTime: 1, maxRetryTime: 2, retries: 5 }),
    partitioner: ({ message }: { readonly message: { readonly partition: number } }) => message.partition,
    cluster: {
      targetTopics: new Set(['topic']),
      isConnected: () => true,
      removeBroker: silent,
      addMultipleTargetTopics: async () => undefined,
      refreshMetadataIfNecessary: async () => undefined,
      refreshMetadata: async () => {
        known = new Map(actual);
      },
      findTopicPartitionMetadata: () => [...known].map(([partitionId, leader]) => ({ partitionId, leader })),
      findLeaderForPartitions: (_topic: string, partitions: readonly (number | string)[]) =>
        Object.fromEntries(Map.groupBy(partitions.map(Number), (partition) => String(known.get(partition)))),
      findBroker: async ({ nodeId }: { readonly nodeId: string | number }) => brokers.get(Number(nodeId)),
    },
    eosManager: {
      isTransactional: () => false,
      getProducerId: () => 1,
      getProducerEpoch: () => 0,
      acquireBrokerLock: async (broker: object) => {
        await locks.get(broker);
        locks.set(
          broker,
          new Promise((resolve) => {
            unlock.set(broker, resolve);
          }),
        );
      },
      releaseBrokerLock: async (broker: object) => unlock.get(broker)?.(),
      getSequence: (_topic: string, partition: number) => sequences.get(partition) ?? 0,
      updateSequence: (_topic: string, partition: number, by: number) =>
        sequences.set(partition, (sequences.get(partition) ?? 0) + by),
    },
  });

  return {
    log,
    before,
    after,
    moveLeader: (partition: number, to: number) => actual.set(partition, to),
    sendBoth: () =>
      send({
        acks: -1,
        topicMessages: [
          {
            topic: 'topic',
            messages: [
              { value: 'a', partition: 0 },
              { value: 'b', partition: 1 },
            ],
          },
        ],
      }),
  };
};

/** What is on the log after a send during which something moves. */
const logAfter = async (
  client: Client,
  meanwhile: (cluster: ReturnType<typeof aCluster>) => void,
): Promise<readonly string[]> => {
  const cluster = aCluster(client);
  meanwhile(cluster);
  await cluster.sendBoth();
  return cluster.log.toSorted();
};

/** A leader moves to a broker that has had its part of the send, and has answered. */
const toOneThatAnswered = ({ moveLeader }: ReturnType<typeof aCluster>): void => void moveLeader(1, 1);

/** The leader of what was answered for moves, while another part is still to be tried again. */
const ofWhatWasAnswered = ({ moveLeader, after }: ReturnType<typeof aCluster>): void => {
  after.set(1, () => moveLeader(0, 3));
  moveLeader(1, 3);
};

/** One broker is slow, and another refuses meanwhile: the slow one answers once there was a second try, or when there is none. */
const besideOneThatIsSlow = ({ moveLeader, before }: ReturnType<typeof aCluster>): void => {
  const secondTry = new Promise<void>((resolve) => before.set(3, async () => resolve()));
  const from = performance.now();
  before.set(1, () =>
    Promise.race([secondTry, eventually(() => expect(performance.now() - from).toBeGreaterThan(SLOW_MS))]),
  );
  moveLeader(1, 3);
};

describe('a send to several leaders, one of which has moved', () => {
  it.each([
    { what: 'to a broker that has answered already', meanwhile: toOneThatAnswered },
    { what: 'away from a broker that has answered already', meanwhile: ofWhatWasAnswered },
    { what: 'while another is slow', meanwhile: besideOneThatIsSlow },
  ])('is on the log once: $what', async ({ meanwhile }) => {
    expect(await logAfter(corrected, meanwhile)).toEqual(['a', 'b']);
  });

  it('says that it was sent and is not, from the client as it is published: the correction is needed', async () => {
    expect(await logAfter(stock, toOneThatAnswered)).toEqual(['a']);
  });

  it.each([
    { what: 'away from a broker that has answered already', meanwhile: ofWhatWasAnswered },
    { what: 'while another is slow', meanwhile: besideOneThatIsSlow },
  ])('is sent twice by the client as it is published, the correction is needed: $what', async ({ meanwhile }) => {
    expect(await logAfter(stock, meanwhile)).toEqual(['a', 'a', 'b']);
  });
});
