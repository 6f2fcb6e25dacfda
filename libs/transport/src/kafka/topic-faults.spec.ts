import { describe, expect, it } from 'vitest';
import { topicFaults } from './topic-faults.ts';

const declared = (name: string) => ({
  name,
  partitions: 2,
  retentionMs: 1,
  cleanupPolicy: 'delete' as const,
  maxMessageBytes: 1_000,
});

interface Topic {
  readonly replicas: readonly number[];
  readonly isr?: readonly number[];
  readonly partitions?: number;
  readonly minInSync?: number;
  readonly maxMessage?: number;
}

const UNKNOWN = Object.assign(new Error('This server does not host this topic-partition'), {
  type: 'UNKNOWN_TOPIC_OR_PARTITION',
});

/** A cluster of so many brokers that has these topics. */
const cluster = (brokers: number, topics: Readonly<Record<string, Topic>>): Parameters<typeof topicFaults>[0] => ({
  describeCluster: async () => ({
    clusterId: 'c',
    controller: 1,
    brokers: Array.from({ length: brokers }, (_, at) => ({ nodeId: at + 1, host: 'localhost', port: 1 })),
  }),
  fetchTopicMetadata: async (options) => {
    const names = options?.topics ?? [];
    if (names.some((name) => !(name in topics))) throw UNKNOWN;
    return {
      topics: names.map((name) => {
        const { replicas = [], isr = replicas, partitions = 2 } = topics[name] ?? {};
        return {
          name,
          partitions: Array.from({ length: partitions }, (_, partitionId) => ({
            partitionErrorCode: 0,
            partitionId,
            leader: 1,
            replicas: [...replicas],
            // One partition is enough for a fault.
            isr: partitionId === 0 ? [...isr] : [...replicas],
          })),
        };
      }),
    };
  },
  describeConfigs: async ({ resources }) => ({
    throttleTime: 0,
    resources: resources.map(({ name }) => ({
      errorCode: 0,
      errorMessage: '',
      resourceType: 2,
      resourceName: name,
      configEntries: Object.entries({
        'min.insync.replicas': topics[name]?.minInSync ?? 1,
        'max.message.bytes': topics[name]?.maxMessage ?? 1_000,
      }).map(([configName, value]) => ({
        configName,
        configValue: String(value),
        isDefault: false,
        configSource: 1,
        isSensitive: false,
        readOnly: false,
        configSynonyms: [],
      })),
    })),
  }),
});

const [ONE, THREE] = [[1], [1, 2, 3]];

describe('topics', () => {
  it.each<[string, number, Topic, readonly string[]]>([
    ['one broker that has all there can be', 1, { replicas: ONE }, []],
    ['three brokers as declared', 3, { replicas: THREE, minInSync: 2 }, []],
    ['two replicas, of which one is enough', 2, { replicas: [1, 2] }, []],
    ['one replica of three brokers', 3, { replicas: ONE }, ['1 of 3 brokers hold a replica, not 3: raw']],
    [
      'a replica that has fallen behind',
      3,
      { replicas: THREE, isr: [1, 2], minInSync: 2 },
      ['2 of 3 replicas are in sync: raw'],
    ],
    [
      'too few replicas to write',
      3,
      { replicas: THREE, isr: [1], minInSync: 2 },
      ['1 of 3 replicas are in sync, and min.insync.replicas is 2: nothing can be written: raw'],
    ],
    ['a laxer minimum than declared', 3, { replicas: THREE }, ['min.insync.replicas is 1, not 2: raw']],
    ['a stricter minimum than declared', 3, { replicas: THREE, minInSync: 3 }, []],
    ['other partitions than declared', 1, { replicas: ONE, partitions: 1 }, ['1 partitions, not 2: raw']],
    [
      'smaller records than declared',
      1,
      { replicas: ONE, maxMessage: 999 },
      ['max.message.bytes is 999, not 1000: raw'],
    ],
  ])('with %s', async (_what, brokers, topic, faults) => {
    expect(await topicFaults(cluster(brokers, { raw: topic }), [declared('raw')])).toEqual(faults);
  });

  it('are named with a fault they share, and those that are missing beside them', async () => {
    const names = ['a', 'b', 'c', 'd', 'e'];
    const lax = Object.fromEntries(names.map((name) => [name, { replicas: THREE }]));
    const declarations = ['gone', ...names].map(declared);
    expect(await topicFaults(cluster(3, lax), declarations)).toEqual([
      '`npm run deploy` creates what does not exist: gone',
      'min.insync.replicas is 1, not 2: a, b, c and 2 more',
    ]);
  });
});
