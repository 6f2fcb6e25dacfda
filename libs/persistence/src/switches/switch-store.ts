import type { ControlSwitch } from '@sluice/contracts';
import type { Migration } from '../migrate.ts';
import type { Postgres, Row } from '../postgres.ts';

/** Switches as they stand, and all that was done to them, in a service's own schema. */
export const switchMigrations: readonly Migration[] = [
  {
    name: 'CreateSwitches1795824000000',
    up: [
      `create table {schema}.switch (
      switch_id text primary key, engaged boolean not null, brands text[] not null, intents text[] not null, channels text[] not null,
      sinks text[] not null, who text not null, why text not null, changed_at timestamptz(3) not null)`,
      `create table {schema}.switch_change (
      event_id text primary key, switch_id text not null, engaged boolean not null, who text not null, why text not null, changed_at timestamptz(3) not null)`,
      `create index switch_change_of on {schema}.switch_change (switch_id, changed_at)`,
    ],
  },
];

/** A word of a switch, with the id of the event that says it. */
export interface SaidSwitch {
  readonly eventId: string;
  readonly said: ControlSwitch;
}

export interface SwitchChange extends Pick<ControlSwitch, 'engaged' | 'by' | 'why' | 'changedAt'> {}

export interface KnownSwitch extends ControlSwitch {
  /** Newest first, the latest fifty. */
  readonly changes: readonly SwitchChange[];
}

/** All methods throw TransientError while the database is away. */
export interface SwitchStore {
  /** Keeps what was said; the latest word counts, in whatever order they come. Doing it again changes nothing. */
  keep(words: readonly SaidSwitch[]): Promise<void>;
  /** Every switch that was ever thrown, the engaged ones first. */
  all(): Promise<readonly KnownSwitch[]>;
}

const MOST_CHANGES = 50;

const KEEP = (schema: string): string => `
  with changed as (insert into "${schema}".switch_change (event_id, switch_id, engaged, who, why, changed_at)
    values ($1, $2, $3, $8, $9, $10) on conflict do nothing)
  insert into "${schema}".switch as s (switch_id, engaged, brands, intents, channels, sinks, who, why, changed_at)
    values ($2, $3, $4, $5, $6, $7, $8, $9, $10)
  on conflict (switch_id) do update set engaged = excluded.engaged, brands = excluded.brands, intents = excluded.intents,
    channels = excluded.channels, sinks = excluded.sinks, who = excluded.who, why = excluded.why, changed_at = excluded.changed_at
  where s.changed_at <= excluded.changed_at`;

const ALL = (schema: string): string => `
  select s.*, coalesce(c.changes, '[]') as changes from "${schema}".switch s left join lateral (
    select json_agg(json_build_object('engaged', engaged, 'by', who, 'why', why, 'changedAt', changed_at) order by changed_at desc) as changes
    from (select * from "${schema}".switch_change where switch_id = s.switch_id order by changed_at desc limit ${MOST_CHANGES}) as latest) as c on true
  order by s.engaged desc, s.switch_id`;

const instantOf = (value: unknown): string => new Date(value as string | Date).toISOString();

const toSwitch = (row: Row): KnownSwitch => ({
  switchId: String(row['switch_id']),
  engaged: row['engaged'] === true,
  brands: row['brands'] as string[],
  intents: row['intents'] as string[],
  channels: row['channels'] as ControlSwitch['channels'],
  sinks: row['sinks'] as string[],
  by: String(row['who']),
  why: String(row['why']),
  changedAt: instantOf(row['changed_at']),
  changes: (row['changes'] as readonly SwitchChange[]).map((change) => ({
    ...change,
    changedAt: instantOf(change.changedAt),
  })),
});

export const createSwitchStore = (
  postgres: Pick<Postgres, 'query'>,
  { schema }: { readonly schema: string },
): SwitchStore => ({
  async keep(words) {
    for (const { eventId, said } of words) {
      const { switchId, engaged, brands, intents, channels, sinks, by, why, changedAt } = said;
      await postgres.query(KEEP(schema), [
        ...[eventId, switchId, engaged, brands, intents, channels, sinks],
        ...[by, why, changedAt],
      ]);
    }
  },
  all: async () => (await postgres.query(ALL(schema))).map(toSwitch),
});
