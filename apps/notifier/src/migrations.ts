import type { Migration } from '@sluice/persistence';

const migrations: readonly Migration[] = [
  {
    name: 'CreateLedger1763700000030',
    up: [
      `create table {schema}.effect (
      effect_id uuid primary key, decision_id uuid not null, inquiry_id uuid not null, conversation_id uuid not null, kind text not null, target text not null,
      mode text not null, content text not null, requested_at timestamptz not null, trace_parent text, brand text, playbook text,
      state text not null default 'planned', tries int not null default 0, asks int not null default 0, lease_owner text, lease_until timestamptz,
      attempted_at timestamptz, request_hash text not null, provider_id text, response_digest text, learnt_by text not null default 'none', reason text,
      settled_at timestamptz, published_at timestamptz, touched_at timestamptz not null default now())`,
      `create index effect_open on {schema}.effect (touched_at) where settled_at is null`,
      `create index effect_unpublished on {schema}.effect (settled_at) where settled_at is not null and published_at is null`,
    ],
  },
  {
    name: 'LanesAndSettlements1763700000031',
    up: [
      // Where it really goes (a sandbox stands in for a target), the lane of that, and all calls, those that cost no try included.
      `alter table {schema}.effect
      add column destination text, add column lane text, add column attempts int not null default 0, add column settlements int not null default 0,
      add column planned_at timestamptz not null default now(), add column first_attempted_at timestamptz`,
      `update {schema}.effect set destination = target, lane = kind || '/' || md5(target), attempts = tries, first_attempted_at = attempted_at, settlements = (settled_at is not null)::int`,
      `alter table {schema}.effect alter column destination set not null, alter column lane set not null, drop column published_at`,
      `drop index {schema}.effect_open`,
      `create index effect_backlog on {schema}.effect (lane, planned_at) where settled_at is null`,
      // What is to be published about effects. The relay numbers it: no gaps, and never renumbered.
      `create table {schema}.settlement (
      settlement_id uuid primary key, effect_id uuid not null, event text not null, trace_parent text, brand text not null, playbook text not null,
      stored_at timestamptz not null default now(), position bigint unique)`,
      `create index settlement_unnumbered on {schema}.settlement (stored_at) where position is null`,
      // One row. The sequence has a name of its own, so that another database never goes on from this one's position.
      `create table {schema}.relay (one boolean primary key default true check (one), sequence uuid not null default gen_random_uuid(), owner text, until timestamptz, published bigint not null default 0)`,
      `insert into {schema}.relay default values`,
    ],
  },
];

/** The notifier's own Postgres schema: the ledger. pg-boss keeps its jobs in a schema beside it. */
export const notifierSchema = { schema: 'notifier', migrations } as const;
export const JOBS_SCHEMA = 'notifier_jobs';
