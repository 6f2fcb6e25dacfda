/** Seconds an answer is kept, by what it was. A failure is kept too, so that a sick or dear provider is not asked again at once. */
export interface KeptSeconds {
  readonly found: number;
  readonly notFound: number;
  readonly failed: number;
}

/** What the playbook allows one kind of lookup. */
export interface LookupTerms {
  readonly enabled: boolean;
  readonly timeoutMs: number;
  /** What the provider charges for a question, answered or not. */
  readonly costUsd: number;
  readonly keepSeconds: KeptSeconds;
}
