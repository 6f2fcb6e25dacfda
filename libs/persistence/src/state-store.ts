import { deserialize, serialize } from 'node:v8';
import type { DecidedInput, DueTimes, ListedRow, LoadedState, PendingBatch, StateStore } from '@sluice/stage';
import type { Migration } from './migrate.ts';
import { codeOf, type Postgres, type Row } from './postgres.ts';

/** Raised by `store_batch` when a version has moved. */
const CONFLICT = 'SL001';
const DEADLOCK = '40P01';

/** What a service with a stateful stage puts among its migrations. */
export const stateStoreMigrations: readonly Migration[] = [
  {
    name: 'CreateStageState1796000000000',
    up: [
      // JSON as text: it is read by its stage only, is given back byte for byte, and may hold what jsonb refuses.
      `create table {schema}.stage_state (
      stage text not null, key text not null, version bigint not null, value text not null,
      list text, list_group text, list_rank text collate "C",
      due_at timestamptz, due_record text, due_attempts int not null default 0,
      expires_at timestamptz, primary key (stage, key)) with (fillfactor = 70)`,
      `create index stage_state_list on {schema}.stage_state (stage, list, list_group, list_rank) where list is not null`,
      `create index stage_state_due on {schema}.stage_state (due_at) where due_at is not null`,
      `create index stage_state_expires on {schema}.stage_state (expires_at) where expires_at is not null`,
      // One row per partition, replaced by every batch.
      `create table {schema}.stage_pending (
      stage text not null, topic text not null, partition int not null, version bigint not null, last_offset bigint not null,
      inputs bytea not null, primary key (stage, topic, partition)) with (fillfactor = 20)`,
      'alter table {schema}.stage_pending alter column inputs set storage external',
      `create function {schema}.store_batch(p_stage text,
      p_keys text[], p_expected bigint[], p_versions bigint[], p_values text[], p_lists text[], p_groups text[], p_ranks text[],
      p_due timestamptz[], p_due_records text[], p_expires timestamptz[],
      p_topics text[], p_partitions int[], p_pending_versions bigint[], p_last bigint[], p_lengths int[], p_inputs bytea)
      returns void language plpgsql as $$
    declare changed bigint;
    begin
      with incoming as (
          select * from unnest(p_keys, p_expected, p_versions, p_values, p_lists, p_groups, p_ranks, p_due, p_due_records, p_expires)
            as i(key, expected, version, value, list, list_group, list_rank, due_at, due_record, expires_at) order by key),
        updated as (
          update {schema}.stage_state t set version = i.version, value = i.value, list = i.list, list_group = i.list_group,
            list_rank = i.list_rank, due_at = i.due_at, due_record = i.due_record, due_attempts = 0, expires_at = i.expires_at
          from incoming i where i.expected > 0 and t.stage = p_stage and t.key = i.key and t.version = i.expected returning 1),
        inserted as (
          insert into {schema}.stage_state (stage, key, version, value, list, list_group, list_rank, due_at, due_record, expires_at)
          select p_stage, key, version, value, list, list_group, list_rank, due_at, due_record, expires_at
          from incoming where expected = 0 on conflict do nothing returning 1)
      select (select count(*) from updated) + (select count(*) from inserted) into changed;
      if changed <> cardinality(p_keys) then
        raise exception using errcode = '${CONFLICT}', message = 'the version of a value has moved';
      end if;
      with incoming as (
          select topic, partition, version, last_offset,
            substring(p_inputs from (1 + sum(length) over (order by n) - length)::int for length) as inputs
          from unnest(p_topics, p_partitions, p_pending_versions, p_last, p_lengths)
            with ordinality as i(topic, partition, version, last_offset, length, n) order by topic, partition),
        updated as (
          update {schema}.stage_pending t set version = i.version + 1, last_offset = i.last_offset, inputs = i.inputs
          from incoming i where i.version > 0 and t.stage = p_stage and t.topic = i.topic and t.partition = i.partition
            and t.version = i.version returning 1),
        inserted as (
          insert into {schema}.stage_pending (stage, topic, partition, version, last_offset, inputs)
          select p_stage, topic, partition, 1, last_offset, inputs from incoming where version = 0 on conflict do nothing returning 1)
      select (select count(*) from updated) + (select count(*) from inserted) into changed;
      if changed <> cardinality(p_topics) then
        raise exception using errcode = '${CONFLICT}', message = 'the batch of a partition has moved';
      end if;
    end $$`,
    ],
  },
];

const LOAD = (schema: string) => `
  select 'state' as kind, key as name, version, value, null as list, null as list_group, null as list_rank,
    null::int as partition, null::bigint as last_offset, null::bytea as inputs
  from "${schema}".stage_state where stage = $1 and key = any($2::text[])
  union all
  select 'pending', p.topic, p.version, null, null, null, null, p.partition, p.last_offset,
    case when p.last_offset >= w.first_offset then p.inputs end
  from unnest($3::text[], $4::int[], $5::bigint[]) as w(topic, partition, first_offset)
    join "${schema}".stage_pending p on p.stage = $1 and p.topic = w.topic and p.partition = w.partition`;

/** The groups of a list are found by leaping through the index, not by reading the list. */
const LOAD_LISTS = (schema: string) => `${LOAD(schema)}
  union all
  select 'listed', r.key, r.version, r.value, g.list, g.list_group, r.list_rank, null, null, null
  from (
    with recursive groups as (
      select w.list, (select min(s.list_group) from "${schema}".stage_state s where s.stage = $1 and s.list = w.list) as list_group
      from unnest($6::text[]) as w(list)
      union all
      select g.list, (select min(s.list_group) from "${schema}".stage_state s
        where s.stage = $1 and s.list = g.list and s.list_group > g.list_group)
      from groups g where g.list_group is not null)
    select * from groups where list_group is not null) g,
  lateral (
    select key, version, value, list_rank from "${schema}".stage_state s
    where s.stage = $1 and s.list = g.list and s.list_group = g.list_group order by s.list_rank limit $7) r`;

/** Due again after half a minute, then twice as long each time, up to an hour: what can't be decided must not fill its dead letters. */
const TAKE_DUE = (schema: string) => `
  with due as (
    select stage, key from "${schema}".stage_state where due_at <= now() order by due_at limit $1 for update skip locked)
  update "${schema}".stage_state s set due_attempts = s.due_attempts + 1,
    due_at = now() + least(interval '30 seconds' * power(2, least(s.due_attempts, 10)), interval '1 hour')
  from due where s.stage = due.stage and s.key = due.key returning s.due_record, s.due_attempts`;

interface StateStoreOptions {
  readonly schema: string;
}

const ofKind = (rows: readonly Row[], kind: string): readonly Row[] => rows.filter((row) => row['kind'] === kind);
const partitionName = ({ topic, partition }: { readonly topic: string; readonly partition: number }): string =>
  `${topic}/${partition}`;

const toLoaded = (rows: readonly Row[], { keys, partitions }: Parameters<StateStore['load']>[1]): LoadedState => {
  const states = new Map(ofKind(rows, 'state').map((row) => [String(row['name']), row]));
  const pending = new Map(
    ofKind(rows, 'pending').map((row) => [
      partitionName({ topic: String(row['name']), partition: Number(row['partition']) }),
      row,
    ]),
  );
  return {
    states: keys.map((key) => {
      const row = states.get(key);
      return { key, version: Number(row?.['version'] ?? 0), json: (row?.['value'] as string | undefined) ?? null };
    }),
    rows: ofKind(rows, 'listed').map((row): ListedRow => ({
      key: String(row['name']),
      version: Number(row['version']),
      json: String(row['value']),
      list: String(row['list']),
      group: String(row['list_group']),
      rank: String(row['list_rank']),
    })),
    pending: partitions.map(({ topic, partition }): PendingBatch => {
      const row = pending.get(partitionName({ topic, partition }));
      const inputs = row?.['inputs'] as Buffer | null | undefined;
      return {
        topic,
        partition,
        version: Number(row?.['version'] ?? 0),
        last: BigInt(String(row?.['last_offset'] ?? -1)),
        inputs: inputs ? (deserialize(inputs) as DecidedInput[]) : [],
      };
    }),
  };
};

/** State and pending batches of stages in Postgres: one query to load, one to store. */
export const createStateStore = (postgres: Postgres, { schema }: StateStoreOptions): StateStore & DueTimes => ({
  async load(stage, wanted) {
    const { keys, lists, perGroup, partitions } = wanted;
    const values = [
      stage,
      keys,
      partitions.map(({ topic }) => topic),
      partitions.map(({ partition }) => partition),
      partitions.map(({ from }) => String(from)),
    ];
    const rows =
      lists.length === 0
        ? await postgres.query(LOAD(schema), values)
        : await postgres.query(LOAD_LISTS(schema), [...values, lists, perGroup]);
    return toLoaded(rows, wanted);
  },
  async store(stage, { states, pending }) {
    const inputs = pending.map((batch) => serialize(batch.inputs));
    try {
      await postgres.query(
        `select "${schema}".store_batch($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)`,
        [
          stage,
          states.map(({ key }) => key),
          states.map(({ expected }) => expected),
          states.map(({ version }) => version),
          states.map(({ json }) => json),
          states.map(({ place }) => place?.list ?? null),
          states.map(({ place }) => place?.group ?? null),
          states.map(({ place }) => place?.rank ?? null),
          states.map(({ due }) => due?.at ?? null),
          states.map(({ due }) => due?.record ?? null),
          states.map(({ expiresAt }) => expiresAt),
          pending.map(({ topic }) => topic),
          pending.map(({ partition }) => partition),
          pending.map(({ version }) => version),
          pending.map(({ last }) => String(last)),
          inputs.map((bytes) => bytes.length),
          Buffer.concat(inputs),
        ],
      );
      return 'stored';
    } catch (error) {
      // Two partitions that take the same keys in another order: one of them loses, and folds again.
      if ([CONFLICT, DEADLOCK].includes(codeOf(error))) return 'conflict';
      throw error;
    }
  },
  async takeDue(limit) {
    const rows = await postgres.query(TAKE_DUE(schema), [limit]);
    return rows.map((row) => ({ record: String(row['due_record']), attempt: Number(row['due_attempts']) }));
  },
});

const PRUNE = (schema: string) => `delete from "${schema}".stage_state where (stage, key) in
  (select stage, key from "${schema}".stage_state where expires_at < now() order by expires_at limit $1 for update skip locked) returning 1`;

const PRUNED_AT_ONCE = 1_000;

/** Deletes what stages need not remember any more, some at a time, from any number of processes; `again` while there may be more. */
export const createStatePruner =
  (postgres: Postgres, { schema }: StateStoreOptions) =>
  async (): Promise<'again' | 'rest'> =>
    (await postgres.query(PRUNE(schema), [PRUNED_AT_ONCE])).length < PRUNED_AT_ONCE ? 'rest' : 'again';
