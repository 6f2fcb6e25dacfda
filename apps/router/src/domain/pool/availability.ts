import type { InquiryAssigned } from '@sluice/contracts';
import { isOpen, nextOpen, type Owner } from '@sluice/policy';
import { ownerIn, type InquiryState, type OwnerState, type OwnerStates } from './pool-state.ts';
import type { Roster } from './roster.ts';
import { inTurns } from './turns.ts';

export type Considered = InquiryAssigned['considered'][number];

/** Why somebody is not there, and when that ends by itself; null where it does not. */
interface Absence {
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

const leftSince = ({ left }: OwnerState, now: string): Absence | null => {
  if (left === null || (left.until !== null && Date.parse(left.until) <= Date.parse(now))) return null;
  return left.until === null
    ? { because: 'left', until: null }
    : { because: `left until ${left.until}`, until: new Date(left.until).toISOString() };
};

/** Away for longer than a night: nobody who is can take anything, not even by themselves. */
const awayOf = (owner: Owner, state: OwnerState, now: string): Absence | null =>
  owner.away ? { because: 'away', until: null } : (leaveOf(owner, now) ?? leftSince(state, now));

/** Outside the hours they keep. */
const offHours = ({ calendars }: Roster, { hours }: Owner, now: string): Absence | null => {
  const calendar = hours === null ? undefined : calendars[hours];
  if (!calendar || isOpen(calendar, now)) return null;
  const until = nextOpen(calendar, now);
  return { because: `off duty until ${until}`, until };
};

const absenceOf = (
  roster: Roster,
  owner: Owner,
  { state, now }: { readonly state: OwnerState; readonly now: string },
): Absence | null => awayOf(owner, state, now) ?? offHours(roster, owner, now);

const fullness = (owner: Owner, { capacity: byHand, open }: OwnerState): string | null => {
  const capacity = byHand ?? owner.capacity;
  return capacity !== null && open >= capacity ? `capacity ${capacity} reached` : null;
};

/** Whether anybody at all can be given something just now. */
export const hasRoom = (roster: Roster, states: OwnerStates, now: string): boolean =>
  roster.owners.some((owner) => {
    const state = ownerIn(states, owner.key);
    return absenceOf(roster, owner, { state, now }) === null && fullness(owner, state) === null;
  });

/** When the first of those who are away may be there again by themselves; null where that is not known of any. */
export const firstReturn = (roster: Roster, states: OwnerStates, now: string): string | null =>
  roster.owners
    .flatMap((owner) => absenceOf(roster, owner, { state: ownerIn(states, owner.key), now })?.until ?? [])
    .sort()[0] ?? null;

/** Why an owner can not take something themselves; null when they can. Who does so off duty is there. */
export const hindranceOf = (owner: Owner, state: OwnerState, now: string): string | null =>
  awayOf(owner, state, now)?.because ?? fullness(owner, state);

const mismatchOf = (owner: Owner, { skills, territory, language }: InquiryState['needs']): string | null => {
  const missing = skills.find((skill) => !owner.skills.includes(skill));
  if (missing !== undefined) return `skill ${missing} missing`;
  if (territory && owner.territories.length > 0 && !owner.territories.includes(territory))
    return `territory ${territory} not covered`;
  return language && owner.languages.length > 0 && !owner.languages.includes(language)
    ? `language ${language} not spoken`
    : null;
};

export interface Considering {
  readonly roster: Roster;
  readonly inquiry: InquiryState;
  readonly now: string;
}

/** Everybody in the pool, with why they can not have this inquiry now; null for those who can. */
export const consider = ({ roster, inquiry, now }: Considering, states: OwnerStates): readonly Considered[] => {
  const returned = roster.rememberOwners === 0 ? [] : inquiry.past.slice(-roster.rememberOwners);
  return roster.owners.map((owner) => {
    const state = ownerIn(states, owner.key);
    const excludedBecause =
      absenceOf(roster, owner, { state, now })?.because ??
      mismatchOf(owner, inquiry.needs) ??
      (returned.includes(owner.key) ? 'gave it back before' : null) ??
      fullness(owner, state);
    return {
      owner: owner.key,
      excludedBecause,
      standing: inTurns(state.credit),
      weight: owner.weight,
      open: state.open,
    };
  });
};
