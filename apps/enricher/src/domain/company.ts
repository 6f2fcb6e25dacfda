import type { Enrichment } from '@sluice/contracts';

/** What is known of a company, as the event carries it. */
export type Company = NonNullable<Enrichment['company']>;
