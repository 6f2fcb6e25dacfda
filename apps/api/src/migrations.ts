import type { Migration } from '@sluice/persistence';

const migrations: readonly Migration[] = [
  {
    name: 'CreateReadModel1763700000020',
    up: [
      // Every committed record by its coordinates: exact counts, and the way of one inquiry. The text holds personal data.
      `create table {schema}.event (
      topic text not null, partition int not null, "offset" bigint not null, inquiry_id uuid not null, event_id text not null,
      at timestamptz not null, data text not null, primary key (topic, partition, "offset"))`,
      `create index event_of_inquiry on {schema}.event (inquiry_id, at)`,
      `create table {schema}.inquiry (
      inquiry_id uuid primary key, received_at timestamptz, last_at timestamptz not null, rank int not null default 0, state text not null default 'received',
      brand text, source text, channel text, category text, label text, score double precision, priority text, review boolean, queue text, pool text,
      closed boolean, owner text, owner_status text, drop_reason text, cost_usd double precision not null default 0)`,
      `create index inquiry_received on {schema}.inquiry (received_at desc, inquiry_id)`,
      `create table {schema}.effect (
      effect_id uuid primary key, inquiry_id uuid not null, kind text not null, target text not null, state text not null default 'requested',
      requested_at timestamptz, settled_at timestamptz, receipt text)`,
      `create index effect_of_inquiry on {schema}.effect (inquiry_id)`,
      `create table {schema}.dead_letter (
      id text primary key, source_topic text not null, stage text not null, exception text not null, message text not null, fingerprint text not null,
      inquiry_id text, failed_at timestamptz not null, key bytea, value bytea, headers text not null, replayed_at timestamptz)`,
      `create index dead_letter_open on {schema}.dead_letter (failed_at desc, id)`,
      `create table {schema}.audit (id bigserial primary key, at timestamptz not null default now(), who text not null, action text not null, why text not null, detail text not null)`,
    ],
  },
  {
    name: 'IndexEventsByTopic1763700000021',
    up: [`create index event_of_topic on {schema}.event (topic, at)`],
  },
];

/** The API's own Postgres schema: its read model. It can be dropped and built again from the log. */
export const apiSchema = { schema: 'api', migrations } as const;
