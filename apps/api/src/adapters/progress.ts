import { wellFormedText } from '@sluice/kernel';
import type { Queryable, Row } from '@sluice/persistence';
import type { ProjectedEvent } from '@sluice/stage';
import { changesOf } from '../domain/read-model-changes.ts';

/** What of a batch was not applied before. */
export interface Claim {
  /** In the order in which they came. */
  readonly fresh: readonly ProjectedEvent[];
  /** Notes that they are applied. */
  advance(): Promise<void>;
}

export interface Batch {
  readonly events: readonly ProjectedEvent[];
  readonly now: string;
}

type Coordinates = Pick<ProjectedEvent['record'], 'topic' | 'partition'>;
const keyOf = ({ topic, partition }: Coordinates): string => `${topic}/${partition}`;

const byPartition = (events: readonly ProjectedEvent[]): ReadonlyMap<string, readonly ProjectedEvent[]> =>
  Map.groupBy(events, ({ record }) => keyOf(record));

const arraysOf = (partitions: readonly Coordinates[]): readonly unknown[] => [
  partitions.map(({ topic }) => topic),
  partitions.map(({ partition }) => partition),
];

/** The next offset of each partition, locked until the transaction ends: whoever was taken for dead and applies the same batch waits here. */
const lockPartitions = async (
  { query }: Queryable,
  schema: string,
  partitions: readonly Coordinates[],
): Promise<ReadonlyMap<string, bigint>> => {
  const lock = (): Promise<readonly Row[]> =>
    query(
      `select topic, partition, next_offset from "${schema}".progress join unnest($1::text[], $2::int[]) as wanted (topic, partition) using (topic, partition)
       order by topic, partition for update of progress`,
      arraysOf(partitions),
    );
  let rows = await lock();
  if (rows.length < partitions.length) {
    await query(
      `insert into "${schema}".progress (topic, partition, next_offset, records)
       select topic, partition, 0, 0 from unnest($1::text[], $2::int[]) as wanted (topic, partition) order by topic, partition on conflict do nothing`,
      arraysOf(partitions),
    );
    rows = await lock();
  }
  return new Map(
    rows.map(({ topic, partition, next_offset: next }) => [
      keyOf({ topic: String(topic), partition: Number(partition) }),
      BigInt(String(next)),
    ]),
  );
};

const identity = (...parts: readonly unknown[]): string => parts.map(String).join(' ');

/** Of events below the next offset, those that are there under their own ids: delivered again. */
const findApplied = async (
  { query }: Queryable,
  schema: string,
  { events, now }: Batch,
): Promise<(event: ProjectedEvent) => boolean> => {
  const changes = changesOf(events, now);
  const rows = await query(
    `select topic, partition, "offset", event_id from "${schema}".event
     join unnest($1::uuid[], $2::text[], $3::int[], $4::bigint[]) as wanted (inquiry_id, topic, partition, "offset") using (inquiry_id, topic, partition, "offset")`,
    [
      changes.events.map(({ inquiryId }) => inquiryId),
      changes.events.map(({ topic }) => topic),
      changes.events.map(({ partition }) => partition),
      changes.events.map(({ offset }) => offset),
    ],
  );
  const letters = await query(`select id from "${schema}".dead_letter where id = any($1)`, [
    changes.deadLetters.map(({ id }) => id),
  ]);
  const applied = new Set([
    ...rows.map((row) => identity(row['topic'], row['partition'], row['offset'], row['event_id'])),
    ...letters.map(({ id }) => String(id).replace(/@.*$/u, '')),
  ]);
  return ({ id, record: { topic, partition, offset } }) =>
    applied.has(identity(topic, partition, offset, wellFormedText(id))) ||
    applied.has(`${topic}/${partition}/${offset}`);
};

/**
 * Tells what of a batch is new. A partition's events come in order, so that its next offset says it. Below that, an event was delivered
 * again if it is there under its `ce_id`; else it was passed over when it came first, or its topic was deleted and made anew.
 */
export const claimFresh = async (within: Queryable, schema: string, batch: Batch): Promise<Claim> => {
  const partitions = byPartition(batch.events);
  const next = await lockPartitions(
    within,
    schema,
    [...partitions.values()].flatMap(([first]) => (first ? [first.record] : [])),
  );
  const isBehind = ({ record }: ProjectedEvent): boolean => record.offset < (next.get(keyOf(record)) ?? 0n);
  const behind = batch.events.filter(isBehind);
  const isApplied = behind.length === 0 ? () => false : await findApplied(within, schema, { ...batch, events: behind });
  const fresh = batch.events.filter((event) => !isBehind(event) || !isApplied(event));

  return {
    fresh,
    async advance() {
      const moved = [...byPartition(fresh).values()].flatMap((events) => {
        const last = events.at(-1);
        return last ? [{ ...last.record, records: events.length }] : [];
      });
      if (moved.length === 0) return;
      await within.query(
        `update "${schema}".progress set next_offset = greatest(progress.next_offset, moved.next_offset), records = progress.records + moved.records
         from unnest($1::text[], $2::int[], $3::bigint[], $4::bigint[]) as moved (topic, partition, next_offset, records)
         where progress.topic = moved.topic and progress.partition = moved.partition`,
        [...arraysOf(moved), moved.map(({ offset }) => String(offset + 1n)), moved.map(({ records }) => records)],
      );
    },
  };
};
