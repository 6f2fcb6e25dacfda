import type { Migration } from '../migrate.ts';

export const PLAYBOOKS_SCHEMA = 'playbooks';

export const playbookStoreMigrations: readonly Migration[] = [
  {
    name: 'CreatePlaybooks1763700000002',
    up: [
      `create table {schema}.playbook (hash text primary key, name text not null, document jsonb not null, published_at timestamptz not null default now())`,
      `create table {schema}.activation (brand text not null, source text not null, hash text not null references {schema}.playbook, activated_at timestamptz not null default now(), primary key (brand, source))`,
    ],
  },
  {
    name: 'VersionPlaybooks1763700000003',
    up: [
      // What people wrote, numbered by playbook; two versions may have the same content, and then the same hash.
      `create table {schema}.version (
      playbook text not null, number int not null, hash text not null references {schema}.playbook, sources jsonb not null,
      author text not null, reason text not null, created_at timestamptz not null default now(), primary key (playbook, number))`,
      `create index version_by_source on {schema}.version using gin (sources jsonb_path_ops)`,
      `create table {schema}.head (playbook text primary key, latest int not null, active int, revision bigint not null default 1)`,
      `create table {schema}.movement (
      id bigserial primary key, playbook text not null, kind text not null, from_version int, to_version int not null,
      author text not null, reason text not null, bindings jsonb not null default '[]', at timestamptz not null default now())`,
      `create index movement_of_playbook on {schema}.movement (playbook, id)`,
      `alter table {schema}.activation add column bound_by text not null default 'deploy'`,
      `insert into {schema}.version (playbook, number, hash, sources, author, reason, created_at)
      select name, row_number() over (partition by name order by published_at, hash), hash, '[]', 'deploy', 'published before versions were numbered', published_at from {schema}.playbook`,
      `insert into {schema}.head (playbook, latest, active)
      select playbook, max(number), max(number) filter (where hash in (select hash from {schema}.activation)) from {schema}.version group by playbook`,
      `create function {schema}.refuse_change() returns trigger language plpgsql as $$ begin raise exception 'a version of a playbook is never changed or removed'; end $$`,
      `create trigger version_is_immutable before update or delete on {schema}.version for each row execute function {schema}.refuse_change()`,
      `create trigger playbook_is_immutable before update or delete on {schema}.playbook for each row execute function {schema}.refuse_change()`,
    ],
  },
];
