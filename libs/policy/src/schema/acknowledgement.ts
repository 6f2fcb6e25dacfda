import { z } from 'zod';
import { name, quantity, term } from './words.ts';

const template = z.strictObject({
  enabled: z.boolean().describe('Off: it exists, and nothing is sent with it'),
  category: term.nullable().default(null).describe('The category it answers; null: any'),
  language: z
    .string()
    .regex(/^[a-z]{2,3}$/, 'is no language code such as en or de')
    .nullable()
    .default(null)
    .describe('Who writes in this language gets it; null: everybody for whom there is none of their own'),
  subject: z.string().max(300).describe('Subject of the message, a Liquid template'),
  text: z.string().max(20_000).describe('Body of the message, a Liquid template; unknown variables are refused'),
  html: z
    .string()
    .max(50_000)
    .nullable()
    .default(null)
    .describe('The same as HTML, a Liquid template in which every value is escaped; null: plain text alone'),
  slots: z.array(name).default([]).describe('Variables that must be filled before it may be sent'),
});

export const acknowledgementSchema = z
  .strictObject({
    allow: z.array(term).default([]).describe('Categories that may be acknowledged automatically'),
    never: z
      .array(term)
      .default([])
      .describe('Categories and flags that are never acknowledged, whatever `allow` says'),
    withinSeconds: quantity('seconds', [0, 86_400])
      .nullable()
      .default(null)
      .describe('How soon an acknowledgement is due; null: no promise'),
    footer: z.string().max(500).default('Human review in progress').describe('Last line of an acknowledgement'),
    templates: z.record(name, template).default({}).describe('Messages that may be sent, by name'),
  })
  .describe('What is answered before a person has looked');
