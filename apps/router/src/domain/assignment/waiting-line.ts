import type { PoolChange } from '@sluice/contracts';
import type { InquiryId } from '@sluice/kernel';
import { absenceOf } from './eligibility.ts';
import { chooseOwner, type Choice } from './choose-owner.ts';
import type { PoolMemory, Unowned } from './pool-memory.ts';
import type { StaffedPool } from './staffed-pool.ts';
import { book, type Turn } from './turns.ts';

const LAST = '~';

/** VIPs, then who is due first, then who waits longest. */
const rankOf = ({ vip, dueAt, heldSince, inquiryId }: Unowned): string =>
  [vip ? 0 : 1, dueAt ?? LAST, heldSince, inquiryId].join(' ');

const inLine = (waiting: readonly Unowned[]): Unowned[] =>
  waiting
    .map((one) => ({ one, rank: rankOf(one) }))
    .sort((a, b) => (a.rank < b.rank ? -1 : 1))
    .map(({ one }) => one);

export const waitIn = (memory: PoolMemory, unowned: Unowned): PoolMemory => ({
  ...memory,
  waiting: inLine([...memory.waiting.filter(({ inquiryId }) => inquiryId !== unowned.inquiryId), unowned]),
});

/** An owner has a place free again. */
export const freePlace = (memory: PoolMemory, owner: string): PoolMemory => {
  const place = memory.owners[owner];
  return place
    ? { ...memory, owners: { ...memory.owners, [owner]: { ...place, open: Math.max(0, place.open - 1) } } }
    : memory;
};

export interface Left {
  readonly memory: PoolMemory;
  readonly changes: readonly PoolChange[];
}

/** Takes an inquiry out of the line, and back from whoever was promised it: the turn is undone for all. */
export const leaveLine = (
  memory: PoolMemory,
  inquiryId: string,
  rosters: (playbook: string) => StaffedPool | null,
): Left => {
  const without = { ...memory, waiting: memory.waiting.filter((one) => one.inquiryId !== inquiryId) };
  const promise = memory.offered.find(({ unowned }) => unowned.inquiryId === inquiryId);
  if (!promise) return { memory: without, changes: [] };
  const { owner, unowned, turn } = promise;
  const undone = Object.fromEntries(Object.entries(turn).map(([key, amount]) => [key, -amount]));
  const { places, changes } = book(freePlace(without, owner).owners, undone, rosters(unowned.playbook)?.carryOver ?? 1);
  return {
    memory: { ...without, owners: places, offered: memory.offered.filter((one) => one !== promise) },
    changes: [{ change: 'offer-ended', owner, inquiryId: inquiryId as InquiryId, turns: 1, because: null }, ...changes],
  };
};

export interface Pick extends Choice {
  readonly unowned: Unowned;
  readonly turn: Turn;
}

export interface Pulled {
  readonly memory: PoolMemory;
  readonly picks: readonly Pick[];
  readonly changes: readonly PoolChange[];
}

export interface Pulling {
  readonly now: string;
  /** The pool as a playbook has it; null for one that was never seen here. */
  readonly rosters: (playbook: string) => StaffedPool | null;
}

const hasRoom = (memory: PoolMemory, pool: StaffedPool, now: string): boolean =>
  pool.owners.some((owner) => absenceOf(pool, owner, { place: memory.owners[owner.key], now }) === null);

const pullOne = (so: Pulled, unowned: Unowned, { now, rosters }: Pulling): Pulled => {
  const pool = rosters(unowned.playbook);
  // Most of the time nobody can take anything, and the line need not be looked at one by one.
  if (!pool || !hasRoom(so.memory, pool, now)) return so;
  const choice = chooseOwner(so.memory, { pool, unowned, now });
  const { turn, memory, changes } = choice;
  if (turn === null) return so;
  const waiting = memory.waiting.filter(({ inquiryId }) => inquiryId !== unowned.inquiryId);
  return {
    memory: { ...memory, waiting },
    picks: [...so.picks, { ...choice, unowned, turn }],
    changes: [...so.changes, ...changes],
  };
};

/** Gives those who wait to whoever has a place free, in the order of the line. */
export const pull = (memory: PoolMemory, pulling: Pulling): Pulled =>
  memory.waiting.reduce<Pulled>((so, unowned) => pullOne(so, unowned, pulling), { memory, picks: [], changes: [] });
