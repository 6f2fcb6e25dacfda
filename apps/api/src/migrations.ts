import { switchMigrations, type Migration } from '@sluice/persistence';

const migrations: readonly Migration[] = [
  {
    name: 'CreateReadModel1764115200000',
    up: [
      // How far each partition of a topic was applied, and how many records of it: written with what they change, so that a batch that
      // is delivered again changes nothing.
      `create table {schema}.progress (
      topic text not null, partition int not null, next_offset bigint not null, records bigint not null, primary key (topic, partition))`,
      // What is counted over all time, whatever retention deletes. By shard, so that consumers of different partitions do not wait for each other.
      `create table {schema}.tally (
      name text not null, key text not null, shard int not null, records bigint not null, primary key (name, key, shard))`,
      // Every committed event, without personal data. Partitions are months (see adapters/partitions.ts); texts are long and short-lived: kept as they come.
      `create table {schema}.event (
      inquiry_id uuid not null, logged_at timestamptz(3) not null, at timestamptz(3) not null, topic text not null, partition int not null, "offset" bigint not null,
      event_id text not null, decision_id uuid, brand text, pool text, has_content boolean not null, data text not null) partition by range (logged_at)`,
      `alter table {schema}.event alter column data set storage external`,
      `create index event_of_inquiry on {schema}.event (inquiry_id, at)`,
      `create index event_of_decision on {schema}.event (decision_id) where decision_id is not null`,
      `create index event_of_pool on {schema}.event (pool, brand, at) where pool is not null`,
      // The personal data of an event. Partitions are days, dropped as soon as the playbooks say.
      `create table {schema}.event_content (
      inquiry_id uuid not null, logged_at timestamptz(3) not null, topic text not null, partition int not null, "offset" bigint not null,
      content text not null) partition by range (logged_at)`,
      `alter table {schema}.event_content alter column content set storage external`,
      `create index content_of_inquiry on {schema}.event_content (inquiry_id)`,
      // Changed by every event that is heard: with room on the page, so that a change that touches no index writes none.
      `create table {schema}.inquiry (
      inquiry_id uuid primary key, rank int not null, state text not null, cost_usd double precision not null,
      last_at timestamptz(3) not null, first_logged_at timestamptz(3) not null, last_logged_at timestamptz(3) not null,
      received_at timestamptz(3), brand text, source text, channel text, conversation_id uuid, playbook text,
      scored_at timestamptz(3), category text, label text, score double precision, confidence double precision, review boolean, path text,
      routed_at timestamptz(3), priority text, queue text, pool text, routed_closed boolean, raised_priority text,
      assigned_at timestamptz(3), owner text, owner_status text, dropped_at timestamptz(3), drop_reason text, closed_at timestamptz(3),
      first_confirmed text) with (fillfactor = 70)`,
      `create index inquiry_received on {schema}.inquiry (received_at, inquiry_id) where received_at is not null`,
      ...['category', 'label', 'queue', 'owner', 'state'].map(
        (column) =>
          `create index inquiry_by_${column} on {schema}.inquiry (${column}, received_at, inquiry_id) where received_at is not null and ${column} is not null`,
      ),
      // What retention may delete: nothing more is expected of it.
      `create index inquiry_over on {schema}.inquiry (received_at) where state = 'dropped' or routed_closed or closed_at is not null`,
      `create table {schema}.effect (
      effect_id uuid primary key, inquiry_id uuid not null, kind text not null, target text not null, state text not null,
      requested_at timestamptz(3), settled_at timestamptz(3), receipt text)`,
      `create index effect_of_inquiry on {schema}.effect (inquiry_id)`,
      // Promises as the events of their clocks have them so far. What is over stays for as long as the log may still deliver an older event
      // of it, which would else begin it anew; a scrape reads the indexes of those that run.
      `create table {schema}.sla_promise (
      conversation_id uuid not null, clock text not null, inquiry_id uuid not null, queue text not null, playbook text not null,
      revision bigint not null, status text not null, due_at timestamptz(3), at_risk boolean not null, breached_by text,
      logged_at timestamptz(3) not null, primary key (conversation_id, clock, inquiry_id))`,
      `create index sla_promise_next on {schema}.sla_promise (playbook, queue, clock, due_at) where status = 'running' and breached_by is null`,
      `create index sla_promise_pressing on {schema}.sla_promise (playbook, queue, clock) where status = 'running' and (at_risk or breached_by is not null)`,
      `create index sla_promise_over on {schema}.sla_promise (logged_at) where status in ('unknown', 'stopped')`,
      `create table {schema}.dead_letter (
      id text primary key, source_topic text not null, stage text not null, exception text not null, message text not null, fingerprint text not null,
      inquiry_id uuid, failed_at timestamptz(3) not null, bytes int not null, key bytea, value bytea, headers text not null, replayed_at timestamptz(3), expired_at timestamptz(3),
      replay_id uuid, replay_by text, replay_until timestamptz(3))`,
      `create index dead_letter_failed on {schema}.dead_letter (failed_at, id)`,
      ...['stage', 'source_topic', 'fingerprint', 'inquiry_id'].map(
        (column) => `create index dead_letter_by_${column} on {schema}.dead_letter (${column}, failed_at, id)`,
      ),
      `create index dead_letter_kept on {schema}.dead_letter (failed_at) where expired_at is null`,
      `create index dead_letter_open on {schema}.dead_letter (stage, exception) where replayed_at is null and expired_at is null`,
      `create table {schema}.audit (id bigserial primary key, at timestamptz(3) not null default now(), who text not null, action text not null, why text not null, detail text not null)`,
    ],
  },
  {
    name: 'AddReviews1795824000000',
    // `approve_by`: until when a person may approve it. `review`: what one said, as JSON.
    up: [`alter table {schema}.effect add column approve_by timestamptz(3), add column review text`],
  },
  ...switchMigrations,
];

/** The API's own Postgres schema: its read model. It can be dropped and built again from the log. */
export const apiSchema = { schema: 'api', migrations } as const;
