import { z } from 'zod';
import { promise } from './sla.ts';
import { condition, name, term, whole } from './words.ts';

const needs = z.strictObject({
  skills: z.array(term).default([]).describe('All of which an owner must have'),
  territory: z.enum(['none', 'country']).default('none').describe('`country`: an owner must cover the country of contact or company'),
  language: z.enum(['none', 'message']).default('none').describe('`message`: an owner must speak the language of the message'),
});

export const routesSchema = z.array(z.strictObject({
  id: name.describe('Shown with every inquiry that took it'),
  when: condition.describe('CEL over inquiry, contact, company, history, metadata, reading, lists, numbers and decision; the first route that holds is taken'),
  queue: term.describe('Where it waits'),
  pool: name.nullable().default(null).describe('Who is given it; null: nobody'),
  priority: term.nullable().default(null).describe('Overrides the decided priority'),
  closed: z.boolean().default(false).describe('True: it is done with, and nobody is told'),
  notify: z.boolean().default(true).describe('Whether the sinks are told'),
  sla: z.record(name, promise).default({}).describe('What is promised, by clock: acknowledgement, first_send, first_human, followup'),
  needs: needs.prefault({}).describe('What an owner must cover'),
})).min(1).describe('Where an inquiry goes, and by when somebody answers');

const owner = z.strictObject({
  key: name.describe('Who it is, without personal data'),
  skills: z.array(term).default([]).describe('What they can do'),
  territories: z.array(z.string()).default([]).describe('ISO 3166-1 alpha-2; empty covers all'),
  languages: z.array(z.string()).default([]).describe('ISO 639-1; empty speaks all that is asked for'),
  weight: whole('shares', [1, 100]).default(1).describe('Share of the rotation'),
  capacity: whole('assignments', [0, 100_000]).nullable().default(null).describe('Open assignments at most; null is no bound'),
  away: z.boolean().default(false).describe('True: given nothing'),
});

export const poolsSchema = z.record(name, z.strictObject({
  owners: z.array(owner).describe('Who takes turns'),
  noneAvailable: z.discriminatedUnion('do', [
    z.strictObject({ do: z.literal('hold').describe('It waits for the first who is free') }),
    z.strictObject({ do: z.literal('default').describe('It is given to a named owner'), owner: name.describe('Who, free or not') }),
    z.strictObject({ do: z.literal('overflow').describe('Another pool takes it'), pool: name.describe('Which pool') }),
  ]).describe('Never silence: held in the queue, given to a named owner, or to another pool'),
})).describe('Who an inquiry can be given to');
