import type { Migration } from '@sluice/persistence';

const migrations: readonly Migration[] = [{
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
}];

/** The notifier's own Postgres schema: the ledger. pg-boss keeps its jobs in a schema beside it. */
export const notifierSchema = { schema: 'notifier', migrations } as const;
export const JOBS_SCHEMA = 'notifier_jobs';
