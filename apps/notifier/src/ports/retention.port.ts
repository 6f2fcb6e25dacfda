/** Effects that were decided by one playbook for one brand: they are kept equally long. */
export interface RetentionGroup {
  readonly playbook: string;
  readonly brand: string;
}

export interface RetentionTerms {
  /** Days after settling until the content goes: it is personal data. */
  readonly contentDays: number;
  /** Days after settling until the rest goes: the receipt. Never less than `contentDays`. */
  readonly receiptDays: number;
}

/** Deletes what has been settled for long enough, and never anything else. All methods throw TransientError while the database is away. */
export interface Retention {
  /** Groups that have anything settled. */
  groups(): Promise<readonly RetentionGroup[]>;
  /** Erases contents and deletes rows whose time is over, up to `limit` each. Gives how many. Any number of processes may do it at once. */
  apply(
    group: RetentionGroup,
    terms: RetentionTerms,
    limit: number,
  ): Promise<{ readonly erased: number; readonly deleted: number }>;
}
