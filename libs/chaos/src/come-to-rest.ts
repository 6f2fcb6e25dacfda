import { waitUntil } from '@sluice/tooling';
import { readPositions, type GroupPosition } from './judge/group-offsets.ts';
import type { Followed, KafkaTools } from './judge/kafka-tool.ts';
import { messageOf, type Struck } from './world.ts';

const QUIET_WITHIN_MS = 240_000;
const READER_SILENT_MS = 5_000;

/** A relay reads no topic: it puts its own mark into one. */
const positionsOf = async (tools: KafkaTools, brokers: readonly string[]): Promise<readonly GroupPosition[]> =>
  (await readPositions(tools, brokers)).filter(({ group }) => !group.startsWith('sluice.relay-'));

const lagging = (positions: readonly GroupPosition[]): readonly string[] =>
  positions.filter(({ committed, end }) => (committed ?? 0) !== end)
    .map(({ group, topic, partition, committed, end }) => `${group} at ${committed ?? 'nothing'} of ${end} in ${topic}/${partition}`);

/** Which groups have not read all there is, a line for each partition. */
export const whoIsBehind = async (tools: KafkaTools, brokers: readonly string[]): Promise<readonly string[]> => lagging(await positionsOf(tools, brokers));

/** At rest: every group has read all there is, twice in a row, and so nothing is on its way between two of them; and who reads along has seen it. */
export const comeToRest = async (tools: KafkaTools, brokers: readonly string[], reader: Followed): Promise<Struck> => {
  const from = performance.now();
  let last = '';
  let behind: readonly string[] = [];
  const isQuiet = async (): Promise<boolean> => {
    const positions = await positionsOf(tools, brokers);
    behind = lagging(positions);
    const here = JSON.stringify(positions);
    const isSame = here === last;
    last = here;
    return positions.length > 0 && behind.length === 0 && isSame && reader.silentMs() > READER_SILENT_MS;
  };
  const failure = await waitUntil(isQuiet, { what: 'every group to have read all there is', withinMs: QUIET_WITHIN_MS })
    .then(() => null, (error: unknown) => `${messageOf(error)}: ${behind.join('; ') || 'positions never came to rest'}`);
  return { round: 'coming to rest', seconds: (performance.now() - from) / 1_000, failure };
};
