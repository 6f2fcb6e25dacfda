import { z } from 'zod';
import { condition, name, term } from './words.ts';

export const rulesSchema = z
  .array(
    z.strictObject({
      id: name.describe('Shown with every decision the rule took part in'),
      when: condition.describe(
        'CEL over inquiry, contact, company, history, metadata, lists and numbers; evaluated before any model is asked. One that can not be evaluated does not hold; where it would hold an answer back, it does',
      ),
      then: z
        .strictObject({
          label: term.optional().describe('Overrides the label of the rubric'),
          category: term.optional().describe('Overrides the category'),
          priority: term.optional().describe('Overrides the priority'),
          flag: term.optional().describe('Sets a flag'),
          path: z
            .enum(['human', 'suggest'])
            .optional()
            .describe('`human`: a person answers, nothing is drafted; `suggest`: nothing goes out unseen'),
          decide: z.boolean().default(false).describe('True when this settles the inquiry: no model is asked'),
        })
        .describe('What the rule says; what it leaves out is decided as usual'),
    }),
  )
  .describe('Deterministic rules, before the model; where two speak of the same thing the first is heard');

export const guardsSchema = z
  .array(
    z.strictObject({
      id: name.describe('Shown with every decision it held back'),
      when: condition.describe(
        'CEL over all that a rule sees, reading, and the decision so far: category, intent, product, urgency, sentiment, label, priority, score, confidence, flags. One that can not be evaluated holds the answer back',
      ),
      then: z
        .strictObject({
          path: z
            .enum(['human', 'suggest'])
            .describe('`human`: a person answers, nothing is drafted; `suggest`: nothing goes out unseen'),
          flag: term.optional().describe('Sets a flag'),
          priority: term.optional().describe('Raises the priority; never lowers it'),
        })
        .describe('What is held back'),
    }),
  )
  .describe('What holds an answer back once the text has been read: hostile writers, big customers in trouble');
