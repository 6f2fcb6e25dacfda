import { readFileSync } from 'node:fs';
import { CONSOLE_CONSUMER } from './committed-records.ts';
import type { KafkaTools } from './kafka-tool.ts';

const SILENCE_MS = 8_000;
const isOurs = (group: string): boolean => group.startsWith('sluice.');

interface OffsetCommit {
  readonly key: { readonly data: { readonly group: string; readonly topic: string; readonly partition: number } };
  readonly value: { readonly data: { readonly offset: number } } | null;
}

/** Every offset a group of ours ever committed, in order, by group and partition: from the coordinator's own topic. */
export const readOffsetHistory = async (
  tools: KafkaTools,
  brokers: readonly string[],
  file: string,
): Promise<ReadonlyMap<string, readonly number[]>> => {
  await tools.follow(
    CONSOLE_CONSUMER,
    [
      '--bootstrap-server',
      brokers.join(','),
      '--topic',
      '__consumer_offsets',
      '--from-beginning',
      '--isolation-level',
      'read_committed',
      '--command-property',
      'exclude.internal.topics=false',
      '--formatter',
      'org.apache.kafka.tools.consumer.OffsetsMessageFormatter',
      '--timeout-ms',
      String(SILENCE_MS),
    ],
    file,
  ).ended;
  // The formatter writes one object after the other, without anything between them.
  const commits = readFileSync(file, 'utf8')
    .split(/(?<=\})(?=\{"key":)/u)
    .filter((text) => text.startsWith('{'))
    .map((text) => JSON.parse(text) as OffsetCommit);
  const history = new Map<string, number[]>();
  for (const {
    key: {
      data: { group, topic, partition },
    },
    value,
  } of commits) {
    if (!value || !isOurs(group)) continue;
    const at = `${group} ${topic}/${partition}`;
    history.set(at, [...(history.get(at) ?? []), value.data.offset]);
  }
  return history;
};

export interface GroupPosition {
  readonly group: string;
  readonly topic: string;
  readonly partition: number;
  /** Null where nothing was committed. */
  readonly committed: number | null;
  readonly end: number;
}

const numberOf = (text = ''): number | null => (text === '-' ? null : Number(text));

/** Where every group of ours stands, as Kafka's own tool says. */
export const readPositions = async (
  tools: KafkaTools,
  brokers: readonly string[],
): Promise<readonly GroupPosition[]> => {
  const printed = await tools.run('org.apache.kafka.tools.consumer.group.ConsumerGroupCommand', [
    '--bootstrap-server',
    brokers.join(','),
    '--describe',
    '--offsets',
    '--all-groups',
  ]);
  return printed
    .split('\n')
    .map((line) => line.trim().split(/\s+/u))
    .filter(([group = '', , partition = '']) => isOurs(group) && /^\d+$/u.test(partition))
    .map(([group = '', topic = '', partition, committed, end]) => ({
      group,
      topic,
      partition: Number(partition),
      committed: numberOf(committed),
      end: Number(end),
    }));
};
