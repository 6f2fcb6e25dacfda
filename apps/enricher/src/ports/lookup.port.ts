import type { Enrichment } from '@sluice/contracts';
import type { LookupTerms } from '../domain/lookup-terms.ts';

/** One lookup as the event reports it, and what it brought. */
export type Looked<Value> = Enrichment['lookups'][number] & { readonly value: Value | null };

export interface LookUpOptions {
  readonly terms: LookupTerms;
  readonly maxCharacters: number;
  /** Aborts when the partition was taken away. */
  readonly signal: AbortSignal;
}

/**
 * Looks something up by domain, from the cache where it can. Called by `gather`, once per inquiry, possibly repeated.
 * Within `terms.timeoutMs` it says `found`, `not-found`, `cached`, `failed` or `skipped`; it throws only `signal.reason`.
 */
export interface Lookup<Value> {
  /** A null domain, or a lookup the playbook has switched off, is `skipped`. */
  lookUp(domain: string | null, options: LookUpOptions): Promise<Looked<Value>>;
}
