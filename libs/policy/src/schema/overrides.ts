import { z } from 'zod';
import { name, term } from './words.ts';

const part = z.record(z.string(), z.unknown());

/** From the widest to the narrowest: each is laid over those before it. */
export const scopes = ['tenant', 'brand', 'channel', 'intent'] as const;
export type ScopeName = (typeof scopes)[number];

export const overridesSchema = z
  .strictObject({
    tenant: z.record(name, part).default({}).describe('By tenant: what is different for all brands of it'),
    brand: z.record(name, part).default({}).describe('By brand'),
    channel: z
      .partialRecord(z.enum(['form', 'mail', 'import']), part)
      .default({})
      .describe('By channel'),
    intent: z
      .record(term, part)
      .default({})
      .describe('By intent, or category where no intent is known; in force from the gates on'),
  })
  .describe(
    'Parts of this document that differ for some inquiries: tenant, then brand, channel, intent; the narrower wins, but for safety keys the strictest',
  );

export const tenantsSchema = z.record(name, z.array(name)).describe('Brands by tenant');
