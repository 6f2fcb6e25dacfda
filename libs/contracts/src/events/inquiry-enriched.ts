import { z } from 'zod';
import { contract, type DataOf } from '../contract.ts';
import { count, instant } from '../fields.ts';
import { normalizedFields } from './inquiry-normalized.ts';

const company = z.object({
  domain: z.string(),
  name: z.string().nullable(),
  employees: count.nullable(),
  industry: z.string().nullable(),
  /** ISO 3166-1 alpha-2. */
  country: z.string().nullable(),
});

const lookup = z.object({
  provider: z.string(),
  status: z.enum(['found', 'not-found', 'cached', 'failed', 'skipped']),
  /** Whole milliseconds. */
  tookMs: count,
  costUsd: z.number().nonnegative(),
});

export const enrichment = z.object({
  /** `partial`: a provider failed and we went on without it. `none`: there was nothing to look up. */
  status: z.enum(['full', 'partial', 'none']),
  company: company.nullable(),
  /** At most 1,000 characters of the company's home page, as plain text. Untrusted. */
  website: z.string().max(1000).nullable(),
  history: z.object({ inquiries: count, lastReceivedAt: instant.nullable() }),
  lookups: z.array(lookup),
});
export type Enrichment = z.output<typeof enrichment>;

export const enrichedFields = { ...normalizedFields, enrichment };

/** An inquiry with what the world says about its sender. */
export const inquiryEnriched = {
  v1: contract('inquiry.enriched.v1', {
    key: (inquiry) => inquiry.conversationId,
    subject: (inquiry) => inquiry.inquiryId,
    schema: z.object({ ...enrichedFields, enrichedAt: instant }),
  }),
};
export type InquiryEnriched = DataOf<typeof inquiryEnriched.v1>;
