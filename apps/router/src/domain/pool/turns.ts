import type { PoolChange } from '@sluice/contracts';
import type { Owner } from '@sluice/policy';
import { ownerIn, type OwnerStates } from './pool-state.ts';

/**
 * The rotation, as a ledger of turns. An inquiry is one turn: each of those who could have it is owed their share of it by weight,
 * and whoever is owed most gets it and pays for all. So the credit of everybody is what they should have had less what they had.
 * Who was away, full or not suited is owed nothing and loses nothing, and comes back to where they were: nobody is flooded, nobody
 * is set back. Whole numbers, so that nothing drifts.
 */
const TURN = 1_000_000_000;

export const inTurns = (amount: number): number => amount / TURN;

export interface Turn {
  /** Who gets the inquiry. */
  readonly owner: Owner;
  /** What it changes in the credit of each; nothing where the turn does not count. */
  readonly credits: Readonly<Record<string, number>>;
  /** The part that was each one's by weight, from 0 to 1. */
  readonly shares: Readonly<Record<string, number>>;
  /** What it changes in turns that are to be had beside the order. */
  readonly extras: Readonly<Record<string, number>>;
  readonly changes: readonly PoolChange[];
}

const changed = (change: PoolChange['change'], owner: Owner, because: string | null = null): PoolChange => ({
  change,
  owner: owner.key,
  inquiryId: null,
  turns: 1,
  because,
});

/** Owed most, then least loaded, then first in the list. */
const mostOwed = (
  owners: readonly Owner[],
  states: OwnerStates,
  dues: Readonly<Record<string, number>>,
): Owner | null => {
  const rank = ({ key, weight }: Owner): readonly [number, number] => [
    ownerIn(states, key).credit + (dues[key] ?? 0),
    ownerIn(states, key).open / weight,
  ];
  return owners.reduce<Owner | null>((best, one) => {
    if (best === null) return one;
    const [owed, load] = rank(one);
    const [most, lightest] = rank(best);
    return owed > most || (owed === most && load < lightest) ? one : best;
  }, null);
};

const duesOf = (owners: readonly Owner[]): Readonly<Record<string, number>> => {
  const weights = owners.reduce((sum, { weight }) => sum + weight, 0);
  return Object.fromEntries(owners.map(({ key, weight }) => [key, Math.round((TURN * weight) / weights)]));
};

/** Whose turn it is among equals, and what that costs whom; null among none. Changes nothing yet. */
export const turnAmong = (owners: readonly Owner[], states: OwnerStates): Turn | null => {
  const dues = duesOf(owners);
  const payer = mostOwed(owners, states, dues);
  if (!payer) return null;
  const { extra } = ownerIn(states, payer.key);
  if (extra > 0)
    return {
      owner: payer,
      credits: {},
      shares: {},
      extras: { [payer.key]: -1 },
      changes: [changed('credit-used', payer)],
    };
  const price = Object.values(dues).reduce((sum, due) => sum + due, 0);
  const credits = { ...dues, [payer.key]: (dues[payer.key] ?? 0) - price };
  const shares = Object.fromEntries(Object.entries(dues).map(([key, due]) => [key, inTurns(due)]));
  const standIn =
    extra < 0
      ? mostOwed(
          owners.filter(({ key }) => ownerIn(states, key).extra >= 0),
          states,
          dues,
        )
      : null;
  return standIn
    ? {
        owner: standIn,
        credits,
        shares,
        extras: { [payer.key]: 1 },
        changes: [changed('skip-used', payer), changed('stood-in', standIn, `for ${payer.key}`)],
      }
    : { owner: payer, credits, shares, extras: {}, changes: [] };
};

export interface Booked {
  readonly owners: OwnerStates;
  readonly changes: readonly PoolChange[];
}

/** Books credits. Nobody gets further from their share than the pool carries over: what is more is forgiven, and said. */
export const book = (states: OwnerStates, credits: Readonly<Record<string, number>>, carryOver: number): Booked => {
  const most = carryOver * TURN;
  const booked = Object.entries(credits).map(([key, amount]) => {
    const before = ownerIn(states, key);
    const credit = Math.max(-most, Math.min(most, before.credit + amount));
    return { key, owner: { ...before, credit }, forgiven: before.credit + amount - credit };
  });
  return {
    owners: { ...states, ...Object.fromEntries(booked.map(({ key, owner }) => [key, owner])) },
    changes: booked
      .filter(({ forgiven }) => forgiven !== 0)
      .map(({ key, forgiven }) => ({
        change: 'forgiven',
        owner: key,
        inquiryId: null,
        turns: inTurns(forgiven),
        because: `no more than ${carryOver} is carried over`,
      })),
  };
};
