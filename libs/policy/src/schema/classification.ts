import { z } from 'zod';
import { condition, name, share, term } from './words.ts';

const scalar = z.union([z.string(), z.number(), z.boolean()]);

const field = z.strictObject({
  type: z.enum(['string', 'number', 'boolean', 'strings']),
  values: z.array(z.string()).optional().describe('The only values a string may have'),
  describe: z.string().describe('What the model is told about the field'),
});

export const taxonomySchema = z.strictObject({
  categories: z.array(z.strictObject({
    name: term,
    words: z.array(z.string()).default([]).describe('Words and phrases that speak for it when no model answers; lower case'),
    priority: term.describe('Priority unless a rule says otherwise'),
  })).min(1),
  fallback: term.describe('Category when nothing speaks for any'),
  priorities: z.array(term).min(1).describe('From least to most urgent'),
  flags: z.array(z.strictObject({ name: term, words: z.array(z.string()).min(1) })).default([]).describe('Set when one of the words is in the text'),
});

export const rulesSchema = z.array(z.strictObject({
  id: name,
  when: condition.describe('CEL over inquiry, company, history, lists; evaluated before any model is asked'),
  then: z.strictObject({
    label: term.optional(),
    category: term.optional(),
    priority: term.optional(),
    flag: term.optional(),
    decide: z.boolean().default(false).describe('True when this settles the inquiry: no model is asked'),
  }),
}));

export const extractionSchema = z.strictObject({
  fields: z.record(z.string(), field).default({}),
  categoryField: z.string().nullable().default(null).describe('The field that names the category; null where the model gives none'),
  confidenceField: z.string().default('confidence'),
  keyFields: z.array(z.string()).default([]).describe('Fields that matter: several null means uncertain'),
  instructions: z.string().default('').describe('What the model is told; a prompt file beside the playbook'),
  examples: z.array(z.strictObject({ message: z.string(), answer: z.record(z.string(), z.union([scalar, z.null(), z.array(z.string())])) })).default([]),
  maxCharacters: z.int().min(100).max(20_000).default(1_500).describe('Characters of the message that are shown'),
});

export const modelSchema = z.strictObject({
  ask: z.enum(['never', 'unless-decided']).default('unless-decided'),
  small: z.strictObject({ name: z.string(), inputPerMillionUsd: z.number().nonnegative(), outputPerMillionUsd: z.number().nonnegative() }),
  large: z.strictObject({ name: z.string(), inputPerMillionUsd: z.number().nonnegative(), outputPerMillionUsd: z.number().nonnegative() }).nullable().default(null),
  escalateWhenMissing: z.int().min(1).nullable().default(null).describe('Number of null key fields at which the larger model is asked'),
  temperature: z.number().min(0).max(2).default(0.2),
  timeoutMs: z.int().min(100).max(120_000).default(20_000).describe('Milliseconds for the whole answer'),
  maxOutputTokens: z.int().min(16).max(8_000).default(500),
  dailyBudgetUsd: z.number().nonnegative().describe('US dollars per UTC day; above it rules only'),
  reuseMinutes: z.number().nonnegative().default(10).describe('Minutes in which an identical question is answered from the cache'),
});

export const gatesSchema = z.strictObject({
  reviewBelow: share.describe('Confidence below which a person looks; at it, none has to'),
  reviewWhenMissing: z.int().min(1).nullable().default(null).describe('Number of null key fields at which a person looks'),
  autoSend: share.nullable().default(null).describe('Confidence from which an answer may go out unseen; null is never'),
  minWords: z.int().min(0).default(6).describe('Words below which confidence is low whatever the model says'),
  lowConfidence: share.default(0.3).describe('The confidence of a message that short'),
  rulesConfidence: share.default(0.5).describe('Confidence of a category found by words alone'),
});
