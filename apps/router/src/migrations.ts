import { stateStoreMigrations, type Migration } from '@sluice/persistence';

const migrations: readonly Migration[] = [
  ...stateStoreMigrations,
  {
    name: 'CreateSlaTimers1763709000010',
    up: [
      // One row per clock of a conversation: what it said last. The job of that revision is the only one that is heard.
      `create table {schema}.sla_timer (
      conversation_id uuid not null, clock text not null, revision int not null, inquiry_id uuid not null, queue text not null, status text not null,
      due_at timestamptz, wake_at timestamptz, passed_share double precision not null, brand text not null, playbook text not null, trace_parent text,
      job_id uuid not null unique, fired_at timestamptz, primary key (conversation_id, clock))`,
      `create index sla_timer_late on {schema}.sla_timer (wake_at) where fired_at is null and wake_at is not null`,
      `create index sla_timer_running on {schema}.sla_timer (queue, clock) where status = 'running'`,
    ],
  },
  {
    name: 'CreatePoolLooks1763709000020',
    up: [
      // One row per pool that ever wanted to be looked at: a handful, so that no index is needed.
      `create table {schema}.pool_look (brand text not null, pool text not null, look_at timestamptz, said_at timestamptz not null, primary key (brand, pool))`,
    ],
  },
];

/** The router's own Postgres schema: what its stages remember, the timers of clocks, and when pools want to be looked at. pg-boss keeps its jobs in a schema beside it. */
export const routerSchema = { schema: 'router', migrations } as const;
export const JOBS_SCHEMA = 'router_jobs';
