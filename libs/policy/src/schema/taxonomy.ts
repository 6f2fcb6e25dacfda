import { z } from 'zod';
import { name, phrases, term } from './words.ts';

const category = z.strictObject({
  name: term.describe('The bucket, as it is shown'),
  words: phrases
    .default([])
    .describe(
      'Words and phrases that speak for it when no model answers; lower case; the first category with a word in the text is taken',
    ),
  priority: term.describe('Priority of its inquiries unless a rule or the model says otherwise'),
});

const axis = z.strictObject({
  field: z.string().optional().describe("Extraction field that is read; the axis' own name where none is given"),
  values: z
    .array(term)
    .default([])
    .describe(
      'The only values it may have, with those that `words` names; whatever else a model says stays in the content',
    ),
  words: z
    .record(term, phrases)
    .default({})
    .describe('Words and phrases that speak for a value when the model gives none; lower case'),
  fallback: term.nullable().default(null).describe('Value when nothing speaks for any; null leaves it empty'),
});

export const axes = ['intent', 'product', 'urgency', 'sentiment'] as const;
export type Axis = (typeof axes)[number];

const flag = z.strictObject({
  name: term.describe('What is set, and may be named in conditions'),
  words: phrases
    .default([])
    .describe('Set when one of these is in subject or text; none: only rules and the model set it'),
});

export const taxonomySchema = z
  .strictObject({
    categories: z.array(category).min(1).describe('The one bucket an inquiry belongs to'),
    fallback: term.describe('Category when nothing speaks for any'),
    priorities: z.array(term).min(1).describe('From least to most urgent'),
    axes: z
      .partialRecord(z.enum(axes), axis)
      .default({})
      .describe(
        'What is decided besides the category: intent, product, urgency, sentiment. Language comes from the text, label and tier from the rubric',
      ),
    flags: z
      .array(flag)
      .default([])
      .describe('What a person must know before anything else: outage, pricing, legal, refund'),
    flagsField: z
      .string()
      .nullable()
      .default(null)
      .describe('Extraction field in which the model names flags; those the taxonomy does not know are not believed'),
    mappings: z
      .record(name, z.record(term, term))
      .default({})
      .describe(
        "From this playbook's words to those all playbooks share, by axis, so that two can be compared: mappings.category.Billing: billing",
      ),
  })
  .describe('What an inquiry can be');
