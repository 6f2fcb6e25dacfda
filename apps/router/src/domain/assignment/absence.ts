import { isOpen, nextOpen, type Owner } from '@sluice/policy';
import type { Place } from './pool-memory.ts';
import type { StaffedPool } from './staffed-pool.ts';

/** Why somebody is not there, and when that ends by itself; null where it does not. */
export interface Absence {
  readonly because: string;
  readonly until: string | null;
}

const DAY_MS = 86_400_000;

const leaveOf = ({ leave }: Owner, now: string): Absence | null => {
  const today = now.slice(0, 'yyyy-mm-dd'.length);
  const current = leave.find(({ from, to }) => from <= today && today <= to);
  return current
    ? { because: `on leave until ${current.to}`, until: new Date(Date.parse(current.to) + DAY_MS).toISOString() }
    : null;
};

const leftSince = ({ left }: Place, now: string): Absence | null => {
  if (left === null || (left.until !== null && Date.parse(left.until) <= Date.parse(now))) return null;
  return left.until === null
    ? { because: 'left', until: null }
    : { because: `left until ${left.until}`, until: new Date(left.until).toISOString() };
};

/** Away for longer than a night: nobody who is can take anything, not even by themselves. */
export const awayOf = (owner: Owner, place: Place, now: string): Absence | null =>
  owner.away ? { because: 'away', until: null } : (leaveOf(owner, now) ?? leftSince(place, now));

/** Outside the hours they keep. */
export const offHours = (
  { calendars = {} }: Pick<StaffedPool, 'calendars'>,
  { hours }: Owner,
  now: string,
): Absence | null => {
  const calendar = hours === null ? undefined : calendars[hours];
  if (!calendar || isOpen(calendar, now)) return null;
  const until = nextOpen(calendar, now);
  return { because: `off duty until ${until}`, until };
};
