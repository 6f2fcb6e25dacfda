import { z } from 'zod';
import { name, term } from './words.ts';

/** What happens in a conversation that can end a wait, as the chain and people report it. */
export const slaSignals = ['acknowledged', 'sent', 'claimed', 'replied', 'closed'] as const;
export type SlaSignal = (typeof slaSignals)[number];

const MOST_TIMES_BUDGET = 20;

const action = z.discriminatedUnion('do', [
  z.strictObject({ do: z.literal('tell-queue') }).describe("Into the queue's own channel, naming the owner"),
  z
    .strictObject({ do: z.literal('tell'), channel: z.string().min(1).max(80) })
    .describe('Into another channel: a manager, the people on call'),
  z.strictObject({ do: z.literal('webhook'), name }).describe('To a subscriber of sinks.webhooks'),
  z.strictObject({ do: z.literal('raise-priority'), to: term }).describe('Never lowers it'),
]);
export type SlaAction = z.output<typeof action>;

export const stepSchema = z.strictObject({
  id: name,
  at: z
    .number()
    .positive()
    .max(MOST_TIMES_BUDGET)
    .describe('Share of the time promised: 0.9 is shortly before, 1 the breach, 2 as long again after it'),
  urgent: z
    .boolean()
    .default(false)
    .describe('True: people are told at any hour; else only when sla.disturb is open, a little later if need be'),
  do: z.array(action).min(1),
});
export type SlaStep = z.output<typeof stepSchema>;

export const ladderSchema = z.array(stepSchema).min(1).max(20);

const clock = z.strictObject({
  describe: z.string().default('').describe('What is promised, for people'),
  calendar: name.default('always').describe('Whose open hours count; `always` counts every hour'),
  ladder: name.nullable().default(null).describe('What is done while the promise runs out; null: it is only recorded'),
  stops: z.array(z.enum(slaSignals)).min(1).describe('What keeps the promise. `closed` always ends it.'),
  restarts: z
    .boolean()
    .default(false)
    .describe('True: once it has stopped, a further message of the customer starts it anew'),
  pausable: z.boolean().default(true).describe('False: no reason stops it for a while'),
});

const minutes = z.number().positive().max(1_000_000).meta({ unit: 'minutes' });

/** One promise of a route: minutes, or minutes with what is different from the clock's own. */
export const promise = z
  .union([minutes, z.strictObject({ minutes, calendar: name.optional(), ladder: name.nullable().optional() })])
  .describe('Minutes of open time (2 for 120 seconds, 1440 for 24 hours), from when the message came in');

export const slaSchema = z
  .strictObject({
    atRisk: z
      .array(z.number().gt(0).lt(1))
      .max(10)
      .default([])
      .describe('Shares of the time promised from which it is said to be at risk'),
    disturb: name.nullable().default(null).describe('Calendar in whose open hours people are told; null: at any hour'),
    clocks: z.record(name, clock).default({}).describe('What can be promised; a route says how much of it'),
    ladders: z.record(name, ladderSchema).default({}).describe('What is done while a promise runs out'),
    pauses: z
      .record(
        name,
        z.strictObject({
          describe: z.string().default('').describe('The reason, for people'),
          maxMinutes: minutes
            .nullable()
            .default(null)
            .describe(
              'Minutes of open time after which the clock goes on by itself; null: when somebody says so, or the customer writes',
            ),
        }),
      )
      .default({})
      .describe('Reasons for which a clock may stand still; no other is accepted'),
  })
  .describe('Promises to answer: what they are, when their time counts, what is done about them');
