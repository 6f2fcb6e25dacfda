import { z } from 'zod';
import { days, name, quantity, share, term, whole } from './words.ts';

export const measured = z.strictObject({
  metric: name.describe(
    'What is measured: auto_send_precision, auto_send_error, route_macro_f1, draft_acceptance, misroute …',
  ),
  label: term.optional().describe('Only decisions with this label or intent; left out: all'),
  op: z
    .enum(['>=', '>', '<=', '<'])
    .describe('How the measured value must stand to `value`; its lower (or upper) confidence bound is compared'),
  value: quantity("the metric's own", [0, 1_000_000]).describe('The bound'),
  minCases: whole('cases', [1, 1_000_000])
    .default(200)
    .describe('Below this many cases nothing is shown, and the condition does not hold'),
});

const phase = z.strictObject({
  name: name.describe('What `rollout.phase` names'),
  description: z.string().default('').describe('What is tried in it'),
  autoSend: share
    .nullable()
    .optional()
    .describe(
      'Confidence from which an answer may go out unseen in this phase; null is never; left out: as the gates say',
    ),
  byIntent: z.record(term, share.nullable()).default({}).describe('The same for single intents'),
});

export const rolloutSchema = z
  .strictObject({
    phase: name.nullable().default(null).describe('The phase in force; null: the gates alone'),
    phases: z
      .array(phase)
      .default([])
      .describe(
        'Steps from careful to free; no override changes them. A phase can hold back what the gates would allow, never the reverse',
      ),
    shadowDays: days.default(0).describe('How long decisions are made and nothing is done, before the first phase'),
    minDecisions: whole('decisions', [0, 1_000_000])
      .default(0)
      .describe('How many decisions the shadow time needs besides; leaving it needs both'),
    enableWhen: z
      .array(measured)
      .default([])
      .describe('What must be measured before anything goes out unseen: all of it'),
  })
  .describe('How far the playbook is trusted yet');

export const killSwitchesSchema = z
  .array(
    z.strictObject({
      id: name.describe('Shown when it holds something back'),
      intents: z.array(term).default([]).describe('Only these intents or categories; none: all'),
      channels: z
        .array(z.enum(['form', 'mail', 'import']))
        .default([])
        .describe('Only these channels; none: all'),
      engaged: z.boolean().default(false).describe('True: nothing goes out unseen, a person sees every draft'),
      trip: z
        .strictObject({
          metric: name.describe(
            'What is watched: send_error_rate, the share of answers that failed. Others are not measured yet, and engage nothing',
          ),
          above: share.describe('Rate above which the switch engages itself'),
          overMinutes: quantity('minutes', [1, 10_080]).describe('Window of the rate'),
          minEvents: whole('events', [1, 1_000_000])
            .default(50)
            .describe('Below this many events in the window nothing is concluded'),
        })
        .nullable()
        .default(null)
        .describe('When it engages by itself; a person disengages it'),
    }),
  )
  .describe('Stops, by intent and channel');

export const flagsSchema = z
  .record(
    name,
    z.strictObject({
      on: z.boolean().describe('Off: the feature does not exist for anybody'),
      channels: z
        .array(z.enum(['form', 'mail', 'import']))
        .default([])
        .describe('Only these channels; none: all'),
      queues: z.array(term).default([]).describe('Only these queues; none: all'),
      companies: z.array(z.string()).default([]).describe('Only these company domains; none: all'),
      hours: z
        .array(z.string().regex(/^\d{2}:\d{2}-\d{2}:\d{2}$/))
        .default([])
        .describe('Only in these hours of the day, as 09:00-17:00 in UTC; none: all'),
      share: share.default(1).describe('Of what is left, the share that gets it, chosen by conversation'),
    }),
  )
  .describe('Features that are tried on a part: by channel, queue, company, hour, share');
