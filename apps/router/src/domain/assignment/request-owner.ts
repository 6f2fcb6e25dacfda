import { chooseOwner, fillPlace } from './choose-owner.ts';
import {
  rostersOf,
  withRoster,
  type InquiryMemory,
  type Notice,
  type PoolMemory,
  type Roster,
  type Unowned,
} from './pool-memory.ts';
import type { StaffedPool } from './staffed-pool.ts';
import { aChange, nothing, withOffers, type Given, type Verdict } from './verdict.ts';
import { leaveLine, pull, waitIn } from './waiting-line.ts';

export interface OwnerRequest {
  /** The pool's name. */
  readonly name: string;
  readonly roster: Roster;
  readonly unowned: Unowned;
  readonly notice: Notice;
  /** Pools that had nobody before this one. */
  readonly overflowedFrom: readonly string[];
  readonly known: InquiryMemory | null;
  readonly now: string;
}

const remembered = (
  { name, unowned, notice }: OwnerRequest,
  status: InquiryMemory['status'],
  owner: string | null,
): InquiryMemory => ({ kind: 'inquiry', pool: name, status, owner, unowned, notice });

const given = (owner: string | null, status: Given['status'], rest: Pick<Given, 'by' | 'considered'>): Given => ({
  owner,
  status,
  heldSince: null,
  ...rest,
});

const hold = (verdict: Verdict, request: OwnerRequest, considered: Given['considered']): Verdict => {
  if (verdict.pool.waiting.length >= request.roster.pool.holdAtMost) return { ...verdict, isFull: true };
  return {
    ...verdict,
    pool: waitIn(verdict.pool, request.unowned),
    inquiry: remembered(request, 'waiting', null),
    given: given(null, 'held', { by: null, considered }),
  };
};

/** What the playbook says when nobody can be given it. Never silence. */
const noneAvailable = (verdict: Verdict, request: OwnerRequest, considered: Given['considered']): Verdict => {
  const {
    name,
    overflowedFrom,
    roster: {
      pool: { noneAvailable: otherwise, owners },
    },
  } = request;
  if (otherwise.do === 'overflow' && otherwise.pool !== name && !overflowedFrom.includes(otherwise.pool)) {
    return {
      ...verdict,
      inquiry: { ...remembered(request, 'moving', null), pool: otherwise.pool },
      handOver: { to: otherwise.pool, considered },
    };
  }
  const owner = otherwise.do === 'default' ? owners.find(({ key }) => key === otherwise.owner) : undefined;
  if (!owner) return hold(verdict, request, considered);
  return {
    ...verdict,
    pool: fillPlace(verdict.pool, owner.key),
    inquiry: remembered(request, 'owned', owner.key),
    given: given(owner.key, 'defaulted', { by: 'default', considered }),
  };
};

/** Somebody asked for it again after it was given: it stays where it is. */
const isOwnedHere = ({ known, name }: OwnerRequest): boolean => known?.status === 'owned' && known.pool === name;

/** It waits or is owned elsewhere: its queue changed, and whoever was to get it there must not. */
const leftBehind = ({ known, name }: OwnerRequest): Verdict['withdraw'] =>
  known && known.pool !== name && (known.status === 'waiting' || known.status === 'owned')
    ? { pool: known.pool, owner: known.owner }
    : null;

const knowing = (memory: PoolMemory, roster: Roster): ((playbook: string) => StaffedPool | null) => {
  const stored = rostersOf(memory);
  return (playbook) => (playbook === roster.playbook ? roster.pool : stored(playbook));
};

/** An inquiry asks for an owner: it joins the line, and whoever is at the front and can be given somebody is. */
export const requestOwner = (memory: PoolMemory, request: OwnerRequest): Verdict => {
  const { roster, unowned, now } = request;
  if (isOwnedHere(request)) {
    return {
      ...nothing(memory),
      changes: [
        aChange('refused', {
          owner: request.known?.owner ?? null,
          inquiryId: unowned.inquiryId,
          because: 'it has this owner already',
        }),
      ],
    };
  }
  const rosters = knowing(memory, roster);
  const fresh = leaveLine(withRoster(memory, roster), unowned.inquiryId, rosters);
  const pulled = pull(waitIn(fresh.memory, unowned), { now, rosters });
  const own = pulled.picks.find((pick) => pick.unowned === unowned);
  const offered = withOffers(
    pulled,
    pulled.picks.filter((pick) => pick !== own),
  );
  const verdict: Verdict = {
    ...offered,
    changes: [...fresh.changes, ...offered.changes],
    withdraw: leftBehind(request),
  };
  if (own) {
    const {
      turn: {
        owner: { key: owner },
      },
      by,
      considered,
    } = own;
    const status = request.overflowedFrom.length > 0 ? 'overflowed' : 'assigned';
    return {
      ...verdict,
      inquiry: remembered(request, 'owned', owner),
      contactOwner: owner,
      given: given(owner, status, { by, considered }),
    };
  }
  const without = { ...verdict, pool: leaveLine(verdict.pool, unowned.inquiryId, rosters).memory };
  return noneAvailable(without, request, chooseOwner(without.pool, { pool: roster.pool, unowned, now }).considered);
};
