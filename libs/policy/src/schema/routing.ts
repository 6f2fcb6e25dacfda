import { z } from 'zod';
import { promise } from './sla.ts';
import { condition, name, term } from './words.ts';

const needs = z.strictObject({
  skills: z.array(term).default([]).describe('All of which an owner must have'),
  territory: z
    .enum(['none', 'country'])
    .default('none')
    .describe('`country`: an owner must cover the country of contact or company'),
  language: z
    .enum(['none', 'message'])
    .default('none')
    .describe('`message`: an owner must speak the language of the message'),
});

/** What stands for every country that is not named. */
export const ANY_COUNTRY = 'DEFAULT';

export const territoriesSchema = z
  .record(z.string().regex(/^([A-Z]{2}|DEFAULT)$/), name)
  .describe(
    'The pool of each country, by ISO 3166-1 alpha-2; `DEFAULT` is every other. In a file also the path of a JSON file with teams by country, as infra/routing.json: the part of a mailbox before the @ names the pool',
  );

export const routesSchema = z
  .array(
    z.strictObject({
      id: name.describe('Shown with every inquiry that took it'),
      when: condition.describe(
        'CEL over inquiry, contact, company, history, metadata, reading, lists, numbers and decision; the first route that holds is taken',
      ),
      queue: term.describe('Where it waits'),
      pool: name.nullable().default(null).describe('Who is given it; null: nobody'),
      byTerritory: z
        .boolean()
        .default(false)
        .describe(
          'True: the pool is that of the country in `territories`; `pool` where the country has none, its DEFAULT where there is no `pool` either',
        ),
      priority: term.nullable().default(null).describe('Overrides the decided priority'),
      closed: z
        .boolean()
        .default(false)
        .describe('True: it is done with, and nobody is told; passed over while anything needs review'),
      notify: z.boolean().default(true).describe('Whether the sinks are told'),
      sla: z
        .record(name, promise)
        .default({})
        .describe('What is promised, by clock: acknowledgement, first_send, first_human, followup'),
      needs: needs.prefault({}).describe('What an owner must cover'),
      vip: z.boolean().default(false).describe('True: goes before others in its pool, and to those who take VIPs'),
    }),
  )
  .min(1)
  .describe('Where an inquiry goes, and by when somebody answers');
