import { z } from 'zod';
import { days, name, share, term, whole } from './words.ts';

const path = z.enum(['auto', 'suggest', 'human']);

const forIntent = z.strictObject({
  reviewBelow: share.optional().describe('Confidence below which a person looks'),
  route: share.nullable().optional().describe('Confidence from which the queue is believed'),
  priority: share.nullable().optional().describe("Confidence from which the model's priority is believed"),
  autoSend: share.nullable().optional().describe('Confidence from which an answer may go out unseen; null is never'),
  path: path.optional().describe('The furthest its answers may go: sent unseen, proposed to a person, or left to one'),
});

export const gatesSchema = z
  .strictObject({
    reviewBelow: share.describe('Confidence below which a person looks; at it, none has to'),
    reviewWhenMissing: whole('key fields', [1, 50])
      .nullable()
      .default(null)
      .describe('Null key fields from which a person looks; null: their number is no reason'),
    route: share
      .nullable()
      .default(null)
      .describe('Confidence from which the queue is believed: below it a person sorts; null asks for none'),
    priority: share
      .nullable()
      .default(null)
      .describe(
        "Confidence from which the model's priority is believed: below it the category's counts; null asks for none",
      ),
    autoSend: share
      .nullable()
      .default(null)
      .describe('Confidence from which an answer may go out unseen; null is never'),
    path: path
      .default('auto')
      .describe(
        'The furthest an answer may go, however sure: sent unseen where the gate allows it, proposed to a person, or left to one',
      ),
    byIntent: z
      .record(term, forIntent)
      .default({})
      .describe('The row of an intent (or category, where no intent is known); what it leaves out is as above'),
    neverAutoSendWith: z.array(term).default([]).describe('Flags with which nothing goes out unseen'),
    autoSendWithin: name
      .nullable()
      .default(null)
      .describe(
        'Calendar in whose hours an answer may go out unseen: what is decided outside them is proposed to a person; null: at any hour',
      ),
    minWords: whole('words', [0, 1_000])
      .default(6)
      .describe('Length below which confidence is low whatever the model says'),
    lowConfidence: share.default(0.3).describe('The confidence of a message that short'),
    rulesConfidence: share.default(0.5).describe('Confidence of a category found by words alone'),
    deal: z
      .strictObject({
        minConfidence: share
          .nullable()
          .default(null)
          .describe('Confidence from which a deal may be opened in the CRM; null opens none'),
        openWindowDays: days
          .default(0)
          .describe('An open deal of the same company younger than this is joined, and no new one is opened'),
      })
      .prefault({})
      .describe('When a deal is opened'),
  })
  .describe('Thresholds. At its threshold a gate is passed, below it never');
