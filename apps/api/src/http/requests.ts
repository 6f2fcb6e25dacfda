import { poolCommandSchemas } from '@sluice/contracts';
import { z } from 'zod';

const moment = z.iso.datetime('must be RFC 3339 in UTC');

const word = z.string().min(1).max(200).optional();
const limit = z.coerce.number().int().min(1).max(500).default(50).describe('Rows at most');

export const idParameter = z.uuid('is no UUID');

const brand = z.string().min(1).max(120).default('default');

export const poolParameter = z.string().min(1).max(120);

export const fairnessQuery = z.strictObject({
  week: z.string().describe('ISO 8601 week, UTC: 2026-W47'),
  brand,
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
  state: word,
  since: z.iso.datetime('must be RFC 3339 in UTC').optional().describe('Received at or after'),
  cursor: word.describe('next_cursor of the page before'),
  limit,
});

export const deadLetterQuery = z.strictObject({
  stage: word,
  topic: word,
  fingerprint: word,
  inquiryId: idParameter.optional(),
  limit,
});

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
  ]),
  why: z.string().max(200).nullable().default(null),
  at: moment.optional().describe('When it happened, if not now; never later than now'),
});

export const replayBody = z
  .strictObject({
    ids: z.array(z.string()).min(1).max(1_000).optional(),
    stage: word,
    topic: word,
    fingerprint: word,
    inquiryId: idParameter.optional(),
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
