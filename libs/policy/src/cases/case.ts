import { z } from 'zod';

const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);

const inquiry = z.strictObject({
  brand: z.string().optional(),
  source: z.string().optional(),
  channel: z.enum(['form', 'mail', 'import']).optional(),
  subject: z.string().optional(),
  text: z.string().optional(),
  language: z.string().optional(),
  addressKind: z.enum(['company', 'free-mail', 'disposable', 'unknown']).optional(),
  roleAddress: z.boolean().optional(),
  domain: z.string().nullable().optional(),
  email: z.string().nullable().optional(),
  phone: z.string().optional(),
  title: z.string().optional(),
  company: z.string().optional(),
  country: z.string().optional(),
  employees: z.int().optional(),
  industry: z.string().optional(),
  earlier: z.int().optional().describe('Earlier inquiries of the same contact'),
  automation: z.enum(['none', 'auto-reply', 'bounce', 'list', 'loop']).optional(),
  metadata: z.record(z.string(), scalar).optional(),
});

const expected = z.strictObject({
  category: z.string().optional(),
  intent: z.string().nullable().optional(),
  product: z.string().nullable().optional(),
  urgency: z.string().nullable().optional(),
  sentiment: z.string().nullable().optional(),
  label: z.string().nullable().optional(),
  score: z.number().optional(),
  priority: z.string().optional(),
  confidence: z.number().optional(),
  review: z.boolean().optional(),
  path: z.enum(['auto', 'suggest', 'human']).optional(),
  mode: z.enum(['model', 'rules', 'rules-only']).optional(),
  flags: z.array(z.string()).optional().describe('All of which are set'),
  not: z.array(z.string()).optional().describe('Flags none of which is set'),
  deal: z.boolean().optional().describe('Whether a deal may be opened'),
  points: z.record(z.string(), z.number()).optional().describe("Lines of the score's ledger"),
  route: z.string().optional(),
  queue: z.string().optional(),
  pool: z.string().nullable().optional(),
  closed: z.boolean().optional(),
  sla: z.number().optional().describe('Minutes until a person must have answered'),
  clocks: z.record(z.string(), z.number()).optional().describe('Minutes by clock'),
  acknowledged: z.boolean().optional().describe('Whether a machine tells who wrote that it arrived'),
});

/** An inquiry, what a model read in it, and what must be decided. */
export const caseSchema = z.strictObject({
  name: z.string(),
  why: z.string().optional().describe('Where the expectation comes from'),
  inquiry: inquiry.default({}),
  reading: z
    .record(z.string(), z.union([scalar, z.array(z.string())]))
    .optional()
    .describe('Fields the model gave; none: it was not asked, or could not answer'),
  unavailable: z.string().optional(),
  unreadable: z.string().optional(),
  at: z.iso
    .datetime()
    .default('2026-01-05T15:00:00.000Z')
    .describe('When it is decided; else on a Monday while desks on both sides of the Atlantic are open'),
  asked: z.boolean().default(true).describe('False: the hard rules settle it and no model is asked'),
  phase: z.string().optional().describe('Rollout phase to try it in'),
  engage: z.array(z.string()).default([]).describe('Kill switches to engage'),
  expect: expected,
});

export type Case = z.output<typeof caseSchema>;

/** The cases of a file, checked: a mistyped expectation is refused, not ignored. @throws ZodError */
export const casesOf = (document: unknown): readonly Case[] => z.array(caseSchema).parse(document);
