import { z } from 'zod';
import { usd, whole } from './words.ts';

const seconds = whole('seconds', [0, 31_536_000]);

const keepSeconds = z
  .strictObject({
    found: seconds.default(86_400).describe('An answer'),
    notFound: seconds.default(21_600).describe('That there is none'),
    failed: seconds.default(60).describe('A failure, so that a sick or dear provider is not asked again at once'),
  })
  .prefault({})
  .describe('How long an answer is kept, by what it was');

const lookup = {
  enabled: z.boolean().default(true).describe('Whether it is looked up at all'),
  costUsd: usd.default(0).describe('What a provider charges for a question, answered or not'),
  keepSeconds,
  timeoutMs: whole('milliseconds', [50, 30_000]).default(2_000).describe('How long an answer is waited for'),
};

export const enrichmentSchema = z
  .strictObject({
    company: z.strictObject(lookup).prefault({}).describe('Industry, size and country of the company'),
    website: z
      .strictObject({
        ...lookup,
        maxCharacters: whole('characters', [1, 1_000]).default(1_000).describe('How much of the home page is kept'),
      })
      .prefault({})
      .describe("The company's home page"),
  })
  .describe('What is looked up about the sender; a lookup that fails makes the enrichment partial and stops nothing');
