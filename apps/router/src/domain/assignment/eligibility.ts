import type { InquiryAssigned } from '@sluice/contracts';
import type { Owner } from '@sluice/policy';
import { awayOf, offHours } from './absence.ts';
import { newPlace, type Place, type Places, type Unowned } from './pool-memory.ts';
import type { StaffedPool } from './staffed-pool.ts';
import { inTurns } from './turns.ts';

export type Considered = InquiryAssigned['considered'][number];

const fullness = (owner: Owner, place: Place): string | null => {
  const capacity = place.capacity ?? owner.capacity;
  return capacity !== null && place.open >= capacity ? `capacity ${capacity} reached` : null;
};

const absentBecause = (
  pool: StaffedPool,
  owner: Owner,
  { place, now }: { readonly place: Place; readonly now: string },
): string | null => (awayOf(owner, place, now) ?? offHours(pool, owner, now))?.because ?? null;

/** Why an owner can be given nothing at all just now; null when they can. */
export const absenceOf = (
  pool: StaffedPool,
  owner: Owner,
  { place = newPlace, now }: { readonly place: Place | undefined; readonly now: string },
): string | null => absentBecause(pool, owner, { place, now }) ?? fullness(owner, place);

/** Why an owner can not take something themselves; null when they can. Who does so off duty is there. */
export const hindranceOf = (owner: Owner, place: Place, now: string): string | null =>
  awayOf(owner, place, now)?.because ?? fullness(owner, place);

const mismatchOf = (owner: Owner, { needs: { skills, territory, language } }: Unowned): string | null => {
  const missing = skills.find((skill) => !owner.skills.includes(skill));
  if (missing) return `skill ${missing} missing`;
  if (territory && owner.territories.length > 0 && !owner.territories.includes(territory))
    return `territory ${territory} not covered`;
  return language && owner.languages.length > 0 && !owner.languages.includes(language)
    ? `language ${language} not spoken`
    : null;
};

export interface Considering {
  readonly pool: StaffedPool;
  readonly places: Places;
  readonly unowned: Unowned;
  readonly now: string;
}

/** Everybody in the pool, with why they can not have this inquiry now; null for those who can. */
export const consider = ({ pool, places, unowned, now }: Considering): readonly Considered[] => {
  const returned = pool.rememberOwners === 0 ? [] : unowned.past.slice(-pool.rememberOwners);
  return pool.owners.map((owner) => {
    const place = places[owner.key] ?? newPlace;
    const excludedBecause =
      absentBecause(pool, owner, { place, now }) ??
      mismatchOf(owner, unowned) ??
      (returned.includes(owner.key) ? 'gave it back before' : null) ??
      fullness(owner, place);
    return {
      owner: owner.key,
      excludedBecause,
      standing: inTurns(place.credit),
      weight: owner.weight,
      open: place.open,
    };
  });
};
