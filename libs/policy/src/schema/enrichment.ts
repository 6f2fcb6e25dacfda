import { z } from 'zod';

const keepSeconds = z.strictObject({
  found: z.int().min(0).default(86_400),
  notFound: z.int().min(0).default(21_600),
  failed: z.int().min(0).default(60),
}).describe('Seconds an answer is kept, by what it was; a failure too, so that a sick or dear provider is not asked again at once');

const lookup = {
  enabled: z.boolean().default(true),
  costUsd: z.number().nonnegative().default(0).describe('US dollars a provider charges for a question, answered or not'),
  keepSeconds: keepSeconds.prefault({}),
};

export const enrichmentSchema = z.strictObject({
  company: z.strictObject({ ...lookup, timeoutMs: z.int().min(50).max(30_000).default(2_000) }).prefault({}),
  website: z.strictObject({
    ...lookup,
    timeoutMs: z.int().min(50).max(30_000).default(2_000),
    maxCharacters: z.int().min(1).max(1_000).default(1_000).describe('Characters of the home page that are kept'),
  }).prefault({}),
}).describe('What is looked up about the sender; a lookup that fails makes the enrichment partial and stops nothing');
