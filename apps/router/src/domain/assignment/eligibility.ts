import type { InquiryAssigned } from '@sluice/contracts';
import type { Owner, Pool } from '@sluice/policy';
import { newPlace, type Place, type Places, type Unowned } from './pool-memory.ts';
import { inTurns } from './turns.ts';

export type Considered = InquiryAssigned['considered'][number];

const leaveOf = ({ leave }: Owner, now: string): string | null => {
  const today = now.slice(0, 'yyyy-mm-dd'.length);
  const current = leave.find(({ from, to }) => from <= today && today <= to);
  return current ? `on leave until ${current.to}` : null;
};

const leftSince = ({ left }: Place, now: string): string | null => {
  if (left === null || (left.until !== null && Date.parse(left.until) <= Date.parse(now))) return null;
  return left.until === null ? 'left' : `left until ${left.until}`;
};

const fullness = (owner: Owner, place: Place): string | null => {
  const capacity = place.capacity ?? owner.capacity;
  return capacity !== null && place.open >= capacity ? `capacity ${capacity} reached` : null;
};

const awayBecause = (owner: Owner, place: Place, now: string): string | null => (owner.away ? 'away' : (leaveOf(owner, now) ?? leftSince(place, now)));

/** Why an owner can take nothing at all just now; null when they can. */
export const absenceOf = (owner: Owner, place: Place | undefined, now: string): string | null =>
  awayBecause(owner, place ?? newPlace, now) ?? fullness(owner, place ?? newPlace);

const mismatchOf = (owner: Owner, { needs: { skills, territory, language } }: Unowned): string | null => {
  const missing = skills.find((skill) => !owner.skills.includes(skill));
  if (missing) return `skill ${missing} missing`;
  if (territory && owner.territories.length > 0 && !owner.territories.includes(territory)) return `territory ${territory} not covered`;
  return language && owner.languages.length > 0 && !owner.languages.includes(language) ? `language ${language} not spoken` : null;
};

export interface Considering {
  readonly pool: Pool;
  readonly places: Places;
  readonly unowned: Unowned;
  readonly now: string;
}

/** Everybody in the pool, with why they can not have this inquiry now; null for those who can. */
export const consider = ({ pool, places, unowned, now }: Considering): readonly Considered[] => {
  const returned = pool.rememberOwners === 0 ? [] : unowned.past.slice(-pool.rememberOwners);
  return pool.owners.map((owner) => {
    const place = places[owner.key] ?? newPlace;
    const excludedBecause = awayBecause(owner, place, now) ?? mismatchOf(owner, unowned)
      ?? (returned.includes(owner.key) ? 'gave it back before' : null) ?? fullness(owner, place);
    return { owner: owner.key, excludedBecause, standing: inTurns(place.credit), weight: owner.weight, open: place.open };
  });
};
