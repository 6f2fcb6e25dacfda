/** What a provider knows about a domain. A failure is said, not thrown: an inquiry goes on without the fact. */
export type Finding<Value> =
  | { readonly status: 'found'; readonly value: Value }
  | { readonly status: 'not-found' }
  | { readonly status: 'failed'; readonly because: string };

export interface FindOptions {
  /** Aborts when the time for the answer is over. */
  readonly signal: AbortSignal;
  /** The longest text that is of use; providers of other things ignore it. */
  readonly maxCharacters: number;
}

/**
 * Knows something about companies by domain: a directory of companies, their home pages. Asked once per domain and cache time,
 * possibly by several replicas at once. Never throws, whatever the other side does.
 */
export interface Provider<Value> {
  /** Stands in events, metrics and logs. */
  readonly name: string;
  find(domain: string, options: FindOptions): Promise<Finding<Value>>;
}
