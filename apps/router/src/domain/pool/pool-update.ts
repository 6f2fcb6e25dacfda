import type { InquiryAssigned, PoolChange } from '@sluice/contracts';
import type { InquiryId } from '@sluice/kernel';
import type { Considered } from './availability.ts';
import type { InquiryState, PoolState } from './pool-state.ts';
import { nextReturn, serveLine, type Line, type Match, type Serving } from './waiting-line.ts';

/** Who has an inquiry now, or that nobody has; and how that came about. */
export interface Given {
  /** As it is remembered from now on. */
  readonly inquiry: InquiryState;
  readonly status: InquiryAssigned['status'];
  readonly considered: readonly Considered[];
  /** Since when it had waited; null where it did not. */
  readonly heldSince: string | null;
}

/** What is to become of a pool and of the inquiries that were decided on. Data: the stage makes events of it. */
export interface PoolUpdate {
  readonly pool: PoolState;
  readonly given: readonly Given[];
  /** What else is remembered of inquiries from now on. */
  readonly moved: readonly InquiryState[];
  /** The pool that is to look at the inquiry instead. */
  readonly handOver: { readonly to: string; readonly considered: readonly Considered[] } | null;
  /** Where an inquiry is looked at no more, since it is here now. */
  readonly withdraw: { readonly inquiryId: string; readonly pool: string; readonly owner: string | null } | null;
  readonly changes: readonly PoolChange[];
  /** The inquiry with which the line became long; null while it is not, or was before. */
  readonly longWith: InquiryState | null;
}

/** What a decision on a pool sees beside its state. */
export interface Seen extends Serving {
  readonly line: Line;
}

export const unchanged = (pool: PoolState): PoolUpdate => ({
  pool,
  given: [],
  moved: [],
  handOver: null,
  withdraw: null,
  changes: [],
  longWith: null,
});

interface ChangeDetails {
  readonly owner?: string | null;
  readonly inquiryId?: string | null;
  readonly turns?: number;
  readonly because?: string | null;
}

export const aChange = (
  change: PoolChange['change'],
  { owner = null, inquiryId = null, turns = 0, because = null }: ChangeDetails,
): PoolChange => ({ change, owner, inquiryId: inquiryId as InquiryId | null, turns, because });

export const refused = (pool: PoolState, details: ChangeDetails): PoolUpdate => ({
  ...unchanged(pool),
  changes: [aChange('refused', details)],
});

export const joinLine = (pool: PoolState): PoolState => ({ ...pool, waiting: pool.waiting + 1 });
export const leaveLine = (pool: PoolState): PoolState => ({ ...pool, waiting: Math.max(0, pool.waiting - 1) });

export const ownedBy = (inquiry: InquiryState, owner: string, by: string): InquiryState => ({
  ...inquiry,
  status: 'owned',
  owner,
  by,
});

const givenTo = ({ inquiry, turn, by, considered }: Match): Given => ({
  inquiry: ownedBy(inquiry, turn.owner.key, by),
  status: 'assigned',
  considered,
  heldSince: inquiry.heldSince,
});

/** What follows from the first part of a decision: those who wait are given what is free, and the pool says when it is due again. */
export const serving = (
  first: PoolUpdate,
  seen: Seen,
): { readonly update: PoolUpdate; readonly line: Line; readonly more: boolean } => {
  const { pool, line, matches, changes, more } = serveLine(first.pool, seen.line, seen);
  const waiting = Math.max(0, pool.waiting - matches.length);
  return {
    line,
    more,
    update: {
      ...first,
      pool: { ...pool, waiting, dueAt: more ? seen.now : nextReturn(pool, line, seen) },
      given: [...first.given, ...matches.map(givenTo)],
      changes: [...first.changes, ...changes],
    },
  };
};

/** Says once that the line is long, and again only after it was shorter. `longFrom`: the number from which it is. */
export const withLength = (update: PoolUpdate, inquiry: InquiryState | null, longFrom: number | null): PoolUpdate => {
  const { pool, changes } = update;
  if (pool.toldFrom !== null)
    return pool.waiting < pool.toldFrom ? { ...update, pool: { ...pool, toldFrom: null } } : update;
  if (inquiry === null || longFrom === null || pool.waiting < longFrom) return update;
  return {
    ...update,
    pool: { ...pool, toldFrom: longFrom },
    changes: [...changes, aChange('long-line', { inquiryId: inquiry.inquiryId, because: `${pool.waiting} wait` })],
    longWith: inquiry,
  };
};
