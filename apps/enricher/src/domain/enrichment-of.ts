import { truncate } from '@sluice/kernel';
import type { Enrichment } from '@sluice/contracts';
import type { Looked } from '../ports/lookup.port.ts';
import type { Company } from './company.ts';

export interface EnrichmentFacts {
  readonly company: Looked<Company>;
  readonly website: Looked<string>;
}

export type History = Enrichment['history'];

const statusOf = (lookups: readonly Looked<unknown>[]): Enrichment['status'] => {
  if (lookups.some(({ status }) => status === 'failed')) return 'partial';
  return lookups.every(({ status }) => status === 'skipped') ? 'none' : 'full';
};

/** Facts and history as the event carries them. */
export const enrichmentOf = (facts: EnrichmentFacts, history: History, maxCharacters: number): Enrichment => {
  const lookups = [facts.company, facts.website];
  return {
    status: statusOf(lookups),
    company: facts.company.value,
    website: facts.website.value === null ? null : truncate(facts.website.value, maxCharacters),
    history,
    lookups: lookups.map(({ provider, status, tookMs, costUsd }) => ({ provider, status, tookMs, costUsd })),
  };
};
