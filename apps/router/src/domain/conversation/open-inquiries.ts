import { poolCommand, type InquiryAssigned, type InquiryCommand, type PoolCommand } from '@sluice/contracts';
import type { InquiryId } from '@sluice/kernel';
import { z } from 'zod';
import { isLater } from './clock.ts';

const anyInquiry = {
  /** When the customer wrote it. */
  since: z.iso.datetime(),
  /** Null while nobody has it. */
  owner: z.string().nullable(),
  /** When its pool decided what it last said of it; absent before it said anything. */
  assignedAt: z.iso.datetime().optional(),
};

/** An inquiry that nobody has closed. */
export const openInquiry = z.discriminatedUnion('assignedBy', [
  z.object({ ...anyInquiry, assignedBy: z.literal('pool'), brand: z.string(), pool: z.string() }),
  z.object({
    ...anyInquiry,
    assignedBy: z.literal('conversation'),
    /** For whom the playbook says who may have it. */
    scope: z.object({ brand: z.string(), channel: z.string(), intent: z.string() }),
  }),
]);
export type OpenInquiry = z.output<typeof openInquiry>;
type PooledInquiry = Extract<OpenInquiry, { readonly assignedBy: 'pool' }>;
export type OpenInquiries = Readonly<Record<string, OpenInquiry>>;

/**
 * Inquiries of one conversation that are remembered at a time. Each is until somebody closes it, and all are read and written at
 * each: what goes on for longer than people answer is a machine that nobody closes.
 */
const MOST_OPEN = 100;
/** As many as one close can end, and as many again of those before: what a pool was about to give then was given long since. */
const MOST_CLOSED = 2 * MOST_OPEN;

interface Inquiries {
  readonly open: OpenInquiries;
  readonly closed: readonly string[];
}

/** On whose behalf a pool is asked for something, and when. */
export type Asking = Pick<PoolCommand, 'by' | 'why'> & { readonly now: string };

export type PoolOrder = ReturnType<typeof poolCommand.v1.of>;

export interface InquiriesAfter extends Inquiries {
  readonly orders: readonly PoolOrder[];
}

const orderTo = (
  { brand, pool }: Pick<PooledInquiry, 'brand' | 'pool'>,
  command: PoolCommand['command'],
  { by, why, now }: Asking,
): PoolOrder => poolCommand.v1.of({ brand, pool, command, by, why, orderedAt: now });

const release = (id: string, inquiry: OpenInquiry, asking: Asking): readonly PoolOrder[] =>
  inquiry.assignedBy === 'pool' ? [orderTo(inquiry, { do: 'release', inquiryId: id as InquiryId }, asking)] : [];

const byId = (open: OpenInquiries) => Object.entries(open).sort(([a], [b]) => (a < b ? -1 : 1));

/** What is let go first: what no pool knows, then what somebody has, and of each the oldest. */
const lettingGoRank = ({ assignedBy, owner, since }: OpenInquiry): readonly [number, number] => [
  assignedBy === 'conversation' ? 0 : owner === null ? 2 : 1,
  Date.parse(since),
];

/**
 * When there is one more than are remembered: the first to be let go is given back, so that nobody's place in a pool is lost. What
 * waits in its pool stays there, and is heard of again when somebody is given it.
 */
const withinBound = (inquiries: Inquiries, newest: string, asking: Asking): InquiriesAfter => {
  const { open, closed } = inquiries;
  if (Object.keys(open).length <= MOST_OPEN) return { ...inquiries, orders: [] };
  const [first] = byId(open)
    .filter(([id]) => id !== newest)
    .map(([id, inquiry]) => ({ id, inquiry, rank: lettingGoRank(inquiry) }))
    .sort((a, b) => a.rank[0] - b.rank[0] || a.rank[1] - b.rank[1]);
  if (!first) return { ...inquiries, orders: [] };
  const { [first.id]: _gone, ...kept } = open;
  const isTaken = first.inquiry.owner !== null;
  return {
    open: kept,
    closed,
    orders: isTaken
      ? release(first.id, first.inquiry, { ...asking, why: 'its conversation has too many open inquiries' })
      : [],
  };
};

/** An inquiry was routed, and nobody has it yet. One that is heard of again stays as it is. */
export const afterRouting = (
  inquiries: Inquiries,
  { inquiryId, inquiry }: { readonly inquiryId: string; readonly inquiry: OpenInquiry },
  asking: Asking,
): InquiriesAfter =>
  inquiries.open[inquiryId]
    ? { ...inquiries, orders: [] }
    : withinBound({ ...inquiries, open: { ...inquiries.open, [inquiryId]: inquiry } }, inquiryId, asking);

/** What a pool said of an inquiry before what is known of it: a dead letter that was put back. */
export const isOutdated = (
  { open }: Inquiries,
  { inquiryId, assignedAt }: Pick<InquiryAssigned, 'inquiryId' | 'assignedAt'>,
): boolean => {
  const known = open[inquiryId]?.assignedAt;
  return known !== undefined && isLater(known, assignedAt);
};

/** A pool gave an inquiry to somebody, or lets it wait. One that was closed meanwhile is given back. */
export const afterAssignment = (
  inquiries: Inquiries,
  { inquiryId, brand, pool, owner, assignedAt }: InquiryAssigned,
  asking: Asking,
): InquiriesAfter => {
  if (inquiries.closed.includes(inquiryId)) {
    const order = orderTo({ brand, pool }, { do: 'release', inquiryId }, { ...asking, why: 'it was closed meanwhile' });
    return { ...inquiries, orders: [order] };
  }
  const since = inquiries.open[inquiryId]?.since ?? assignedAt;
  const inquiry: OpenInquiry = { assignedBy: 'pool', brand, pool, owner, since, assignedAt };
  return withinBound({ ...inquiries, open: { ...inquiries.open, [inquiryId]: inquiry } }, inquiryId, asking);
};

/** A person closed the conversation: whoever has something of it has a place free again. */
export const closeInquiries = (
  { open, closed }: Inquiries,
  { inquiryId, at }: InquiryCommand,
  asking: Asking,
): InquiriesAfter => {
  // Who says late that all was done means what was there by then, as the clocks do.
  const done = byId(open).filter(([id, { since }]) => id === inquiryId || Date.parse(since) <= Date.parse(at));
  const ids = done.map(([id]) => id);
  const after = [...new Set([...closed, inquiryId, ...ids])];
  return {
    open: Object.fromEntries(Object.entries(open).filter(([id]) => !ids.includes(id))),
    closed: after.slice(-MOST_CLOSED),
    orders: done.flatMap(([id, inquiry]) => release(id, inquiry, asking)),
  };
};

/** What comes of somebody's wish to have an inquiry. */
export type Claim =
  /** Its pool decides, and says who has it. */
  | { readonly kind: 'asked'; readonly order: PoolOrder }
  | { readonly kind: 'holds'; readonly open: OpenInquiries }
  | { readonly kind: 'refused'; readonly because: string };

/** `owners`: everybody the playbook names, by the scope of an inquiry; empty where it names nobody. */
export const claimInquiry = (
  { open, closed }: Inquiries,
  { inquiryId, owner }: { readonly inquiryId: InquiryId; readonly owner: string },
  { asking, owners }: { readonly asking: Asking; readonly owners: (inquiry: OpenInquiry) => readonly string[] },
): Claim => {
  const inquiry = open[inquiryId];
  if (!inquiry)
    return {
      kind: 'refused',
      because: closed.includes(inquiryId) ? 'it is closed' : 'it was not routed, or is closed',
    };
  if (inquiry.assignedBy === 'pool')
    return { kind: 'asked', order: orderTo(inquiry, { do: 'claim', inquiryId, owner }, asking) };
  if (inquiry.owner !== null && inquiry.owner !== owner) return { kind: 'refused', because: `${inquiry.owner} has it` };
  const known = owners(inquiry);
  if (known.length > 0 && !known.includes(owner))
    return { kind: 'refused', because: 'the playbook has no owner of that name' };
  return { kind: 'holds', open: { ...open, [inquiryId]: { ...inquiry, owner } } };
};
