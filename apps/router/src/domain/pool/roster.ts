import { inForce, type Calendar, type Playbook, type Pool } from '@sluice/policy';
import type { PoolState, RosterReference } from './pool-state.ts';

/** A pool as a playbook has it, with the calendars that its owners keep to: all that it takes to know who can have something. */
export interface Roster extends Pool {
  readonly calendars: Readonly<Record<string, Calendar>>;
}

/** @throws Error when the playbook has no such pool: its parser saw to that for its own routes. */
export const rosterIn = ({ pools, calendars }: Playbook, name: string): Roster => {
  const pool = Object.hasOwn(pools, name) ? pools[name] : undefined;
  if (!pool) throw new Error(`assigning: the playbook has no pool "${name}"`);
  return { ...pool, calendars };
};

/** Rosters of a pool by the name under which it refers to them; null for one that was never heard of here. */
export type Rosters = (name: string) => Roster | null;

const read = (
  { playbook, channel, intent }: RosterReference,
  { brand, pool }: PoolState,
  playbookOf: (hash: string) => Playbook,
): Roster => rosterIn(inForce(playbookOf(playbook), { brand, channel, intent }), pool);

/** The rosters that a pool refers to, each read at most once. */
export const rostersOf = (pool: PoolState, playbookOf: (hash: string) => Playbook): Rosters => {
  const known = new Map<string, Roster | null>();
  return (name) => {
    const found = known.get(name);
    if (found !== undefined) return found;
    const reference = pool.rosters[name];
    const roster = reference ? read(reference, pool, playbookOf) : null;
    known.set(name, roster);
    return roster;
  };
};

/** Keeps where a roster stands, for decisions that no inquiry of its playbook causes. */
export const withRoster = (pool: PoolState, name: string, reference: RosterReference): PoolState =>
  pool.rosters[name]?.playbook === reference.playbook
    ? pool
    : { ...pool, rosters: { ...pool.rosters, [name]: reference } };
