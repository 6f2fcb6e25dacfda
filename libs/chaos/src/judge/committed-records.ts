import { createReadStream } from 'node:fs';
import { deadLetterTopicOf } from '@sluice/contracts';
import type { KafkaTools } from './kafka-tool.ts';

/** A record as Kafka's console consumer shows it to a reader of committed records. */
export interface CommittedRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly key: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly value: string;
}

export const CONSOLE_CONSUMER = 'org.apache.kafka.tools.consumer.ConsoleConsumer';
const TOPICS = '(inquiry|conversation|command|assignment|effect|decision|sla|pool)\\..*';
/** Control characters: none is in a key, a header or JSON. */
const FIELD = '\u0001';
const HEADER = '\u0002';
const RECORD = '\u0003';

const FORMAT = [
  'print.partition=true',
  'print.offset=true',
  'print.headers=true',
  'print.key=true',
  'print.value=true',
  `key.separator=${FIELD}`,
  `headers.separator=${HEADER}`,
  `line.separator=${RECORD}`,
].flatMap((property) => ['--formatter-property', property]);

const argumentsFor = (brokers: readonly string[]): readonly string[] => [
  '--bootstrap-server',
  brokers.join(','),
  '--include',
  TOPICS,
  '--from-beginning',
  '--isolation-level',
  'read_committed',
  '--command-property',
  'metadata.max.age.ms=2000',
  '--command-property',
  'max.partition.fetch.bytes=4000000',
  ...FORMAT,
];

const headersOf = (text: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    text === 'NO_HEADERS'
      ? []
      : text.split(HEADER).map((pair) => [pair.slice(0, pair.indexOf(':')), pair.slice(pair.indexOf(':') + 1)]),
  );

/** Where a record lies is not printed: its type says it, or, for a dead letter, where it came from and who gave it up. */
const topicOf = (headers: Readonly<Record<string, string>>): string => {
  const from = headers['__streams.errors.topic'];
  return from === undefined
    ? (headers['ce_type'] ?? '')
    : deadLetterTopicOf(from, headers['sluice_errors_stage'] ?? '');
};

const parse = (line: string): CommittedRecord => {
  const [partition = '', offset = '', headerText = '', key = '', ...value] = line.split(FIELD);
  const headers = headersOf(headerText);
  return {
    topic: topicOf(headers),
    partition: Number(partition.replace('Partition:', '')),
    offset: Number(offset.replace('Offset:', '')),
    key,
    headers,
    value: value.join(FIELD),
  };
};

/** Piece by piece: what an hour's run leaves is longer than a string can be. */
export const parseRecords = async (file: string): Promise<readonly CommittedRecord[]> => {
  const records: CommittedRecord[] = [];
  let rest = '';
  for await (const chunk of createReadStream(file, { encoding: 'latin1' })) {
    const lines = `${rest}${String(chunk)}`.split(RECORD);
    rest = lines.pop() ?? '';
    for (const line of lines) if (line !== '') records.push(parse(line));
  }
  if (rest !== '') records.push(parse(rest));
  return records;
};

/** Reads along while things go wrong, into `file`. */
export const followCommitted = (tools: KafkaTools, brokers: readonly string[], file: string) =>
  tools.follow(CONSOLE_CONSUMER, argumentsFor(brokers), file);

const SILENCE_MS = 8_000;

/** Reads everything once, when all is quiet. */
export const readCommitted = async (
  tools: KafkaTools,
  brokers: readonly string[],
  file: string,
): Promise<readonly CommittedRecord[]> => {
  await tools.follow(CONSOLE_CONSUMER, [...argumentsFor(brokers), '--timeout-ms', String(SILENCE_MS)], file).ended;
  return parseRecords(file);
};
