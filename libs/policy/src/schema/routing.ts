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
  vip: z.boolean().default(false).describe('True: goes before others in its pool, and to those who take VIPs'),
})).min(1);

export { poolsSchema } from './pools.ts';

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
