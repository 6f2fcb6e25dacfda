import type { InquiryAssigned, PoolChange } from '@sluice/contracts';
import type { InquiryId } from '@sluice/kernel';
import type { Considered } from './eligibility.ts';
import type { InquiryMemory, Offered, PoolMemory } from './pool-memory.ts';
import type { Pick, Pulled } from './waiting-line.ts';

/** Who has the inquiry now, or that nobody has; and how that came about. */
export interface Given {
  readonly owner: string | null;
  readonly status: InquiryAssigned['status'];
  readonly by: string | null;
  readonly considered: readonly Considered[];
  readonly heldSince: string | null;
}

/** What is to become of a pool and of the inquiry that was looked at. Data: the stage makes events of it. */
export interface Verdict {
  readonly pool: PoolMemory;
  /** Null where no inquiry is concerned, or nothing is to be remembered of it. */
  readonly inquiry: InquiryMemory | null;
  /** Who is remembered as the contact's owner from now on; null: nobody new. */
  readonly contactOwner: string | null;
  /** Null where nobody is told anything new about the inquiry. */
  readonly given: Given | null;
  /** The pool that is to look at it instead. */
  readonly handOver: { readonly to: string; readonly considered: readonly Considered[] } | null;
  /** Where it is not looked at any more, since it is here now. */
  readonly withdraw: { readonly pool: string; readonly owner: string | null } | null;
  readonly offers: readonly Offered[];
  readonly changes: readonly PoolChange[];
  /** True when nobody more can wait here. */
  readonly isFull: boolean;
}

export const nothing = (pool: PoolMemory): Verdict => ({
  pool,
  inquiry: null,
  contactOwner: null,
  given: null,
  handOver: null,
  withdraw: null,
  offers: [],
  changes: [],
  isFull: false,
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

/** Those who were picked are promised the owner, and looked at once more with all that is known of them. */
export const withOffers = ({ memory, changes }: Pulled, picks: readonly Pick[]): Verdict => {
  const offers = picks.map(({ unowned, by, turn: { owner, credits, shares } }): Offered => ({
    unowned,
    by,
    owner: owner.key,
    turn: { ...credits },
    shares: { ...shares },
  }));
  return {
    ...nothing({ ...memory, offered: [...memory.offered, ...offers] }),
    offers,
    changes: [
      ...changes,
      ...offers.map(({ unowned: { inquiryId }, owner }) => aChange('offered', { owner, inquiryId })),
    ],
  };
};
