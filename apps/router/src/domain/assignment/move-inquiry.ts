import type { PoolCommand } from '@sluice/contracts';
import type { Owner } from '@sluice/policy';
import { fillPlace, withShares } from './choose-owner.ts';
import { consider, hindranceOf, type Considered } from './eligibility.ts';
import { lookAgain } from './obey-command.ts';
import { rostersOf, type InquiryMemory, type PoolMemory } from './pool-memory.ts';
import type { StaffedPool } from './staffed-pool.ts';
import { placeIn } from './turns.ts';
import { aChange, nothing, type Given, type Verdict } from './verdict.ts';
import { freePlace, leaveLine, waitIn } from './waiting-line.ts';

type Command = PoolCommand['command'];
type Asked<Do extends Command['do']> = Extract<Command, { do: Do }>;

/** Commands that concern one inquiry in the pool. */
export type InquiryCommand = Asked<'release' | 'decline' | 'claim' | 'withdraw' | 'offer'>;

export interface Moving<C extends InquiryCommand = InquiryCommand> {
  readonly name: string;
  readonly command: C;
  readonly known: InquiryMemory | null;
  readonly now: string;
}

const refused = (memory: PoolMemory, { command }: Moving, because: string): Verdict => ({
  ...nothing(memory),
  changes: [
    aChange('refused', { owner: 'owner' in command ? command.owner : null, inquiryId: command.inquiryId, because }),
  ],
});

const isWaitingHere = ({ known, name }: Moving): boolean => known?.status === 'waiting' && known.pool === name;
const isOwnedHere = ({ known, name }: Moving): boolean => known?.status === 'owned' && known.pool === name;

/** What became of an inquiry that can not be given: a person who comes second reads who came first. */
const whyNot = ({ known, name }: Moving): string => {
  if (!known) return 'it never asked for an owner here';
  if (known.pool !== name) return `it is in the pool ${known.pool}`;
  return known.status === 'owned' ? `${known.owner ?? 'somebody'} has it` : `it is ${known.status}`;
};

/** After what was said first: the line is looked at again. */
const andLook = (first: Verdict, now: string): Verdict => {
  const after = lookAgain(first.pool, now);
  return {
    ...first,
    pool: after.pool,
    offers: [...first.offers, ...after.offers],
    changes: [...first.changes, ...after.changes],
  };
};

const rosterFor = (memory: PoolMemory, known: InquiryMemory): StaffedPool | null =>
  rostersOf(memory)(known.unowned.playbook);

const given = (
  known: InquiryMemory,
  owner: string,
  how: Pick<Given, 'by' | 'considered'>,
): Pick<Verdict, 'inquiry' | 'contactOwner' | 'given'> => ({
  inquiry: { ...known, status: 'owned', owner },
  contactOwner: owner,
  given: { owner, status: 'assigned', heldSince: known.unowned.heldSince, ...how },
});

const release = (memory: PoolMemory, moving: Moving<Asked<'release'>>): Verdict => {
  const { known, now } = moving;
  const { inquiryId } = moving.command;
  if (!known || !(isOwnedHere(moving) || isWaitingHere(moving))) return refused(memory, moving, whyNot(moving));
  const out = leaveLine(known.owner === null ? memory : freePlace(memory, known.owner), inquiryId, rostersOf(memory));
  return andLook(
    {
      ...nothing(out.memory),
      inquiry: { ...known, status: 'released' },
      changes: [aChange('released', { owner: known.owner, inquiryId }), ...out.changes],
    },
    now,
  );
};

const withdraw = (memory: PoolMemory, { command: { inquiryId, owner }, now }: Moving<Asked<'withdraw'>>): Verdict => {
  const out = leaveLine(owner === null ? memory : freePlace(memory, owner), inquiryId, rostersOf(memory));
  return andLook(
    {
      ...nothing(out.memory),
      changes: [aChange('withdrawn', { owner, inquiryId, because: 'it is in another pool' }), ...out.changes],
    },
    now,
  );
};

/** It goes to the front of the line again, and not back to who gave it back. The turn stays counted, or declining would pay. */
const decline = (memory: PoolMemory, moving: Moving<Asked<'decline'>>): Verdict => {
  const {
    known,
    now,
    command: { inquiryId, owner },
  } = moving;
  if (!known || !isOwnedHere(moving) || known.owner !== owner) return refused(memory, moving, whyNot(moving));
  const unowned = { ...known.unowned, past: [...known.unowned.past, owner], repeatOwner: null, heldSince: now };
  const inquiry: InquiryMemory = { ...known, status: 'waiting', owner: null, unowned };
  return andLook(
    {
      ...nothing(waitIn(freePlace(memory, owner), unowned)),
      inquiry,
      changes: [aChange('declined', { owner, inquiryId })],
      given: { owner: null, status: 'held', by: null, heldSince: now, considered: [] },
    },
    now,
  );
};

const claimant = (memory: PoolMemory, moving: Moving<Asked<'claim'>>): Owner | string => {
  const { known, now, command } = moving;
  const owner = (known ? rosterFor(memory, known) : null)?.owners.find(({ key }) => key === command.owner);
  if (!owner) return 'nobody of that name is in the pool';
  return hindranceOf(owner, placeIn(memory.owners, owner.key), now) ?? owner;
};

/** Somebody takes it themselves: whoever is first has it, and the others are told who. */
const claim = (memory: PoolMemory, moving: Moving<Asked<'claim'>>): Verdict => {
  const {
    known,
    command: { inquiryId },
    now,
  } = moving;
  if (!known || !isWaitingHere(moving)) return refused(memory, moving, whyNot(moving));
  const out = leaveLine(memory, inquiryId, rostersOf(memory));
  const owner = claimant(out.memory, moving);
  if (typeof owner === 'string') return refused(memory, moving, owner);
  return andLook(
    {
      ...nothing(fillPlace(out.memory, owner.key)),
      ...given(known, owner.key, { by: 'claim', considered: [] }),
      changes: out.changes,
    },
    now,
  );
};

const lookAfresh = (memory: PoolMemory, { known, now, command }: Moving<Asked<'offer'>>): readonly Considered[] => {
  const pool = known ? rosterFor(memory, known) : null;
  return known && pool
    ? consider({ pool, places: freePlace(memory, command.owner).owners, unowned: known.unowned, now })
    : [];
};

/** Sees whether what was promised still holds: the inquiry is still waiting here, and its owner can still take it. */
const settleOffer = (memory: PoolMemory, moving: Moving<Asked<'offer'>>): Verdict => {
  const {
    known,
    now,
    command: { inquiryId, owner },
  } = moving;
  const promise = memory.offered.find(({ unowned }) => unowned.inquiryId === inquiryId);
  if (!promise || promise.owner !== owner) return refused(memory, moving, 'it is promised no more');
  const considered = lookAfresh(memory, moving);
  if (known && isWaitingHere(moving) && considered.some((one) => one.owner === owner && one.excludedBecause === null)) {
    const pool = { ...memory, offered: memory.offered.filter((one) => one !== promise) };
    return {
      ...nothing(pool),
      ...given(known, owner, { by: promise.by, considered: withShares(considered, promise.shares) }),
    };
  }
  const out = leaveLine(memory, inquiryId, rostersOf(memory));
  const back = isWaitingHere(moving) ? waitIn(out.memory, promise.unowned) : out.memory;
  return andLook({ ...nothing(back), changes: out.changes }, now);
};

/** Moves one inquiry in, through or out of the pool, as asked and as far as it still can be. */
export const moveInquiry = (memory: PoolMemory, { command, ...moving }: Moving): Verdict => {
  switch (command.do) {
    case 'release':
      return release(memory, { ...moving, command });
    case 'withdraw':
      return withdraw(memory, { ...moving, command });
    case 'decline':
      return decline(memory, { ...moving, command });
    case 'claim':
      return claim(memory, { ...moving, command });
    case 'offer':
      return settleOffer(memory, { ...moving, command });
  }
};
