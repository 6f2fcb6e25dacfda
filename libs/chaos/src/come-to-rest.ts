import { createPostgres, type Postgres } from '@sluice/persistence';
import { waitUntil, type Stack } from '@sluice/tooling';
import { readPositions, type GroupPosition } from './judge/group-offsets.ts';
import type { Followed, KafkaTools } from './judge/kafka-tool.ts';
import { messageOf, type Struck } from './world.ts';

const QUIET_WITHIN_MS = 240_000;
const READER_SILENT_MS = 5_000;

/** A relay reads no topic: it puts its own mark into one. */
const positionsOf = async (tools: KafkaTools, brokers: readonly string[]): Promise<readonly GroupPosition[]> =>
  (await readPositions(tools, brokers)).filter(({ group }) => !group.startsWith('sluice.relay-'));

const lagging = (positions: readonly GroupPosition[]): readonly string[] =>
  positions
    .filter(({ committed, end }) => (committed ?? 0) !== end)
    .map(
      ({ group, topic, partition, committed, end }) =>
        `${group} at ${committed ?? 'nothing'} of ${end} in ${topic}/${partition}`,
    );

/** Which groups have not read all there is, a line for each partition. */
export const whoIsBehind = async (tools: KafkaTools, brokers: readonly string[]): Promise<readonly string[]> =>
  lagging(await positionsOf(tools, brokers));

/** Effects that are not settled, and what the relay has not published yet. */
const openEffects = async (postgres: Postgres): Promise<number> => {
  const [row] = await postgres.query(
    `select (select count(*) from notifier.effect where settled_at is null) + (select count(*) from notifier.settlement) as open`,
  );
  return Number(row?.['open']);
};

export interface RestOptions {
  readonly tools: KafkaTools;
  readonly stack: Stack;
  /** Who reads along has to have seen it all. */
  readonly reader: Followed;
}

/** At rest: every effect is settled, and every group has read all there is, twice in a row, so that nothing is on its way between two of them. */
export const comeToRest = async ({ tools, stack, reader }: RestOptions): Promise<Struck> => {
  const from = performance.now();
  const began = Date.now();
  const { brokers, postgresUrl } = stack.addresses;
  const postgres = createPostgres({ url: postgresUrl, max: 1 });
  let last = '';
  let lacks: readonly string[] = ['nobody was asked'];
  const isQuiet = async (): Promise<boolean> => {
    const open = await openEffects(postgres);
    const positions = await positionsOf(tools, brokers);
    lacks = [...(open === 0 ? [] : [`${open} effects open`]), ...lagging(positions)];
    const here = JSON.stringify(positions);
    const isSame = here === last;
    last = here;
    return positions.length > 0 && lacks.length === 0 && isSame && reader.silentMs() > READER_SILENT_MS;
  };
  const failure = await waitUntil(isQuiet, {
    what: 'every effect to be settled and every group to have read all there is',
    withinMs: QUIET_WITHIN_MS,
  }).then(
    () => null,
    (error: unknown) => `${messageOf(error)}: ${lacks.join('; ') || 'positions never came to rest'}`,
  );
  await postgres.close();
  return {
    round: 'coming to rest',
    faults: [],
    span: { from: began, to: Date.now() },
    seconds: (performance.now() - from) / 1_000,
    failure,
  };
};
