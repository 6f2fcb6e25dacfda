/** What is to be published about one effect. */
export interface Settlement {
  /** The event's id: the same however often it is published. */
  readonly settlementId: string;
  /** Place in the sequence; from 0, without gaps. */
  readonly position: bigint;
  /** Data of an `effect.settled.v1`. */
  readonly event: unknown;
  readonly traceParent: string | null;
  readonly brand: string;
  readonly playbook: string;
}

/** The sequence of settlements, and who publishes it. All methods throw TransientError while the database is away. */
export interface Settlements {
  /** Takes or keeps the relay for `ms`: null while another process has it. */
  claim(owner: string, ms: number): Promise<{ readonly sequence: string; readonly published: bigint } | null>;
  /** Numbers what has none yet, and gives what stands from `position` on. */
  from(position: bigint, limit: number): Promise<readonly Settlement[]>;
  /** Remembers how far it was published, should the broker ever forget. */
  published(next: bigint): Promise<void>;
  /** Lets another process have the relay at once. */
  release(owner: string): Promise<void>;
}
