import { switchMigrations, type Migration } from '@sluice/persistence';

const migrations: readonly Migration[] = [
  {
    name: 'CreateLedger1795651200000',
    up: [
      // `due_at`: when the next turn is due; while an effect is leased, when the lease runs out. `content` is null once its time is over.
      `create table {schema}.effect (
      effect_id uuid primary key, decision_id uuid not null, inquiry_id uuid not null, conversation_id uuid not null, kind text not null, target text not null,
      destination text not null, lane text not null, mode text not null, content text, requested_at text not null,
      trace_parent text, brand text not null, playbook text not null, request_hash text not null,
      state text not null, due_at timestamptz not null default now(), lease_owner text, tries int not null default 0, attempts int not null default 0,
      asks int not null default 0, planned_at timestamptz not null default now(), first_attempted_at timestamptz,
      settled_at timestamptz, settlements int not null default 0, reason text, learnt_by text not null default 'none', provider_id text, response_digest text)`,
      `create index effect_due on {schema}.effect (lane, due_at) where settled_at is null`,
      // Every settled effect is in one of these two: retention moves it from the first to the second, and then deletes it.
      `create index effect_with_content on {schema}.effect (playbook, brand, settled_at) where settled_at is not null and content is not null`,
      `create index effect_without_content on {schema}.effect (playbook, brand, settled_at) where settled_at is not null and content is null`,
      // What is to be published about effects: rows go once they are on the log.
      `create table {schema}.settlement (
      settlement_id uuid primary key, effect_id uuid not null, event text not null, trace_parent text, brand text not null, playbook text not null,
      stored_at timestamptz not null default now())`,
      `create index settlement_in_order on {schema}.settlement (stored_at, settlement_id)`,
      // One row: who publishes, how many were published, and which settlements are being published after those. The sequence has a name
      // of its own, so that another database never goes on from this one's position.
      `create table {schema}.relay (one boolean primary key default true check (one), sequence uuid not null default gen_random_uuid(),
      owner text, until timestamptz, published bigint not null default 0, batch uuid[] not null default '{}')`,
      `insert into {schema}.relay default values`,
    ],
  },
  {
    name: 'AddPurposeAndScope1795737600000',
    // What an answer is for, null where others than the person who wrote are told; and what switches name an effect by.
    up: [
      `alter table {schema}.effect add column purpose text, add column intent text, add column channel text, add column correspondent text`,
      `create index effect_of_correspondent on {schema}.effect (correspondent, planned_at) where correspondent is not null`,
    ],
  },
  {
    name: 'AddPartsAndReviews1795824000000',
    // `verdict`: what people said of an effect that waits for them. `parts`: the provider's ids of what an effect consists of.
    up: [
      `alter table {schema}.effect add column useful_until timestamptz, add column approve_by timestamptz, add column verdict text,
      add column parts jsonb not null default '{}'`,
      // What people said, also of what is not planned yet: rows go with the effects.
      `create table {schema}.review (effect_id uuid primary key, verdict text not null, reviewed_at timestamptz not null)`,
    ],
  },
  ...switchMigrations,
];

/** The notifier's own Postgres schema: the ledger, which is its own queue (ADR 020). */
export const notifierSchema = { schema: 'notifier', migrations } as const;
