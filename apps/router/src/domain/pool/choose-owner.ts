import type { PoolChange } from '@sluice/contracts';
import type { Owner } from '@sluice/policy';
import { consider, type Considered, type Considering } from './availability.ts';
import { ownerIn, type OwnerStates, type PoolState } from './pool-state.ts';
import { goneOwner, precedenceOf } from './precedence.ts';
import { narrow } from './preferences.ts';
import { book, turnAmong, type Turn } from './turns.ts';

export interface Choice {
  /** Null where nobody can take it. */
  readonly turn: Turn | null;
  /** How its owner came about. */
  readonly by: string;
  readonly considered: readonly Considered[];
  readonly pool: PoolState;
  readonly changes: readonly PoolChange[];
}

/** Somebody has one more open. Outside the order nobody pays: it was nobody else's to have. */
export const fillPlace = (pool: PoolState, key: string): PoolState => {
  const owner = ownerIn(pool.owners, key);
  return { ...pool, owners: { ...pool.owners, [key]: { ...owner, open: owner.open + 1 } } };
};

/** An owner has a place free again. */
export const freePlace = (pool: PoolState, key: string): PoolState => {
  if (!Object.hasOwn(pool.owners, key)) return pool;
  const owner = ownerIn(pool.owners, key);
  return { ...pool, owners: { ...pool.owners, [key]: { ...owner, open: Math.max(0, owner.open - 1) } } };
};

const useExtras = (owners: OwnerStates, extras: Turn['extras']): OwnerStates => ({
  ...owners,
  ...Object.fromEntries(
    Object.entries(extras).map(([key, by]) => {
      const owner = ownerIn(owners, key);
      return [key, { ...owner, extra: owner.extra + by }];
    }),
  ),
});

const take = (
  pool: PoolState,
  { owner, credits, extras, changes }: Turn,
  carryOver: number,
): Pick<Choice, 'pool' | 'changes'> => {
  const booked = book(pool.owners, credits, carryOver);
  return {
    pool: fillPlace({ ...pool, owners: useExtras(booked.owners, extras) }, owner.key),
    changes: [...changes, ...booked.changes],
  };
};

interface Finalists {
  readonly owners: readonly Owner[];
  readonly by: string;
  readonly passed: ReadonlyMap<string, string>;
}

const finalistsOf = (choosing: Considering, candidates: readonly Owner[], states: OwnerStates): Finalists => {
  const { roster, inquiry } = choosing;
  const precedence = precedenceOf(choosing, candidates);
  const among = precedence?.owners ?? candidates;
  const { owners, passed } = narrow(roster.prefer, among, { inquiry, stateOf: ({ key }) => ownerIn(states, key) });
  const others = candidates
    .filter((one) => !among.includes(one))
    .map(({ key }) => [key, precedence?.because ?? ''] as const);
  const alone = candidates.length === 1 ? 'only-one' : owners.length === 1 ? 'preference' : 'rotation';
  return { owners, by: precedence?.by ?? alone, passed: new Map([...others, ...passed]) };
};

/** With each one's part of the inquiry, where there was one to have. */
const withShares = (
  considered: readonly Considered[],
  shares: Readonly<Record<string, number>>,
): readonly Considered[] =>
  considered.map((one) => {
    const share = shares[one.owner];
    return share === undefined ? one : { ...one, share };
  });

/**
 * Who gets an inquiry, as a fold over the pool's state: who can take it, whose it is before all others (VIP, the contact's last
 * owner, who is on call), who suits it best, and among equals whose turn it is. Everybody who did not get it is told why.
 */
export const chooseOwner = (before: PoolState, choosing: Considering): Choice => {
  const { roster, inquiry } = choosing;
  const considered = consider(choosing, before.owners);
  const candidates = roster.owners.filter((_owner, at) => considered[at]?.excludedBecause === null);
  const { owners, by, passed } = finalistsOf(choosing, candidates, before.owners);
  const turn = turnAmong(owners, before.owners);
  const explained = [
    ...considered.map((one) => ({ ...one, excludedBecause: one.excludedBecause ?? passed.get(one.owner) ?? null })),
    ...goneOwner(roster, inquiry),
  ];
  return {
    turn,
    by,
    considered: withShares(explained, turn?.shares ?? {}),
    ...(turn ? take(before, turn, roster.carryOver) : { pool: before, changes: [] }),
  };
};
