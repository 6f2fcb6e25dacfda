import type { AssignmentRequested } from '@sluice/contracts';
import { chooseOwner, fillPlace } from './choose-owner.ts';
import type { InquiryState, PoolState } from './pool-state.ts';
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
import type { Roster } from './roster.ts';
import { nextReturn, withInquiry, withoutInquiry } from './waiting-line.ts';

const noNeeds: InquiryState['needs'] = { skills: [], territory: null, language: null };

export interface Asked {
  /** The playbook and the overrides that count, by name. */
  readonly roster: string;
  readonly repeatKey: string | null;
  readonly repeatOwner: string | null;
  readonly daysKept: number;
  readonly now: string;
}

/** An inquiry that asks for an owner. Another pool takes it without its own conditions: better a stranger than nobody. */
export const inquiryOf = (request: AssignmentRequested, { now, ...asked }: Asked): InquiryState => ({
  ...asked,
  kind: 'inquiry',
  inquiryId: request.inquiryId,
  conversationId: request.conversationId,
  brand: request.brand,
  pool: request.pool,
  status: 'waiting',
  owner: null,
  by: null,
  needs: (request.overflowedFrom ?? []).length > 0 ? noNeeds : request.needs,
  topics: request.topics,
  vip: request.vip,
  heldSince: now,
  past: [],
  source: request.source,
  category: request.category,
  label: request.label,
  score: request.score,
  priority: request.priority,
  queue: request.queue,
  due: request.due,
  tell: request.tell,
});

export interface OwnerRequest {
  readonly inquiry: InquiryState;
  readonly roster: Roster;
  /** Pools that had nobody before this one. */
  readonly overflowedFrom: readonly string[];
  /** The inquiry as it was remembered before; null for one that never asked. */
  readonly known: InquiryState | null;
}

const isHere = ({ known, inquiry }: OwnerRequest, status: InquiryState['status']): boolean =>
  known?.status === status && known.pool === inquiry.pool;

/** It waits or is owned elsewhere: its queue changed, and whoever was to get it there must not. */
const leftBehind = ({ known, inquiry }: OwnerRequest): PoolUpdate['withdraw'] =>
  known && known.pool !== inquiry.pool && (known.status === 'waiting' || known.status === 'owned')
    ? { inquiryId: known.inquiryId, pool: known.pool, owner: known.owner }
    : null;

/** What the playbook says when nobody can be given it. Never silence. */
const noneAvailable = (
  update: PoolUpdate,
  { inquiry, roster, overflowedFrom }: OwnerRequest,
  now: string,
): PoolUpdate => {
  const { noneAvailable: otherwise, owners } = roster;
  const without = leaveLine(update.pool);
  const { considered } = chooseOwner(without, { roster, inquiry, now });
  if (otherwise.do === 'overflow' && otherwise.pool !== inquiry.pool && !overflowedFrom.includes(otherwise.pool))
    return {
      ...update,
      pool: without,
      moved: [{ ...inquiry, status: 'moving', pool: otherwise.pool }],
      handOver: { to: otherwise.pool, considered },
    };
  const owner = otherwise.do === 'default' ? owners.find(({ key }) => key === otherwise.owner) : undefined;
  const given: Given = owner
    ? { inquiry: ownedBy(inquiry, owner.key, 'default'), status: 'defaulted', considered, heldSince: null }
    : { inquiry, status: 'held', considered, heldSince: null };
  return {
    ...update,
    pool: owner ? fillPlace(without, owner.key) : update.pool,
    given: [...update.given, given],
  };
};

interface Joined extends OwnerRequest {
  /** As it stands in the line. */
  readonly inquiry: InquiryState;
  /** True for one that asks again while it waits. */
  readonly waitedHere: boolean;
}

/** Asking again while it waits takes nobody to the end of the line. */
const joined = (request: OwnerRequest): Joined => {
  const { known, inquiry } = request;
  if (!known || !isHere(request, 'waiting')) return { ...request, waitedHere: false };
  return { ...request, inquiry: { ...inquiry, heldSince: known.heldSince, past: known.past }, waitedHere: true };
};

/** It was its turn, and somebody could take it. */
const givenAtOnce = (update: PoolUpdate, own: Given, { inquiry, overflowedFrom, waitedHere }: Joined): PoolUpdate => {
  const given: Given = {
    ...own,
    status: overflowedFrom.length > 0 ? 'overflowed' : 'assigned',
    heldSince: waitedHere ? inquiry.heldSince : null,
  };
  return withLength({ ...update, given: update.given.map((one) => (one === own ? given : one)) }, null, null);
};

/** An inquiry asks for an owner: it joins the line, and whoever is at the front and can be given somebody is. */
export const requestOwner = (before: PoolState, request: OwnerRequest, seen: Seen): PoolUpdate => {
  const { inquiryId } = request.inquiry;
  if (isHere(request, 'owned'))
    return refused(before, {
      owner: request.known?.owner ?? null,
      inquiryId,
      because: 'it has this owner already',
    });
  const asking = joined(request);
  const { inquiry, roster, waitedHere } = asking;
  const { update, line, more } = serving(
    { ...unchanged(waitedHere ? before : joinLine(before)), withdraw: leftBehind(request) },
    { ...seen, line: withInquiry(withoutInquiry(seen.line, inquiryId), inquiry) },
  );
  const own = update.given.find((one) => one.inquiry.inquiryId === inquiryId);
  if (own) return givenAtOnce(update, own, asking);
  if (waitedHere)
    return {
      ...update,
      moved: [inquiry],
      changes: [...update.changes, aChange('refused', { inquiryId, because: 'it waits here already' })],
    };
  const otherwise = noneAvailable(update, asking, seen.now);
  const waits = otherwise.pool.waiting === update.pool.waiting;
  const others = waits ? line : withoutInquiry(line, inquiryId);
  const dueAt = more ? seen.now : nextReturn(otherwise.pool, others, seen);
  return withLength({ ...otherwise, pool: { ...otherwise.pool, dueAt } }, waits ? inquiry : null, roster.longLine);
};
