import type { PoolChange } from '@sluice/contracts';
import type { Owner, Pool } from '@sluice/policy';
import { consider, type Considered } from './eligibility.ts';
import { firstClaim, goneOwner } from './first-claims.ts';
import type { Places, PoolMemory, Unowned } from './pool-memory.ts';
import type { StaffedPool } from './staffed-pool.ts';
import { narrow } from './preferences.ts';
import { book, placeIn, turnAmong, type Turn } from './turns.ts';

export interface Choosing {
  readonly pool: StaffedPool;
  readonly unowned: Unowned;
  readonly now: string;
}

export interface Choice {
  /** Null where nobody can take it. */
  readonly turn: Turn | null;
  /** What settled it. */
  readonly by: string;
  readonly considered: readonly Considered[];
  readonly memory: PoolMemory;
  readonly changes: readonly PoolChange[];
}

/** Fills a place. Outside the order nobody pays: it was nobody else's to have. */
export const fillPlace = (memory: PoolMemory, key: string): PoolMemory => {
  const place = placeIn(memory.owners, key);
  return { ...memory, owners: { ...memory.owners, [key]: { ...place, open: place.open + 1 } } };
};

const useExtras = (places: Places, extras: Turn['extras']): Places => ({
  ...places,
  ...Object.fromEntries(
    Object.entries(extras).map(([key, by]) => [
      key,
      { ...placeIn(places, key), extra: placeIn(places, key).extra + by },
    ]),
  ),
});

const take = (
  memory: PoolMemory,
  { owner, credits, extras, changes }: Turn,
  { carryOver }: Pool,
): Pick<Choice, 'memory' | 'changes'> => {
  const booked = book(memory.owners, credits, carryOver);
  return {
    memory: fillPlace({ ...memory, owners: useExtras(booked.places, extras) }, owner.key),
    changes: [...changes, ...booked.changes],
  };
};

interface Finalists {
  readonly owners: readonly Owner[];
  readonly by: string;
  readonly passed: ReadonlyMap<string, string>;
}

const finalistsOf = ({ pool, unowned, now }: Choosing, candidates: readonly Owner[], places: Places): Finalists => {
  const claim = firstClaim({ pool, unowned, candidates, now });
  const among = claim?.owners ?? candidates;
  const { owners, passed } = narrow(pool.prefer, among, { unowned, placeOf: ({ key }) => placeIn(places, key) });
  const unclaimed = candidates
    .filter((one) => !among.includes(one))
    .map(({ key }) => [key, claim?.because ?? ''] as const);
  const alone = candidates.length === 1 ? 'only-one' : owners.length === 1 ? 'preference' : 'rotation';
  return { owners, by: claim?.by ?? alone, passed: new Map([...unclaimed, ...passed]) };
};

/** With each one's part of the inquiry, where there was one to have. */
export const withShares = (
  considered: readonly Considered[],
  shares: Readonly<Record<string, number>>,
): readonly Considered[] =>
  considered.map((one) => {
    const share = shares[one.owner];
    return share === undefined ? one : { ...one, share };
  });

/**
 * Who gets an inquiry, as a fold over the pool's memory: who can take it, whose it is before all others (VIP, the contact's last
 * owner, who is on call), who suits it best, and among equals whose turn it is. Everybody who did not get it is told why.
 */
export const chooseOwner = (before: PoolMemory, choosing: Choosing): Choice => {
  const { pool, unowned } = choosing;
  const considered = consider({ ...choosing, places: before.owners });
  const candidates = pool.owners.filter((_owner, at) => considered[at]?.excludedBecause === null);
  const { owners, by, passed } = finalistsOf(choosing, candidates, before.owners);
  const turn = turnAmong(owners, before.owners);
  const explained = [
    ...considered.map((one) => ({ ...one, excludedBecause: one.excludedBecause ?? passed.get(one.owner) ?? null })),
    ...goneOwner({ pool, unowned }),
  ];
  return {
    turn,
    by,
    considered: withShares(explained, turn?.shares ?? {}),
    ...(turn ? take(before, turn, pool) : { memory: before, changes: [] }),
  };
};
