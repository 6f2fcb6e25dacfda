import { poolCommand, type InquiryAssigned, type InquiryCommand, type PoolCommand } from '@sluice/contracts';
import type { InquiryId } from '@sluice/kernel';
import { z } from 'zod';

const place = z.object({
  brand: z.string(),
  pool: z.string(),
  /** Null while it waits for somebody. */
  owner: z.string().nullable(),
  /** When its pool spoke of it first. */
  since: z.iso.datetime(),
});

/** What a conversation holds in pools: a place for each of its inquiries that is not closed. */
export const conversationPlaces = z.object({
  places: z.record(z.string(), place),
  /** Inquiries that somebody closed: what a pool gives them later goes back at once. */
  closed: z.array(z.string()),
});
export type ConversationPlaces = z.output<typeof conversationPlaces>;

export const noPlaces: ConversationPlaces = { places: {}, closed: [] };

type Order = Pick<PoolCommand, 'by' | 'why'> & { readonly now: string };

export interface PlacesAfter {
  readonly state: ConversationPlaces;
  readonly orders: readonly ReturnType<typeof poolCommand.v1.of>[];
}

const orderTo = ({ brand, pool }: { readonly brand: string; readonly pool: string }, command: PoolCommand['command'], { by, why, now }: Order) =>
  poolCommand.v1.of({ brand, pool, command, by, why, orderedAt: now });

/** A pool gave an inquiry to somebody, or lets it wait. One that was closed meanwhile is given back. */
export const afterAssignment = (state: ConversationPlaces, { inquiryId, brand, pool, owner, assignedAt }: InquiryAssigned, order: Order): PlacesAfter => {
  // Pools of before brands were said can't be spoken to.
  if (brand === undefined) return { state, orders: [] };
  if (state.closed.includes(inquiryId)) return { state, orders: [orderTo({ brand, pool }, { do: 'release', inquiryId }, order)] };
  const since = state.places[inquiryId]?.since ?? assignedAt;
  return { state: { ...state, places: { ...state.places, [inquiryId]: { brand, pool, owner, since } } }, orders: [] };
};

/** A store may give keys back in another order than it was given them, and a replay must not notice. */
const byId = (places: ConversationPlaces['places']) => Object.entries(places).sort(([a], [b]) => (a < b ? -1 : 1));

const close = (state: ConversationPlaces, { inquiryId, at }: InquiryCommand, order: Order): PlacesAfter => {
  // Who says late that all was done means what was there by then, as the clocks do.
  const done = byId(state.places).filter(([id, { since }]) => id === inquiryId || Date.parse(since) <= Date.parse(at));
  const closed = [...new Set([...state.closed, inquiryId, ...done.map(([id]) => id)])];
  return {
    state: { places: Object.fromEntries(Object.entries(state.places).filter(([id]) => !closed.includes(id))), closed },
    orders: done.map(([id, where]) => orderTo(where, { do: 'release', inquiryId: id as InquiryId }, order)),
  };
};

/** A person closed the conversation, or takes an inquiry that a pool has: its pool is asked to do what follows from it. */
export const afterCommand = (state: ConversationPlaces, asked: InquiryCommand, order: Order): PlacesAfter => {
  const { command, inquiryId } = asked;
  if (command.do === 'close') return close(state, asked, order);
  const where = command.do === 'claim' ? state.places[inquiryId] : undefined;
  return command.do === 'claim' && where && where.owner !== command.owner
    ? { state, orders: [orderTo(where, { do: 'claim', inquiryId, owner: command.owner }, order)] }
    : { state, orders: [] };
};
