import { poolCommandSchemas, switchScope } from '@sluice/contracts';
import type { EffectId } from '@sluice/kernel';
import { z } from 'zod';
import type { DeadLetterPosition } from '../adapters/dead-letters.ts';
import type { InquiryPosition } from '../adapters/read-model.ts';
import { weekOf } from '../domain/iso-week.ts';
import { inquiryStates } from '../domain/read-model-changes.ts';

/** The end of a page as the next request names it: a text that means something to us alone. */
export const cursorOf = (position: InquiryPosition | DeadLetterPosition | { readonly number: number } | null) =>
  position === null ? null : Buffer.from(JSON.stringify(position)).toString('base64url');

const missing = (input: unknown): string =>
  input === undefined ? 'is missing' : Array.isArray(input) ? 'is given more than once: once is enough' : 'is no text';

/** A parameter: once, not empty, and a text that a database takes. */
export const text = (longest: number) =>
  z
    .string({ error: ({ input }) => missing(input) })
    .min(1, 'is empty: leave it out')
    .max(longest, `is longer than ${longest} characters`)
    .refine((value) => value.isWellFormed() && !value.includes('\u0000'), 'holds a NUL, which no text may hold');

const uuid = (hint: string) => z.uuid({ error: ({ input }) => (Array.isArray(input) ? missing(input) : hint) });

const word = text(200).optional();
const LIMIT = 'must be a whole number from 1 to 500';
const limit = z.coerce.number(LIMIT).int(LIMIT).min(1, LIMIT).max(500, LIMIT).default(50).describe('Rows at most');

/** Years that every part of us can tell apart and count in: the log, JavaScript, PostgreSQL and calendars. */
const [FIRST_YEAR, LAST_YEAR] = [1970, 9998];
const MOMENT = 'is no moment: RFC 3339 in UTC, 2026-11-26T09:00:00Z say, from 1970 on';
const isTold = (moment: string): boolean => {
  const year = new Date(moment).getUTCFullYear();
  return year >= FIRST_YEAR && year <= LAST_YEAR;
};
const moment = z.iso
  .datetime({ error: MOMENT, abort: true })
  .refine(isTold, MOMENT)
  .transform((value) => new Date(value).toISOString());

const cursor = <Position>(position: z.ZodType<Position>) =>
  text(1_000)
    .transform((value, context): Position => {
      const parsed = position.safeParse(jsonIn(value));
      if (parsed.success) return parsed.data;
      context.addIssue({
        code: 'custom',
        message:
          'is none of this list: send next_cursor of the page before as it was, or leave it out for the first page',
      });
      return z.NEVER;
    })
    .optional()
    .describe('next_cursor of the page before');

const jsonIn = (base64: string): unknown => {
  try {
    return JSON.parse(Buffer.from(base64, 'base64url').toString()) as unknown;
  } catch {
    return null;
  }
};

export const inquiryPath = z.object({ id: uuid('is no UUID: send an inquiryId') });
export const decisionPath = z.object({ id: uuid('is no UUID: send an inquiryId or a decisionId') });
export const poolPath = z.object({ id: text(120) });

const brand = text(120).default('default');
const WEEK = `is no week: 2026-W47 say, of the years ${FIRST_YEAR} to ${LAST_YEAR}`;

export const fairnessQuery = z.strictObject({
  week: text(20)
    .transform((name, context) => {
      const period = weekOf(name);
      if (period && isTold(period.from) && isTold(period.to)) return { name, ...period };
      context.addIssue({ code: 'custom', message: WEEK });
      return z.NEVER;
    })
    .describe('ISO 8601 week, UTC: 2026-W47'),
  brand,
});

export const idempotencyHeaders = z.object({
  'idempotency-key': text(255).describe('The same for the same command'),
});

/** What people may ask; what a pool says to itself they may not. */
export const poolCommandBody = z.strictObject({
  brand,
  command: z.discriminatedUnion('do', poolCommandSchemas.forPeople),
  why: z.string().min(3).max(200).describe('Stands in the log, and in the statement of the pool'),
});

export const listQuery = z.strictObject({
  category: word,
  label: word,
  queue: word,
  owner: word,
  state: z.enum(inquiryStates, { error: `is none of ${inquiryStates.join(', ')}` }).optional(),
  since: moment.optional().describe('Received at or after'),
  cursor: cursor<InquiryPosition>(z.strictObject({ receivedAt: moment, inquiryId: z.uuid() })),
  limit,
});

export const deadLetterQuery = z.strictObject({
  stage: word,
  topic: word,
  fingerprint: word,
  inquiryId: uuid('is no UUID: send an inquiryId').optional(),
  cursor: cursor<DeadLetterPosition>(z.strictObject({ failedAt: moment, id: z.string().min(1).max(500) })),
  limit,
});

const reviewed = z
  .array(z.uuid('is no UUID: send an effectId').transform((id) => id as EffectId))
  .min(1)
  .max(100)
  .nullable()
  .default(null)
  .describe('Effects that are proposed, by their ids; null: all of the inquiry');

export const commandBody = z.strictObject({
  command: z.discriminatedUnion('do', [
    z.strictObject({ do: z.literal('acknowledge') }),
    z.strictObject({ do: z.literal('reply') }),
    z.strictObject({
      do: z.literal('claim'),
      owner: z.string().min(1).max(120).describe('Key of the owner in the playbook'),
    }),
    z.strictObject({
      do: z.literal('pause'),
      reason: z.string().min(1).max(120).describe('One of sla.pauses in the playbook'),
      until: moment.nullable().default(null),
    }),
    z.strictObject({ do: z.literal('resume') }),
    z.strictObject({ do: z.literal('close') }),
    z.strictObject({ do: z.literal('approve'), effects: reviewed }),
    z.strictObject({ do: z.literal('decline'), effects: reviewed }),
  ]),
  why: z.string().max(200).nullable().default(null),
  at: moment.optional().describe('When it happened, if not now; never later than now'),
});

const SWITCH_ID = 'is no name of a switch: lower-case letters, digits, and _ . - between them';
const switchName = z.string(SWITCH_ID).regex(/^[a-z0-9][a-z0-9_.-]{0,118}$/u, SWITCH_ID);
const switchReason = z
  .string()
  .regex(/^.{3,300}$/su, 'is no reason: three to 300 characters')
  .describe('Why: stands in the history of the switch');

export const switchBody = switchScope
  .partial()
  .extend({ switchId: switchName, why: switchReason })
  .strict()
  .transform(({ brands = [], intents = [], channels = [], sinks = [], ...rest }) => ({
    ...rest,
    brands,
    intents,
    channels,
    sinks,
  }));

export const switchPath = z.object({ id: switchName });
export const switchReleaseQuery = z.strictObject({ why: switchReason });

export const replayBody = z
  .strictObject({
    ids: z.array(z.string().min(1).max(500)).min(1).max(1_000).optional(),
    stage: word,
    topic: word,
    fingerprint: word,
    inquiryId: uuid('is no UUID: send an inquiryId').optional(),
    why: z.string().min(3).max(500).describe('Goes into the audit'),
    dryRun: z.boolean().default(false),
    playbook: z
      .enum(['original', 'active'])
      .default('original')
      .describe('original: decided again by the version it failed by; active: by the one in force now'),
    limit: limit.default(100),
  })
  .refine(
    ({ ids, stage, topic, fingerprint, inquiryId }) => Boolean(ids ?? stage ?? topic ?? fingerprint ?? inquiryId),
    { message: 'select something: ids, stage, topic, fingerprint or inquiryId' },
  );

const PLAYBOOK_NAME = 'is no name of a playbook: lower-case letters, digits, and _ . - between them';
const playbookName = z.string(PLAYBOOK_NAME).regex(/^[a-z0-9][a-z0-9_.-]{0,62}$/u, PLAYBOOK_NAME);
const reason = z.string().min(3).max(500).describe('Why: stands in the history of the playbook for ever');
const VERSION = 'is no version: a number from 1 on, `active` or `latest`';
const versionNumber = z.coerce.number(VERSION).int(VERSION).min(1, VERSION).max(1_000_000, VERSION);
const prompts = z
  .record(z.string(), z.string().max(20_000))
  .default({})
  .describe('The texts of the folder prompts/, by name');
const document = z.string().max(400_000);

/** A version by its number, or the one that is active or latest. */
const versionName = z.union([z.enum(['active', 'latest']), versionNumber], VERSION);
export type VersionName = z.output<typeof versionName>;

export const playbookPath = z.object({ id: playbookName });
export const versionPath = playbookPath.extend({
  version: versionName.describe('A number, `active` or `latest`'),
});

export const versionsQuery = z.strictObject({
  cursor: cursor<{ readonly number: number }>(z.strictObject({ number: z.int().min(1) })),
  limit,
});

export const playbookBody = z.strictObject({
  reason,
  playbook: z
    .union([document, z.record(z.string(), z.unknown())])
    .describe('playbook.yaml as a text, or the same as JSON'),
  prompts,
  extends: z
    .array(z.strictObject({ name: playbookName, text: document, prompts }))
    .min(1)
    .max(10)
    .nullable()
    .default(null)
    .describe('What it starts from, from the root on; left out: as it is kept here'),
});

const binding = z.strictObject({
  brand: z.string().min(1).max(120).default('*').describe('`*`: any'),
  source: z.string().min(1).max(120).default('*').describe('`*`: any'),
});

export const activateBody = z.strictObject({
  version: versionNumber,
  reason,
  bindings: z
    .array(binding)
    .max(100)
    .default([])
    .describe('Brands and sources that have this playbook from now on; those it has it keeps'),
});

export const rollbackBody = z.strictObject({ version: versionNumber.describe('One that was active before'), reason });

export const diffQuery = z.strictObject({
  from: versionName.default('active').describe('A version by number, `active` or `latest`'),
  to: versionName.default('latest').describe('A version by number, `active` or `latest`'),
});

const scope = text(120).optional();

export const effectiveQuery = z.strictObject({
  version: versionName.default('active').describe('A version by number, `active` or `latest`'),
  brand: scope.describe('For whom: its tenant is found by it'),
  channel: scope.describe('form, mail, import'),
  intent: scope.describe('Or the category, where the playbook lists no intents'),
  at: text(500).or(z.literal('')).default('').describe('JSON pointer: only what stands there, /gates say'),
});
