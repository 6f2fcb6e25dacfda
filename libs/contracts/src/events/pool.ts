import { uuidV5, type InquiryId } from '@sluice/kernel';
import { z } from 'zod';
import { contract, type DataOf } from '../contract.ts';
import { count, inquiryId, instant, term } from '../fields.ts';

const owner = term;
const turns = z.int().min(1).max(100);

/** What people may ask of a pool. Each names only what it needs: an inquiry by its id, an owner by the key in the playbook. */
const forPeople = [
  /** The owner takes nothing until they return, or until the moment that is named. */
  z.object({ do: z.literal('leave'), owner, until: instant.nullable() }),
  z.object({ do: z.literal('return'), owner }),
  /** The owner is passed over for so many turns, as if they had had them. */
  z.object({ do: z.literal('skip'), owner, turns }),
  /** So many turns of the owner do not count: a no-show, a lead that was none. */
  z.object({ do: z.literal('credit'), owner, turns }),
  /** Another capacity than the playbook's; null goes back to it. */
  z.object({ do: z.literal('limit'), owner, capacity: count.nullable() }),
  /** The inquiry is done: whoever had it has a place free. */
  z.object({ do: z.literal('release'), inquiryId }),
  /** The owner gives it back; somebody else gets it. */
  z.object({ do: z.literal('decline'), inquiryId, owner }),
  /** Somebody takes it themselves. */
  z.object({ do: z.literal('claim'), inquiryId, owner }),
] as const;

/** What pools say to each other and to themselves. */
const forPools = [
  /** It went to another pool: whoever was to get it here does not. */
  z.object({ do: z.literal('withdraw'), inquiryId, owner: owner.nullable() }),
  /** The contact's next inquiry goes to this owner: said where the event that gave them the last one knew no contact. */
  z.object({ do: z.literal('remember-owner'), owner, repeatKey: term }),
] as const;

const command = z.discriminatedUnion('do', [...forPeople, ...forPools]);

/** The commands of `pool.command.v1` by who may give them. */
export const poolCommandSchemas = { forPeople } as const;

/** `ce_subject` of what concerns a pool and no inquiry. */
const poolId = (brand: string, pool: string): InquiryId => uuidV5('pool', brand, pool) as InquiryId;

/** A change that somebody asks of a pool. Keyed by pool, as requests for an owner are. */
export const poolCommand = {
  v1: contract('pool.command.v1', {
    key: (asked) => asked.pool,
    subject: ({ brand, pool, command: what }) => ('inquiryId' in what ? what.inquiryId : poolId(brand, pool)),
    schema: z.object({
      brand: term,
      pool: term,
      command,
      /** Who asks: the id of an API key, a person's key, a stage. */
      by: term,
      why: z.string().max(200).nullable(),
      orderedAt: instant,
    }),
  }),
};
export type PoolCommand = DataOf<typeof poolCommand.v1>;

/** What happened to somebody's share of the rotation, in turns. What is `refused` changes nothing; `long-line` says that as many wait as people want to be told of. */
const poolChange = z.object({
  change: z.enum([
    'left',
    'returned',
    'limited',
    'credited',
    'credit-used',
    'skipped',
    'skip-used',
    'stood-in',
    'forgiven',
    'released',
    'declined',
    'withdrawn',
    'refused',
    'long-line',
  ]),
  owner: owner.nullable(),
  inquiryId: inquiryId.nullable(),
  turns: z.number(),
  because: z.string().nullable(),
});
export type PoolChange = z.output<typeof poolChange>;

/** What changed in a pool besides who was given what: with the assignments, all there is to say about who got how much. */
export const poolChanged = {
  v1: contract('pool.changed.v1', {
    key: (changed) => changed.pool,
    subject: ({ brand, pool, changes }) =>
      changes.find(({ inquiryId: about }) => about !== null)?.inquiryId ?? poolId(brand, pool),
    schema: z.object({
      brand: term,
      pool: term,
      changes: z.array(poolChange),
      by: term,
      why: z.string().nullable(),
      changedAt: instant,
    }),
  }),
};
export type PoolChanged = DataOf<typeof poolChanged.v1>;

/** A moment has come at which those who wait in a pool may be given to somebody. Written by the router to itself. */
export const poolDue = {
  v1: contract('pool.due.v1', {
    key: (due) => due.pool,
    subject: ({ brand, pool }) => poolId(brand, pool),
    schema: z.object({ brand: term, pool: term, dueAt: instant }),
  }),
};
export type PoolDue = DataOf<typeof poolDue.v1>;
