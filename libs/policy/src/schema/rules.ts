import { z } from 'zod';
import { condition, name, term } from './words.ts';

export const rulesSchema = z.array(z.strictObject({
  id: name.describe('Shown with every decision the rule took part in'),
  when: condition.describe('CEL over inquiry, contact, company, history, metadata, lists and numbers; evaluated before any model is asked'),
  then: z.strictObject({
    label: term.optional().describe('Overrides the label of the rubric'),
    category: term.optional().describe('Overrides the category'),
    priority: term.optional().describe('Overrides the priority'),
    flag: term.optional().describe('Sets a flag'),
    path: z.enum(['human', 'suggest']).optional().describe('`human`: a person answers, nothing is drafted; `suggest`: nothing goes out unseen'),
    decide: z.boolean().default(false).describe('True when this settles the inquiry: no model is asked'),
  }).describe('What the rule says; what it leaves out is decided as usual'),
})).describe('Deterministic rules, before the model; where two speak of the same thing the first is heard');
