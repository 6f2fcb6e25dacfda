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

/**
 * Places that one conversation may hold at a time. A place is held for each inquiry until somebody closes it, and all of them are
 * read and written at each: what goes on for longer than people answer is a machine that nobody closes.
 */
const MOST_PLACES = 100;
/** As many as one close can end, and as many again of those before: what a pool was about to give then was given long since. */
const MOST_CLOSED = 2 * MOST_PLACES;
/** Places given back at a time: what held more before there was a bound comes down to it step by step. */
const MOST_AT_ONCE = 2;

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

const orderTo = (
  { brand, pool }: { readonly brand: string; readonly pool: string },
  command: PoolCommand['command'],
  { by, why, now }: Order,
) => poolCommand.v1.of({ brand, pool, command, by, why, orderedAt: now });

/** A store may give keys back in another order than it was given them, and a replay must not notice. */
const byId = (places: ConversationPlaces['places']) => Object.entries(places).sort(([a], [b]) => (a < b ? -1 : 1));

/** What is given up first: what somebody has before what waits, and the oldest of it. */
const byAge = (places: ConversationPlaces['places']) =>
  byId(places).sort(
    ([, a], [, b]) => Number(a.owner === null) - Number(b.owner === null) || Date.parse(a.since) - Date.parse(b.since),
  );

/**
 * When there is one more than may be held: the oldest that somebody has is given back, so that nobody's place is lost. Where all
 * wait, the oldest is left to its pool, and is heard of again when somebody is given it.
 */
const heldWithin = (
  places: ConversationPlaces['places'],
  newest: string,
  order: Order,
): Pick<PlacesAfter, 'orders'> & Pick<ConversationPlaces, 'places'> => {
  const tooMany = Object.keys(places).length - MOST_PLACES;
  if (tooMany <= 0) return { places, orders: [] };
  const given = byAge(places)
    .filter(([id]) => id !== newest)
    .slice(0, Math.min(tooMany, MOST_AT_ONCE));
  const ids = given.map(([id]) => id);
  return {
    places: Object.fromEntries(Object.entries(places).filter(([id]) => !ids.includes(id))),
    orders: given
      .filter(([, { owner }]) => owner !== null)
      .map(([id, where]) =>
        orderTo(
          where,
          { do: 'release', inquiryId: id as InquiryId },
          { ...order, why: 'its conversation holds too many places' },
        ),
      ),
  };
};

/** A pool gave an inquiry to somebody, or lets it wait. One that was closed meanwhile is given back. */
export const afterAssignment = (
  state: ConversationPlaces,
  { inquiryId, brand, pool, owner, assignedAt }: InquiryAssigned,
  order: Order,
): PlacesAfter => {
  // Pools of before brands were said can't be spoken to.
  if (brand === undefined) return { state, orders: [] };
  if (state.closed.includes(inquiryId))
    return { state, orders: [orderTo({ brand, pool }, { do: 'release', inquiryId }, order)] };
  const since = state.places[inquiryId]?.since ?? assignedAt;
  const { places, orders } = heldWithin(
    { ...state.places, [inquiryId]: { brand, pool, owner, since } },
    inquiryId,
    order,
  );
  return { state: { ...state, places }, orders };
};

const close = (state: ConversationPlaces, { inquiryId, at }: InquiryCommand, order: Order): PlacesAfter => {
  // Who says late that all was done means what was there by then, as the clocks do.
  const done = byId(state.places).filter(([id, { since }]) => id === inquiryId || Date.parse(since) <= Date.parse(at));
  const closed = [...new Set([...state.closed, inquiryId, ...done.map(([id]) => id)])];
  return {
    state: {
      places: Object.fromEntries(Object.entries(state.places).filter(([id]) => !closed.includes(id))),
      closed: closed.slice(-MOST_CLOSED),
    },
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
