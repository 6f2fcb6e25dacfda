import { systemClock, type Clock } from '@sluice/kernel';
import type { Postgres, Queryable, Row } from '@sluice/persistence';
import type { ProjectedEvent } from '@sluice/stage';
import {
  changesOf,
  columnGroups,
  type DeadLetterRow,
  type EffectRow,
  type EventRow,
  type InquiryRow,
  type ReadModelChanges,
} from '../domain/read-model-changes.ts';
import { promiseKeyOf, type SlaPromiseRow } from '../domain/sla-promises.ts';
import type { Partitions } from './partitions.ts';
import { claimFresh } from './progress.ts';

/** A column of rows that are written together. */
interface Column<Of> {
  readonly name: string;
  readonly type: string;
  readonly of: (row: Of) => unknown;
  /** True of long values: each is a parameter of its own, since within an array every quote would have to be escaped, and read again. */
  readonly long?: boolean;
}

/** The head of `insert … select` for many rows: a column is one array, however many rows there are. */
const insertOf = <Of>(table: string, rows: readonly Of[], columns: readonly Column<Of>[]) => {
  const values: unknown[] = [];
  const arrays = columns.map(({ type, of, long }) => {
    if (!long) return `$${values.push(rows.map(of))}::${type}[]`;
    return `array[${rows.map((row) => `$${values.push(of(row))}`).join(', ')}]::${type}[]`;
  });
  const names = columns.map(({ name }) => `"${name}"`).join(', ');
  return { text: `insert into ${table} (${names}) select * from unnest(${arrays.join(', ')})`, values };
};

const EVENT: readonly Column<EventRow>[] = [
  { name: 'inquiry_id', type: 'uuid', of: ({ inquiryId }) => inquiryId },
  { name: 'logged_at', type: 'timestamptz', of: ({ loggedAt }) => loggedAt },
  { name: 'at', type: 'timestamptz', of: ({ at }) => at },
  { name: 'topic', type: 'text', of: ({ topic }) => topic },
  { name: 'partition', type: 'int', of: ({ partition }) => partition },
  { name: 'offset', type: 'bigint', of: ({ offset }) => offset },
  { name: 'event_id', type: 'text', of: ({ eventId }) => eventId },
  { name: 'decision_id', type: 'uuid', of: ({ decisionId }) => decisionId },
  { name: 'brand', type: 'text', of: ({ brand }) => brand },
  { name: 'pool', type: 'text', of: ({ pool }) => pool },
  { name: 'has_content', type: 'boolean', of: ({ content }) => content !== null },
  { name: 'data', type: 'text', of: ({ data }) => data, long: true },
];

const CONTENT: readonly Column<EventRow>[] = [
  ...EVENT.filter(({ name }) => ['inquiry_id', 'logged_at', 'topic', 'partition', 'offset'].includes(name)),
  { name: 'content', type: 'text', of: ({ content }) => content, long: true },
];

const EFFECT: readonly Column<EffectRow>[] = [
  { name: 'effect_id', type: 'uuid', of: ({ effect_id: id }) => id },
  { name: 'inquiry_id', type: 'uuid', of: ({ inquiry_id: id }) => id },
  { name: 'kind', type: 'text', of: ({ kind }) => kind },
  { name: 'target', type: 'text', of: ({ target }) => target },
  { name: 'state', type: 'text', of: ({ state }) => state ?? 'requested' },
  { name: 'requested_at', type: 'timestamptz', of: ({ requested_at: at }) => at },
  { name: 'settled_at', type: 'timestamptz', of: ({ settled_at: at }) => at },
  { name: 'receipt', type: 'text', of: ({ receipt }) => receipt },
  { name: 'approve_by', type: 'timestamptz', of: ({ approve_by: at }) => at },
  { name: 'review', type: 'text', of: ({ review }) => review },
];

const PROMISE: readonly Column<SlaPromiseRow>[] = [
  { name: 'conversation_id', type: 'uuid', of: ({ conversationId }) => conversationId },
  { name: 'clock', type: 'text', of: ({ clock }) => clock },
  { name: 'inquiry_id', type: 'uuid', of: ({ inquiryId }) => inquiryId },
  { name: 'queue', type: 'text', of: ({ queue }) => queue },
  { name: 'playbook', type: 'text', of: ({ playbook }) => playbook },
  { name: 'revision', type: 'bigint', of: ({ revision }) => revision },
  { name: 'status', type: 'text', of: ({ status }) => status },
  { name: 'due_at', type: 'timestamptz', of: ({ dueAt }) => dueAt },
  { name: 'at_risk', type: 'boolean', of: ({ atRisk }) => atRisk },
  { name: 'breached_by', type: 'text', of: ({ breachedBy }) => breachedBy },
  { name: 'logged_at', type: 'timestamptz', of: ({ loggedAt }) => loggedAt },
];

const DEAD_LETTER: readonly Column<DeadLetterRow>[] = [
  { name: 'id', type: 'text', of: ({ id }) => id },
  { name: 'source_topic', type: 'text', of: ({ sourceTopic }) => sourceTopic },
  { name: 'stage', type: 'text', of: ({ stage }) => stage },
  { name: 'exception', type: 'text', of: ({ exception }) => exception },
  { name: 'message', type: 'text', of: ({ message }) => message },
  { name: 'fingerprint', type: 'text', of: ({ fingerprint }) => fingerprint },
  { name: 'inquiry_id', type: 'uuid', of: ({ inquiryId }) => inquiryId },
  { name: 'failed_at', type: 'timestamptz', of: ({ failedAt }) => failedAt },
  { name: 'bytes', type: 'int', of: ({ value }) => value?.length ?? 0 },
  { name: 'key', type: 'bytea', of: ({ key }) => key, long: true },
  { name: 'value', type: 'bytea', of: ({ value }) => value, long: true },
  { name: 'headers', type: 'text', of: ({ headers }) => headers, long: true },
];

const INQUIRY_TYPES: Readonly<Record<string, string>> = {
  conversation_id: 'uuid',
  score: 'double precision',
  confidence: 'double precision',
  review: 'boolean',
  routed_closed: 'boolean',
};
const typeOf = (name: string): string => INQUIRY_TYPES[name] ?? (name.endsWith('_at') ? 'timestamptz' : 'text');

/** Always there, whatever a batch says. */
const INQUIRY: readonly Column<InquiryRow>[] = [
  { name: 'inquiry_id', type: 'uuid', of: (row) => row.inquiry_id },
  { name: 'rank', type: 'int', of: ({ rank }) => rank },
  { name: 'state', type: 'text', of: ({ state }) => state ?? 'received' },
  { name: 'cost_usd', type: 'double precision', of: (row) => row.cost_usd },
  { name: 'last_at', type: 'timestamptz', of: (row) => row.last_at },
  { name: 'first_logged_at', type: 'timestamptz', of: (row) => row.first_logged_at },
  { name: 'last_logged_at', type: 'timestamptz', of: (row) => row.last_logged_at },
];

/** The groups of columns that a batch says anything of. */
const groupsIn = (rows: readonly InquiryRow[]): typeof columnGroups =>
  columnGroups.filter(({ columns: [first = ''] }) => rows.some((row) => row[first] !== null));

/** What is there, and what the batch adds: columns that belong together change together, or not at all. */
const mergeOf = ({ keep, columns }: (typeof columnGroups)[number]): readonly string[] => {
  const [first = ''] = columns;
  const isKept = keep === 'first' ? `i.${first} is not null` : `excluded.${first} is null`;
  return columns.map((name) => `${name} = case when ${isKept} then i.${name} else excluded.${name} end`);
};

const mergeInquiries = (schema: string, rows: readonly InquiryRow[], groups: typeof columnGroups) => {
  const columns = groups.flatMap((group) =>
    group.columns.map((name): Column<InquiryRow> => ({ name, type: typeOf(name), of: (row) => row[name] })),
  );
  const { text, values } = insertOf(`"${schema}".inquiry as i`, rows, [...INQUIRY, ...columns]);
  return {
    values,
    text: `${text} on conflict (inquiry_id) do update set
      state = case when excluded.rank > i.rank then excluded.state else i.state end, rank = greatest(i.rank, excluded.rank),
      cost_usd = i.cost_usd + excluded.cost_usd, last_at = greatest(i.last_at, excluded.last_at),
      first_logged_at = least(i.first_logged_at, excluded.first_logged_at), last_logged_at = greatest(i.last_logged_at, excluded.last_logged_at)
      ${groups
        .flatMap(mergeOf)
        .map((set) => `, ${set}`)
        .join('')}
    returning i.inquiry_id as "inquiryId", i.received_at as "receivedAt", i.queue, i.path, i.playbook, i.first_confirmed as "firstConfirmed"`,
  };
};

/** In one order, so that two batches that meet on the same rows do not wait for each other. */
const inOrder = <Of>(rows: readonly Of[], keyOf: (row: Of) => string): readonly Of[] =>
  [...rows].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));

const MERGE_EFFECTS = `on conflict (effect_id) do update set settled_at = coalesce(excluded.settled_at, e.settled_at), receipt = coalesce(excluded.receipt, e.receipt),
  state = case when excluded.settled_at is null then e.state else excluded.state end, requested_at = coalesce(excluded.requested_at, e.requested_at),
  approve_by = coalesce(excluded.approve_by, e.approve_by), review = coalesce(e.review, excluded.review)`;

/** As `mergedPromise` does. */
const MERGE_PROMISES = `on conflict (conversation_id, clock, inquiry_id) do update set
  ${['queue', 'status', 'due_at', 'revision']
    .map((name) => `${name} = case when excluded.revision > p.revision then excluded.${name} else p.${name} end`)
    .join(', ')},
  playbook = greatest(p.playbook, excluded.playbook), at_risk = p.at_risk or excluded.at_risk,
  breached_by = coalesce(p.breached_by, excluded.breached_by), logged_at = greatest(p.logged_at, excluded.logged_at)
  returning p.breached_by as "breachedBy"`;

/** Revisions count the changes of a conversation's clock: it keeps the promise that has the highest, and those before it are over. */
const END_OLDER_PROMISES = (schema: string): string => `
  update "${schema}".sla_promise as p set status = 'stopped', due_at = null, revision = newest.revision from (
    select distinct on (conversation_id, clock) conversation_id, clock, revision from "${schema}".sla_promise
    join unnest($1::uuid[], $2::text[]) as moved (conversation_id, clock) using (conversation_id, clock)
    order by conversation_id, clock, revision desc) as newest
  where p.conversation_id = newest.conversation_id and p.clock = newest.clock
    and p.revision > 0 and p.revision < newest.revision and p.status <> 'stopped'`;

/** Gives the records by which promises are broken, those of earlier batches too. */
const writePromises = async (
  { query }: Queryable,
  schema: string,
  promises: readonly SlaPromiseRow[],
): Promise<readonly string[]> => {
  if (promises.length === 0) return [];
  const { text, values } = insertOf(`"${schema}".sla_promise as p`, inOrder(promises, promiseKeyOf), PROMISE);
  const rows = await query(`${text} ${MERGE_PROMISES}`, values);
  const moved = promises.filter(({ revision }) => revision > 0);
  if (moved.length > 0)
    await query(END_OLDER_PROMISES(schema), [
      moved.map(({ conversationId }) => conversationId),
      moved.map(({ clock }) => clock),
    ]);
  return rows.flatMap(({ breachedBy }) => (breachedBy === null ? [] : [String(breachedBy)]));
};

const COUNT_DROPS = (schema: string): string => `
  insert into "${schema}".tally as t (name, key, shard, records) select 'dropped', * from unnest($1::text[], $2::int[], $3::bigint[])
  on conflict (name, key, shard) do update set records = t.records + excluded.records`;

/** Writes what a batch changes: a statement or two for each kind of row, however many there are. */
const write = async (
  within: Queryable,
  schema: string,
  { events, inquiries, putBack, effects, promises, deadLetters, drops }: ReadModelChanges,
): Promise<Omit<Applied, 'events'>> => {
  const { query } = within;
  const insert = <Of>(table: string, rows: readonly Of[], columns: readonly Column<Of>[]) =>
    insertOf(`"${schema}".${table}`, rows, columns);
  const run = async ({ text, values }: ReturnType<typeof insertOf>, rest = ''): Promise<void> => {
    await query(`${text} ${rest}`, values);
  };
  const withContent = events.filter(({ content }) => content !== null);
  if (events.length > 0) await run(insert('event', events, EVENT));
  if (withContent.length > 0) await run(insert('event_content', withContent, CONTENT));
  if (drops.length > 0) {
    const sorted = inOrder(drops, ({ reason, partition }) => `${reason} ${partition}`);
    await query(COUNT_DROPS(schema), [
      sorted.map(({ reason }) => reason),
      sorted.map(({ partition }) => partition),
      sorted.map(({ records }) => records),
    ]);
  }
  const merge = async (some: readonly InquiryRow[], groups: typeof columnGroups): Promise<readonly Row[]> => {
    if (some.length === 0) return [];
    const rows = inOrder(some, ({ inquiry_id: id }) => id);
    const { text, values } = mergeInquiries(schema, rows, groups);
    return query(text, values);
  };
  const applied = [
    ...(await merge(inquiries, groupsIn(inquiries))),
    ...(await merge(
      putBack,
      groupsIn(putBack).map((group) => ({ ...group, keep: 'first' as const })),
    )),
  ];
  if (effects.length > 0)
    await run(
      insert(
        'effect as e',
        inOrder(effects, ({ effect_id: id }) => id),
        EFFECT,
      ),
      MERGE_EFFECTS,
    );
  const breachedBy = await writePromises(within, schema, promises);
  if (deadLetters.length > 0) await run(insert('dead_letter', deadLetters, DEAD_LETTER), 'on conflict do nothing');
  return { inquiries: applied as unknown as readonly AppliedInquiry[], breachedBy: new Set(breachedBy) };
};

/** SQLSTATE of a row that no partition takes: a check that every row has to pass. */
const isPartitionMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === '23514';

/** An inquiry of which a batch spoke, as it is now. */
export interface AppliedInquiry {
  readonly inquiryId: string;
  readonly receivedAt: Date | null;
  readonly queue: string | null;
  readonly path: string | null;
  readonly playbook: string | null;
  /** `ce_id` of the event by which its first effect was confirmed. */
  readonly firstConfirmed: string | null;
}

/** What a batch brought that was not there before. */
export interface Applied {
  readonly events: readonly ProjectedEvent[];
  readonly inquiries: readonly AppliedInquiry[];
  /** Of the promises of which the batch spoke, the records that were the first to say that they are broken (`recordIdOf`). */
  readonly breachedBy: ReadonlySet<string>;
}

/** Is told of every event that was applied for the first time, once it is committed. */
export type OnApplied = (applied: Applied) => Promise<void>;

export interface ProjectorOptions {
  readonly schema: string;
  readonly partitions: Partitions;
  readonly onApplied?: OnApplied;
  readonly clock?: Clock;
}

/**
 * Applies a batch of events to the read model in one transaction of about ten statements, however many events there are. Applying it
 * again changes nothing. @throws TransientError while the database is unwell; what else is thrown is a fault of an event in the batch
 */
export const createProjector =
  (
    postgres: Postgres,
    { schema, partitions, onApplied = async () => undefined, clock = systemClock }: ProjectorOptions,
  ) =>
  async (events: readonly ProjectedEvent[]): Promise<void> => {
    if (events.length === 0) return;
    const now = clock.now();
    const changes = changesOf(events, now);
    const apply = async (): Promise<Applied> => {
      await partitions.cover(changes.events.map(({ loggedAt }) => loggedAt));
      return postgres.transaction(async (within) => {
        const claim = await claimFresh(within, schema, { events, now });
        if (claim.fresh.length === 0) return { events: [], inquiries: [], breachedBy: new Set() };
        const isWhole = claim.fresh.length === events.length;
        const written = await write(within, schema, isWhole ? changes : changesOf(claim.fresh, now));
        await claim.advance();
        return { events: claim.fresh, ...written };
      });
    };
    await onApplied(
      await apply().catch((error: unknown) => {
        if (!isPartitionMissing(error)) throw error;
        // Retention dropped it in another process.
        partitions.forget();
        return apply();
      }),
    );
  };
