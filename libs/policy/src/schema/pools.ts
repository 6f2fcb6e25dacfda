import { z } from 'zod';
import { name, term } from './words.ts';

const day = z.iso.date();

const owner = z.strictObject({
  key: name.describe('Who it is, for ever: events, credits and statements carry it'),
  slack: z
    .string()
    .regex(/^[UW][A-Z0-9]{2,30}$/, 'is no id of a person in Slack, such as U024BE7LH')
    .nullable()
    .default(null)
    .describe("Slack's id of the person (U…): whose click it is when they use a button"),
  skills: z.array(term).default([]).describe('What they can take: `needs.skills` of a route must all be here'),
  expertise: z
    .array(term)
    .default([])
    .describe('Categories, industries or labels they know best; an expert goes first where the pool prefers expertise'),
  territories: z.array(z.string()).default([]).describe('ISO 3166-1 alpha-2; empty covers all'),
  languages: z.array(z.string()).default([]).describe('ISO 639-1; empty speaks all that is asked for'),
  weight: z.int().min(1).max(100).default(1).meta({ unit: 'shares' }).describe('Share of the rotation'),
  capacity: z
    .int()
    .min(0)
    .max(100_000)
    .nullable()
    .default(null)
    .meta({ unit: 'open inquiries' })
    .describe('Open assignments at most; null is no bound'),
  performance: z
    .record(z.string(), z.number().min(0).max(1))
    .default({})
    .meta({ unit: 'share from 0 to 1' })
    .describe('Share they win, by category; `*` is all the others'),
  vip: z.boolean().default(false).describe('True for those who take VIP inquiries'),
  away: z.boolean().default(false).describe('True while they take nothing'),
  hours: name
    .nullable()
    .default(null)
    .describe(
      'Calendar in whose open hours they are given something; null: at any hour. Who takes something themselves may at any hour',
    ),
  leave: z
    .array(z.strictObject({ from: day.describe('First day, UTC'), to: day.describe('Last day, UTC') }))
    .default([])
    .describe('Planned absence'),
  delegate: name
    .nullable()
    .default(null)
    .describe('Who stands in for their own contacts while they can take nothing; null: whoever is next'),
});

const preference = z.strictObject({
  by: z
    .enum(['expertise', 'load', 'performance', 'geography'])
    .describe(
      "`expertise`: what they know best. `load`: fewest open per share. `performance`: share they win. `geography`: named territory and language before everybody's",
    ),
  within: z
    .number()
    .min(0)
    .max(1_000)
    .default(0)
    .meta({ unit: 'that of the measure' })
    .describe('How far behind the best somebody may be and still be equal'),
});

const onCall = z.strictObject({
  since: z.iso.datetime().describe('When the first shift of the first in `order` began, UTC'),
  shiftHours: z.number().positive().max(8_760).meta({ unit: 'hours' }).describe('Length of a shift'),
  order: z.array(name).min(1).describe('Who is on call, one shift after the other'),
});

export const poolSchema = z.strictObject({
  owners: z.array(owner).describe('Who may be given an inquiry; the order settles what nothing else does'),
  noneAvailable: z
    .discriminatedUnion('do', [
      z.strictObject({ do: z.literal('hold').describe('It waits for the first who is free') }),
      z.strictObject({
        do: z.literal('default').describe('It is given to a named owner'),
        owner: name.describe('Who, free or not'),
      }),
      z.strictObject({
        do: z.literal('overflow').describe('Another pool takes it'),
        pool: name.describe('Which pool'),
      }),
    ])
    .describe('Never silence: held in the queue, given to a named owner, or to another pool'),
  prefer: z
    .array(preference)
    .default([])
    .describe('Narrows who may be given it, one after the other; the rotation chooses among equals'),
  repeat: z
    .enum(['rotation', 'owner-first'])
    .default('rotation')
    .describe("`owner-first`: who was given the contact's last inquiry gets the next"),
  onCall: onCall
    .nullable()
    .default(null)
    .describe('Who goes first by the clock; the others take it when that one can not'),
  carryOver: z
    .number()
    .min(1)
    .max(100)
    .default(1)
    .meta({ unit: 'turns' })
    .describe(
      'How far anybody may be from their share of what they could have had; what is more is forgiven and said, so that nobody is flooded later',
    ),
  rememberOwners: z
    .int()
    .min(0)
    .max(100)
    .default(2)
    .meta({ unit: 'owners' })
    .describe('How many of those who gave an inquiry back are not given it again'),
  longLine: z
    .int()
    .min(1)
    .max(100_000)
    .default(500)
    .meta({ unit: 'inquiries' })
    .describe(
      'How many wait when people are told that the line is long: once, and again after it was shorter. However many wait, all are kept',
    ),
});

export const poolsSchema = z
  .record(name, poolSchema)
  .describe('Groups of owners, by name: a pool of the same name is the same group in every playbook of a brand');
