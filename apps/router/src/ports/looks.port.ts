/** A moment at which a pool wants to be looked at: somebody may be there again for those who wait. */
export interface Look {
  readonly brand: string;
  readonly pool: string;
  /** RFC 3339. */
  readonly at: string;
}

/** Durable: a look that nobody took is there for the next one. All methods throw TransientError while the database is away. */
export interface Looks {
  /** One moment for each pool, the one that was said last. */
  set(looks: readonly (Look & { readonly saidAt: string })[]): Promise<void>;
  /** Hands over those that are due, each to one taker at a time; they end when `heard` resolves, else they are due again. Gives how many. */
  take(
    due: { readonly now: string; readonly count: number },
    heard: (looks: readonly Look[]) => Promise<void>,
  ): Promise<number>;
}
