import { z } from 'zod';
import { promise } from './sla.ts';
import { condition, name, term } from './words.ts';

const needs = z.strictObject({
  skills: z.array(term).default([]),
  territory: z.enum(['none', 'country']).default('none').describe('`country`: an owner must cover the country of contact or company'),
  language: z.enum(['none', 'message']).default('none').describe('`message`: an owner must speak the language of the message'),
});

export const routesSchema = z.array(z.strictObject({
  id: name,
  when: condition.describe('CEL over inquiry, company, history, lists and decision; the first route that holds is taken'),
  queue: term,
  pool: name.nullable().default(null).describe('Null: nobody is given it'),
  priority: term.nullable().default(null).describe('Overrides the decided priority'),
  closed: z.boolean().default(false),
  notify: z.boolean().default(true),
  sla: z.record(name, promise).default({}).describe('What is promised, by clock: acknowledgement, first_send, first_human, followup'),
  needs: needs.prefault({}),
})).min(1);

const owner = z.strictObject({
  key: name,
  skills: z.array(term).default([]),
  territories: z.array(z.string()).default([]).describe('ISO 3166-1 alpha-2; empty covers all'),
  languages: z.array(z.string()).default([]).describe('ISO 639-1; empty speaks all that is asked for'),
  weight: z.int().min(1).max(100).default(1).describe('Share of the rotation'),
  capacity: z.int().min(0).nullable().default(null).describe('Open assignments at most; null is no bound'),
  away: z.boolean().default(false),
});

export const poolsSchema = z.record(name, z.strictObject({
  owners: z.array(owner),
  noneAvailable: z.discriminatedUnion('do', [
    z.strictObject({ do: z.literal('hold') }),
    z.strictObject({ do: z.literal('default'), owner: name }),
    z.strictObject({ do: z.literal('overflow'), pool: name }),
  ]).describe('Never silence: held in the queue, given to a named owner, or to another pool'),
}));

const mode = z.enum(['off', 'propose', 'sandbox', 'live']);

export const sinksSchema = z.strictObject({
  slack: z.strictObject({
    mode,
    channels: z.record(z.string(), z.string()).default({}).describe('Channel by queue'),
    otherwise: z.string().describe('Channel of every other queue'),
    review: z.string().nullable().default(null).describe('Channel for what a person must look at'),
  }),
  webhooks: z.array(z.strictObject({ name, mode })).default([]),
});

export const acknowledgementSchema = z.strictObject({
  allow: z.array(term).default([]).describe('Categories that may be acknowledged automatically'),
  footer: z.string().default('Human review in progress'),
  templates: z.record(name, z.strictObject({ enabled: z.boolean(), subject: z.string(), text: z.string() })).default({}),
});
