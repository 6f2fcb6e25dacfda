import { z } from 'zod';
import { condition, name, quantity, share, whole } from './words.ts';

const optional = (unit: string, most: number) => whole(unit, [0, most]).nullable().default(null);

export const reuseSchema = z
  .strictObject({
    classificationHours: quantity('hours', [0, 720])
      .default(0)
      .describe(
        'How long a conversation keeps its category without a model being asked again, as long as the message asks for the same; 0 asks always',
      ),
  })
  .describe('What is not asked twice');

const faq = z.strictObject({
  id: name.describe('Its name: what cites it names it'),
  question: z.string().trim().min(1).max(500).describe('As customers ask it'),
  answer: z.string().trim().min(1).max(5_000).describe('The approved answer'),
});

export const retrievalSchema = z
  .strictObject({
    faqs: z
      .array(faq)
      .max(1_000)
      .default([])
      .describe('Frequent questions with their approved answers, the most frequent first; ids are different'),
    topFaqs: optional('questions', 1_000).describe('How many of `faqs`, from the first, are looked through; null: all'),
    k: optional('snippets', 100).describe('Snippets fetched; null: nothing is looked up'),
    showK: optional('snippets', 100).describe('Snippets shown to a person'),
    facts: z
      .strictObject({
        least: whole('facts', [0, 50]).default(0).describe('Fewest'),
        most: whole('facts', [0, 50]).describe('Most'),
      })
      .nullable()
      .default(null)
      .describe('Facts a draft is built on; null: no bound'),
    maxTokens: optional('tokens', 20_000).describe('Length of what is found, together; null: no bound'),
    minSimilarity: share.nullable().default(null).describe('Likeness below which a snippet is left out; null: none is'),
    macros: z.boolean().default(false).describe('Whether prepared answers are looked up too'),
  })
  .describe('What is looked up in the knowledge base');

export const draftingSchema = z
  .strictObject({
    enabled: z.boolean().default(false).describe('Whether replies are drafted at all'),
    words: z
      .strictObject({
        least: whole('words', [0, 2_000]).default(0).describe('Fewest'),
        most: whole('words', [1, 2_000]).describe('Most'),
      })
      .nullable()
      .default(null)
      .describe('Length of a draft; null: no bound'),
    maxBullets: optional('bullets', 50).describe('List items at most; null: no bound'),
    tone: z
      .string()
      .max(4_000)
      .default('')
      .describe(
        'How the house speaks, for whoever drafts: its voice, words it uses and words it avoids; empty: no tone is asked for',
      ),
    format: z.enum(['plain', 'markdown']).default('plain').describe('What a draft is written in'),
    snippetsOnly: z.boolean().default(true).describe('Every statement cites a snippet; what cites none is not sent'),
    requiredLinks: z.array(z.string()).default([]).describe('Links that a draft must have'),
    forbidden: z
      .array(z.string())
      .default([])
      .describe('Words of promises and discounts: a draft with one is not sent'),
    fallbackTemplate: name
      .nullable()
      .default(null)
      .describe('Template when the draft is not good enough; null: a person writes'),
    internalBullets: z
      .strictObject({
        least: whole('bullets', [0, 50]).describe('Fewest'),
        most: whole('bullets', [0, 50]).describe('Most'),
      })
      .nullable()
      .default(null)
      .describe('Length of the summary for colleagues; null: one or two sentences'),
  })
  .describe('How replies are drafted');

export const sourcesSchema = z
  .record(
    name,
    z.strictObject({
      kind: z
        .enum(['http', 'mail', 'gmail', 'graph', 'imap', 'csv', 'helpdesk', 'chat'])
        .describe('How inquiries come in'),
      key: z
        .array(
          z.enum([
            'message_id',
            'message_id+thread_id',
            'external_id',
            'event_id',
            'source_id+ts',
            'thread_id+ts',
            'hash',
          ]),
        )
        .min(1)
        .describe('What makes an inquiry the same one, in the order in which they are tried'),
      verify: z
        .enum(['hmac', 'provider', 'bearer', 'none'])
        .describe('How a sender shows who it is; `bearer` and `none` are weak, and shown as such'),
    }),
  )
  .describe('Where inquiries come from, by source');

export const followUpsSchema = z
  .array(
    z.strictObject({
      when: condition.describe('CEL over inquiry, contact, company, history, metadata, reading and decision'),
      afterHours: quantity('hours', [0, 8_760]).describe('Earliest, counted from the decision'),
      beforeHours: quantity('hours', [0, 8_760]).describe('Latest'),
      sequence: name.nullable().default(null).describe('Nurture sequence; null: a person'),
    }),
  )
  .describe('When somebody who has not been answered to the end is written to again');

export const consoleSchema = z
  .strictObject({
    title: z.string().max(120).optional().describe("Name of the queue page; left out: the playbook's own"),
    columns: z.array(name).default([]).describe('Columns of the queue, in order; none: the usual'),
  })
  .describe('What reviewers see');
