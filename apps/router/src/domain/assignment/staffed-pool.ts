import { calendarSchema, poolSchema, type Calendar, type Playbook, type Pool } from '@sluice/policy';
import { z } from 'zod';

export const staffedPoolSchema = poolSchema.extend({ calendars: z.record(z.string(), calendarSchema).default({}) });

/** A pool with the calendars that its owners keep to: all that it takes to know who is there. */
export type StaffedPool = Pool & { readonly calendars?: Readonly<Record<string, Calendar>> };

/** The pool of a playbook by name. @throws Error when there is none: the playbook's parser saw to that for its own routes. */
export const poolOf = ({ pools, calendars }: Playbook, name: string): StaffedPool => {
  const pool = pools[name];
  if (!pool) throw new Error(`assigning: the playbook has no pool "${name}"`);
  const kept = Object.entries(calendars).filter(([calendar]) => pool.owners.some(({ hours }) => hours === calendar));
  return kept.length === 0 ? pool : { ...pool, calendars: Object.fromEntries(kept) };
};
