import type { PoolChange, PoolCommand } from '@sluice/contracts';
import type { Owner } from '@sluice/policy';
import { hindranceOf } from './availability.ts';
import { fillPlace, freePlace } from './choose-owner.ts';
import { ownerIn, type InquiryState, type OwnerState, type PoolState } from './pool-state.ts';
import {
  aChange,
  joinLine,
  leaveLine,
  ownedBy,
  refused,
  serving,
  unchanged,
  withLength,
  type Given,
  type PoolUpdate,
  type Seen,
} from './pool-update.ts';
import { withInquiry, withoutInquiry } from './waiting-line.ts';

type Command = PoolCommand['command'];
type Asked<Do extends Command['do']> = Extract<Command, { do: Do }>;

/** Commands that concern an owner of the pool. */
type OwnerCommand = Asked<'leave' | 'return' | 'skip' | 'credit' | 'limit'>;

export interface Obeying extends Seen {
  /** The inquiry that the command names, as it is remembered; null for one that never asked for an owner. */
  readonly known: InquiryState | null;
}

/** Gives those who wait what became free by what was done first. */
const andServe = (first: PoolUpdate, seen: Seen): PoolUpdate => {
  return withLength(serving(first, seen).update, null, null);
};

/** Time has passed: who waits is given what is free by now. */
export const serveWaiting = (pool: PoolState, seen: Seen): PoolUpdate => andServe(unchanged(pool), seen);

const isKnown = (pool: PoolState, owner: string, { rosters }: Seen): boolean =>
  Object.hasOwn(pool.owners, owner) ||
  Object.keys(pool.rosters).some((name) => rosters(name)?.owners.some(({ key }) => key === owner) ?? false);

const changeOwner = (owner: OwnerState, command: OwnerCommand): OwnerState => {
  switch (command.do) {
    case 'leave':
      return { ...owner, left: { until: command.until } };
    case 'return':
      return { ...owner, left: null };
    case 'skip':
      return { ...owner, extra: owner.extra - command.turns };
    case 'credit':
      return { ...owner, extra: owner.extra + command.turns };
    case 'limit':
      return { ...owner, capacity: command.capacity };
  }
};

const changeOf = (command: OwnerCommand): PoolChange => {
  const { owner } = command;
  switch (command.do) {
    case 'leave':
      return aChange('left', { owner, because: command.until === null ? null : `until ${command.until}` });
    case 'return':
      return aChange('returned', { owner });
    case 'skip':
      return aChange('skipped', { owner, turns: command.turns });
    case 'credit':
      return aChange('credited', { owner, turns: command.turns });
    case 'limit':
      return aChange('limited', {
        owner,
        because: command.capacity === null ? 'as in the playbook' : `capacity ${command.capacity}`,
      });
  }
};

/** Who is not in the pool is named. */
const obeyOwnerCommand = (pool: PoolState, command: OwnerCommand, seen: Seen): PoolUpdate => {
  const { owner } = command;
  if (!isKnown(pool, owner, seen)) return refused(pool, { owner, because: 'nobody of that name is in the pool' });
  const owners = { ...pool.owners, [owner]: changeOwner(ownerIn(pool.owners, owner), command) };
  return andServe({ ...unchanged({ ...pool, owners }), changes: [changeOf(command)] }, seen);
};

const isHere = ({ pool }: PoolState, known: InquiryState | null, status: InquiryState['status']): boolean =>
  known?.status === status && known.pool === pool;

/** What became of an inquiry with which nothing can be done: a person who comes second reads who came first. */
const whyNot = ({ pool }: PoolState, known: InquiryState | null): string => {
  if (!known) return 'it never asked for an owner here';
  if (known.pool !== pool) return `it is in the pool ${known.pool}`;
  return known.status === 'owned' ? `${known.owner ?? 'somebody'} has it` : `it is ${known.status}`;
};

const release = (pool: PoolState, { inquiryId }: Asked<'release'>, { known, ...seen }: Obeying): PoolUpdate => {
  const isWaiting = isHere(pool, known, 'waiting');
  if (!known || !(isWaiting || isHere(pool, known, 'owned')))
    return refused(pool, { inquiryId, because: whyNot(pool, known) });
  const { owner } = known;
  return andServe(
    {
      ...unchanged(owner === null ? leaveLine(pool) : freePlace(pool, owner)),
      moved: [{ ...known, status: 'released' }],
      changes: [aChange('released', { owner, inquiryId })],
    },
    { ...seen, line: withoutInquiry(seen.line, inquiryId) },
  );
};

const withdraw = (pool: PoolState, { inquiryId, owner }: Asked<'withdraw'>, seen: Seen): PoolUpdate =>
  andServe(
    {
      ...unchanged(owner === null ? leaveLine(pool) : freePlace(pool, owner)),
      changes: [aChange('withdrawn', { owner, inquiryId, because: 'it is in another pool' })],
    },
    seen,
  );

/** It waits again, and does not go back to who gave it back. The turn stays counted, or declining would pay. */
const decline = (pool: PoolState, { inquiryId, owner }: Asked<'decline'>, { known, ...seen }: Obeying): PoolUpdate => {
  if (!known || !isHere(pool, known, 'owned') || known.owner !== owner)
    return refused(pool, { owner, inquiryId, because: whyNot(pool, known) });
  const inquiry: InquiryState = {
    ...known,
    status: 'waiting',
    owner: null,
    by: null,
    past: [...known.past, owner],
    repeatOwner: null,
    heldSince: seen.now,
  };
  const { update: served } = serving(
    { ...unchanged(joinLine(freePlace(pool, owner))), changes: [aChange('declined', { owner, inquiryId })] },
    { ...seen, line: withInquiry(seen.line, inquiry) },
  );
  const isGiven = served.given.some((one) => one.inquiry.inquiryId === inquiryId);
  const held: Given = { inquiry, status: 'held', considered: [], heldSince: seen.now };
  return withLength(
    isGiven ? served : { ...served, given: [held, ...served.given] },
    isGiven ? null : inquiry,
    seen.rosters(inquiry.roster)?.longLine ?? null,
  );
};

const claimant = (
  pool: PoolState,
  { owner: key }: Asked<'claim'>,
  { known, rosters, now }: Obeying,
): Owner | string => {
  const owner = (known ? rosters(known.roster) : null)?.owners.find((one) => one.key === key);
  if (!owner) return 'nobody of that name is in the pool';
  return hindranceOf(owner, ownerIn(pool.owners, key), now) ?? owner;
};

const BY_CLAIM = 'claim';

/** Somebody takes it themselves: whoever is first has it, and the others are told who. Who was given it may say so once. */
const claim = (pool: PoolState, command: Asked<'claim'>, obeying: Obeying): PoolUpdate => {
  const { known, ...seen } = obeying;
  const { inquiryId, owner: key } = command;
  if (known && isHere(pool, known, 'owned') && known.owner === key && known.by !== BY_CLAIM) {
    const inquiry = ownedBy(known, key, BY_CLAIM);
    return { ...unchanged(pool), given: [{ inquiry, status: 'assigned', considered: [], heldSince: null }] };
  }
  if (!known || !isHere(pool, known, 'waiting'))
    return refused(pool, { owner: key, inquiryId, because: whyNot(pool, known) });
  const owner = claimant(pool, command, obeying);
  if (typeof owner === 'string') return refused(pool, { owner: key, inquiryId, because: owner });
  const inquiry = ownedBy(known, key, BY_CLAIM);
  return andServe(
    {
      ...unchanged(fillPlace(leaveLine(pool), key)),
      given: [{ inquiry, status: 'assigned', considered: [], heldSince: known.heldSince }],
    },
    { ...seen, line: withoutInquiry(seen.line, inquiryId) },
  );
};

/** Does what a pool is asked, as far as it can be done: what can't is said, and changes nothing. */
export const obeyCommand = (
  pool: PoolState,
  command: Exclude<Command, Asked<'remember-owner'>>,
  obeying: Obeying,
): PoolUpdate => {
  switch (command.do) {
    case 'release':
      return release(pool, command, obeying);
    case 'withdraw':
      return withdraw(pool, command, obeying);
    case 'decline':
      return decline(pool, command, obeying);
    case 'claim':
      return claim(pool, command, obeying);
    default:
      return obeyOwnerCommand(pool, command, obeying);
  }
};
