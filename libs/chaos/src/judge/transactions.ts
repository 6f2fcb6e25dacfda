import type { KafkaTools } from './kafka-tool.ts';

const TOOL = 'org.apache.kafka.tools.TransactionsCommand';

const linesOf = (printed: string, heading: string): readonly string[] =>
  printed
    .trim()
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith(heading));

/**
 * What Kafka's own search finds on every broker. Unless told, it only looks at transactions that have been open for a quarter of
 * an hour, so that at the end of a run it would look at nearly nothing: here it looks at all that are open.
 */
export const findHanging = async (
  tools: Pick<KafkaTools, 'run'>,
  brokers: readonly string[],
): Promise<readonly string[]> => {
  const found = await Promise.all(
    brokers.map((_, at) =>
      tools.run(TOOL, [
        '--bootstrap-server',
        brokers.join(','),
        'find-hanging',
        '--broker-id',
        String(at + 1),
        '--max-transaction-timeout',
        '0',
      ]),
    ),
  );
  return found.flatMap((printed) => linesOf(printed, 'Topic'));
};

export interface ListedTransaction {
  readonly transactionalId: string;
  /** As the coordinator says: `CompleteCommit`, `Ongoing` … */
  readonly state: string;
}

/** What the coordinators say of every transactional id of ours. */
export const listTransactions = async (
  tools: Pick<KafkaTools, 'run'>,
  brokers: readonly string[],
): Promise<readonly ListedTransaction[]> => {
  const printed = await tools.run(TOOL, ['--bootstrap-server', brokers.join(','), 'list']);
  return linesOf(printed, 'TransactionalId')
    .map((line) => line.split(/\s+/u))
    .filter(([id = '']) => id.startsWith('sluice.'))
    .map(([transactionalId = '', , , state = '']) => ({ transactionalId, state }));
};
