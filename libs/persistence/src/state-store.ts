import type { HeaderValue, ProducedRecord, StateStore, StoredOutcome, VersionedState } from '@sluice/stage';
import type { Migration } from './migrate.ts';
import { codeOf, type Postgres } from './postgres.ts';

/** Raised by `store_batch` when a version moved or an outcome is already there. */
const CONFLICT = 'SL001';

/** What a service with a stateful stage puts among its migrations. */
export const stateStoreMigrations: readonly Migration[] = [
  {
    name: 'CreateStageState1763700000000',
    up: [
      `create table {schema}.stage_state (
      stage text not null, key text not null, version bigint not null, value jsonb not null, primary key (stage, key))`,
      `create table {schema}.stage_outcome (
      stage text not null, topic text not null, partition int not null, "offset" bigint not null,
      records text not null, stored_at timestamptz not null default now(), primary key (stage, topic, partition, "offset"))`,
      `create index stage_outcome_stored_at on {schema}.stage_outcome (stored_at)`,
      `create function {schema}.store_batch(p_stage text, p_states jsonb, p_outcomes jsonb) returns void language plpgsql as $$
    declare changed bigint;
    begin
      with incoming as (select * from jsonb_to_recordset(p_states) as s(key text, version bigint, value jsonb) order by key),
        updated as (update {schema}.stage_state t set version = t.version + 1, value = i.value from incoming i
          where i.version > 0 and t.stage = p_stage and t.key = i.key and t.version = i.version returning 1),
        inserted as (insert into {schema}.stage_state select p_stage, key, 1, value from incoming where version = 0
          on conflict do nothing returning 1)
      select (select count(*) from updated) + (select count(*) from inserted) into changed;
      if changed <> jsonb_array_length(p_states) then raise exception using errcode = '${CONFLICT}', message = 'a version moved'; end if;
      insert into {schema}.stage_outcome (stage, topic, partition, "offset", records)
        select p_stage, o.topic, o.partition, o."offset", o.records
        from jsonb_to_recordset(p_outcomes) as o(topic text, partition int, "offset" bigint, records text) on conflict do nothing;
      get diagnostics changed = row_count;
      if changed <> jsonb_array_length(p_outcomes) then raise exception using errcode = '${CONFLICT}', message = 'an outcome is there'; end if;
    end $$`,
    ],
  },
  {
    // Base64 in JSON in JSON, parsed by the server and then compressed by it, was most of what an outcome cost: arrays, and stored as they come.
    name: 'StoreOutcomesAsTheyCome1795268400000',
    up: [
      'alter table {schema}.stage_outcome alter column records set storage external',
      `create function {schema}.store_batch(p_stage text, p_states jsonb, p_topics text[], p_partitions int[], p_offsets bigint[], p_records text[])
      returns void language plpgsql as $$
    declare stored bigint;
    begin
      perform {schema}.store_batch(p_stage, p_states, '[]'::jsonb);
      insert into {schema}.stage_outcome (stage, topic, partition, "offset", records)
        select p_stage, o.* from unnest(p_topics, p_partitions, p_offsets, p_records) as o on conflict do nothing;
      get diagnostics stored = row_count;
      if stored <> cardinality(p_topics) then raise exception using errcode = '${CONFLICT}', message = 'an outcome is there'; end if;
    end $$`,
    ],
  },
];

type Plain = {
  readonly topic: string;
  readonly key: string | null;
  readonly value: string | null;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
};

const BYTES = 'base64';
const keyBytes = (key: Buffer | string | null): string | null =>
  key === null ? null : Buffer.from(key).toString(BYTES);
const headerBytes = (value: HeaderValue | string): string | readonly string[] =>
  typeof value === 'string'
    ? Buffer.from(value).toString(BYTES)
    : Buffer.isBuffer(value)
      ? value.toString(BYTES)
      : value.map((one) => one.toString(BYTES));

const toPlain = ({ topic, key, value, headers }: ProducedRecord): Plain => ({
  topic,
  key: keyBytes(key),
  value: value?.toString(BYTES) ?? null,
  headers: Object.fromEntries(Object.entries(headers).map(([name, header]) => [name, headerBytes(header)])),
});

const fromBytes = (text: string): Buffer => Buffer.from(text, BYTES);
const fromPlain = ({ topic, key, value, headers }: Plain): ProducedRecord => ({
  topic,
  key: key === null ? null : fromBytes(key),
  value: value === null ? null : fromBytes(value),
  headers: Object.fromEntries(
    Object.entries(headers).map(([name, header]) => [
      name,
      typeof header === 'string' ? fromBytes(header) : header.map(fromBytes),
    ]),
  ),
});

interface OutcomeRow {
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
  readonly records: string;
}

const LOAD = (schema: string) => `select
  coalesce((select jsonb_agg(jsonb_build_object('key', key, 'version', version, 'value', value))
    from "${schema}".stage_state where stage = $1 and key = any($2::text[])), '[]') as states,
  coalesce((select jsonb_agg(jsonb_build_object('topic', o.topic, 'partition', o.partition, 'offset', o."offset"::text, 'records', o.records))
    from "${schema}".stage_outcome o join unnest($3::text[], $4::int[], $5::bigint[]) as i(topic, partition, "offset")
      on o.topic = i.topic and o.partition = i.partition and o."offset" = i."offset" where o.stage = $1), '[]') as outcomes`;

type Position = Pick<StoredOutcome, 'topic' | 'partition' | 'offset'>;
/** A column each: topics, partitions, offsets. */
const positionsOf = (of: readonly Position[]) => [
  of.map(({ topic }) => topic),
  of.map(({ partition }) => partition),
  of.map(({ offset }) => String(offset)),
];

/** State and outcomes of stages in Postgres: one query to load, one to store. */
export const createStateStore = (postgres: Postgres, { schema }: { readonly schema: string }): StateStore => ({
  async load(stage, { keys, inputs }) {
    const [row] = await postgres.query(LOAD(schema), [stage, keys, ...positionsOf(inputs)]);
    const found = new Map((row?.['states'] as VersionedState[]).map((state) => [state.key, state]));
    const outcomes = (row?.['outcomes'] as OutcomeRow[]).map(
      ({ topic, partition, offset, records }): StoredOutcome => ({
        topic,
        partition,
        offset: BigInt(offset),
        records: (JSON.parse(records) as Plain[]).map(fromPlain),
      }),
    );
    return { states: keys.map((key) => found.get(key) ?? { key, version: 0, value: null }), outcomes };
  },
  async store(stage, { states, outcomes }) {
    const records = outcomes.map((outcome) => JSON.stringify(outcome.records.map(toPlain)));
    try {
      await postgres.query(`select "${schema}".store_batch($1, $2, $3, $4, $5, $6)`, [
        stage,
        JSON.stringify(states),
        ...positionsOf(outcomes),
        records,
      ]);
      return 'stored';
    } catch (error) {
      const cause = error instanceof Error && error.cause ? error.cause : error;
      // Two partitions that take the same keys in another order: one of them loses, and folds again.
      if ([CONFLICT, '40P01'].includes(codeOf(cause))) return 'conflict';
      throw error;
    }
  },
});
