/** What is to be published about one effect. */
export interface Settlement {
  /** The event's id: the same however often it is published. */
  readonly settlementId: string;
  /** Data of an `effect.settled.v1`. */
  readonly event: unknown;
  readonly traceParent: string | null;
  readonly brand: string;
  readonly playbook: string;
}

/** Who claims, for how long (milliseconds). */
export interface Claiming {
  readonly owner: string;
  readonly ms: number;
}

/**
 * What has settled and is not published yet, in order, and who publishes it. Settlements are counted: the position is how many were
 * published so far. All methods throw TransientError while the database is away. No lock outlives a call.
 */
export interface Settlements {
  /** Takes or keeps the relay: null while another process has it. `published` is the position this database knows of. */
  claim(claiming: Claiming): Promise<{ readonly sequence: string; readonly published: bigint } | null>;
  /**
   * Gives what stands at `position`, up to `limit`, and keeps the relay; null when another process has it. The same settlements again
   * while the position is the same: once it has moved on they are published, and forgotten.
   */
  next(
    claiming: Claiming,
    at: { readonly position: bigint; readonly limit: number },
  ): Promise<readonly Settlement[] | null>;
  /** Lets another process have the relay at once. */
  release(owner: string): Promise<void>;
}
