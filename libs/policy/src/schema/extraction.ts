import { z } from 'zod';
import { name, whole } from './words.ts';

const scalar = z.union([z.string(), z.number(), z.boolean()]);

const field = z.strictObject({
  type: z
    .enum(['string', 'number', 'boolean', 'strings'])
    .describe("`strings` is a list; a number's unit belongs into `describe`"),
  values: z.array(z.string()).optional().describe('The only values a string may have'),
  describe: z.string().describe('What the model is told about the field'),
  from: z
    .enum(['model', 'retrieval'])
    .default('model')
    .describe('Who gives it: the model reading the text, or a search in what is known'),
});

export const extractionSchema = z
  .strictObject({
    fields: z
      .record(z.string(), field)
      .default({})
      .describe('What is read from the text, by field; each may be null, for what the text does not say'),
    categoryField: z
      .string()
      .nullable()
      .default(null)
      .describe('The field that names the category; null where the model gives none'),
    confidenceField: z
      .string()
      .default('confidence')
      .describe('The field in which the model says how sure it is, from 0 to 1'),
    keyFields: z.array(z.string()).default([]).describe('Fields that matter: several null means uncertain'),
    prompt: name
      .default('extraction')
      .describe('Which file of the folder prompts/ holds the instructions, without .md'),
    instructions: z.string().max(20_000).default('').describe('What the model is told; filled from the prompt file'),
    examples: z
      .array(
        z.strictObject({
          message: z.string().describe('What somebody wrote'),
          answer: z
            .record(z.string(), z.union([scalar, z.null(), z.array(z.string())]))
            .describe('What the model should have answered, by field'),
        }),
      )
      .default([])
      .describe('Shown to the model before the message; two for each category are a good start'),
    maxCharacters: whole('characters', [100, 20_000])
      .default(1_500)
      .describe('How much of the message the model is shown, after the subject'),
  })
  .describe('What a model reads from the text');
