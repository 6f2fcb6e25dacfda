import { createPostgres, type Postgres } from '@sluice/persistence';
import { waitWhileMoving, type Stack } from '@sluice/tooling';
import { readPositions, type GroupPosition } from './judge/group-offsets.ts';
import type { Followed, KafkaTools } from './judge/kafka-tool.ts';
import { messageOf, type Struck } from './world.ts';

/** The last of what went wrong may still run into its time-outs: nothing moves meanwhile. */
const QUIET_MS = 120_000;
const SAME_MS = 300_000;
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

/** At rest, whenever that is: it ends when nothing moves any more, and not by the clock. Every effect is settled, and every group has read all there is, twice in a row, so that nothing is on its way between two of them. */
export const comeToRest = async ({ tools, stack, reader }: RestOptions): Promise<Struck> => {
  const from = performance.now();
  const began = Date.now();
  const { brokers, postgresUrl } = stack.addresses;
  const postgres = createPostgres({ url: postgresUrl, max: 1 });
  let last = '';
  const look = async (): Promise<string | null> => {
    const open = await openEffects(postgres);
    const positions = await positionsOf(tools, brokers);
    const lacks = [...(open === 0 ? [] : [`${open} effects open`]), ...lagging(positions)];
    const here = JSON.stringify(positions);
    const hasMoved = here !== last;
    last = here;
    if (lacks.length > 0) return lacks.join('; ');
    if (positions.length === 0) return 'no group has any position';
    // Nothing is behind: what is still looked for is that nothing comes any more.
    if (hasMoved) return `positions move: ${here}`;
    return reader.silentMs() > READER_SILENT_MS ? null : 'the reader still gets records';
  };
  const failure = await waitWhileMoving(look, {
    what: 'every effect to be settled and every group to have read all there is',
    quietMs: QUIET_MS,
    sameMs: SAME_MS,
    sign: () => reader.printed(),
  }).then(() => null, messageOf);
  await postgres.close();
  return {
    round: 'coming to rest',
    kinds: [],
    faults: [],
    span: { from: began, to: Date.now() },
    seconds: (performance.now() - from) / 1_000,
    failure,
  };
};
