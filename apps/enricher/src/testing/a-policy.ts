import type { EnrichmentPolicy, LookupTerms } from '../domain/enrichment-policy.ts';

export const someTerms: LookupTerms = {
  enabled: true, timeoutMs: 2000, costUsd: 0.01, keepSeconds: { found: 86_400, notFound: 3600, failed: 60 },
};

export const aPolicy: EnrichmentPolicy = { enrichment: { company: someTerms, website: { ...someTerms, costUsd: 0, maxCharacters: 1000 } } };
