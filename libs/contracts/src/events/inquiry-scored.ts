import { z } from 'zod';
import { contract, type DataOf } from '../contract.ts';
import { count, decisionId, instant, sha256, share, term } from '../fields.ts';
import { enrichedFields } from './inquiry-enriched.ts';

/** One line of the score's ledger. `input` is the value the rule saw: a number, or a word of the playbook; never the writer's own words. */
const reason = z.object({
  rule: term,
  points: z.number(),
  input: z.union([z.string(), z.number(), z.boolean(), z.null()]),
  from: z.enum(['rule', 'model', 'enrichment']),
});

const gate = z.object({ gate: term, value: share, threshold: share, passed: z.boolean() });

/** How the text was read, and what that cost. */
const reading = z.object({
  mode: z.enum(['rules', 'model', 'rules-only']),
  /** Why a model was not asked or not believed, when `mode` is `rules-only`. */
  degradedBecause: z.string().nullable(),
  model: z.string().nullable(),
  promptHash: sha256.nullable(),
  cached: z.boolean(),
  repaired: z.boolean(),
  inputTokens: count,
  outputTokens: count,
  costUsd: z.number().nonnegative(),
});

/** A condition of the playbook that could not be evaluated: it counted as held where it holds an answer back, else as not held. */
const unevaluated = z.object({
  /** `guards.<id>`, `rules.<id>`, `routes.<id>`, `rubric.<rule>`. */
  condition: term,
  /** Words of the playbook only: what is not there, or is no number. */
  because: z.string().max(200),
  counted: z.enum(['held', 'not-held']),
});
export type Unevaluated = z.output<typeof unevaluated>;

export const decision = z.object({
  decisionId,
  /** These five are words that the playbook lists; whatever else a model says stands in `content.extracted`. */
  category: term,
  intent: term.nullable(),
  product: term.nullable(),
  urgency: term.nullable(),
  sentiment: term.nullable(),
  /** A, B, C, Drop; Hot, Warm, Cold: the playbook's own. Null where it does not label. */
  label: term.nullable(),
  priority: term,
  flags: z.array(term),
  /** The sum of the points of `reasons`, held within [floor, cap] by reasons of their own. */
  score: z.number(),
  reasons: z.array(reason),
  confidence: share,
  gates: z.array(gate),
  review: z.object({ needed: z.boolean(), reasons: z.array(term) }),
  /** Left out where every condition could be evaluated. */
  unevaluated: z.array(unevaluated).optional(),
  reading,
});
export type Decision = z.output<typeof decision>;

/** What the message says, by field of the playbook's extraction schema, and a summary. Personal data. */
const extracted = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(z.string())]));
const scoredContent = enrichedFields.content.extend({ summary: z.string(), extracted });

export const scoredFields = { ...enrichedFields, content: scoredContent, decision };

/** An inquiry with what it is, how much it matters, and why. */
export const inquiryScored = {
  v1: contract('inquiry.scored.v1', {
    key: (inquiry) => inquiry.conversationId,
    subject: (inquiry) => inquiry.inquiryId,
    schema: z.object({ ...scoredFields, scoredAt: instant }),
  }),
};
export type InquiryScored = DataOf<typeof inquiryScored.v1>;
