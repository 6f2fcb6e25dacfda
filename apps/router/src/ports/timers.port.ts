/** A clock as it last said it stands, and what its records carried. */
export interface ClockPosition {
  readonly conversationId: string;
  readonly clock: string;
  /** A lower one is older, and changes nothing. */
  readonly revision: number;
  readonly inquiryId: string;
  readonly queue: string;
  readonly status: 'running' | 'paused' | 'stopped';
  /** RFC 3339; null while it stands still. */
  readonly dueAt: string | null;
  /** When it wants to be woken; null when nothing can happen by itself. */
  readonly wakeAt: string | null;
  readonly passedShare: number;
  readonly brand: string;
  readonly playbook: string;
  readonly traceParent: string | null;
}

/** A clock whose moment has come. */
export interface DueTimer extends Pick<
  ClockPosition,
  'conversationId' | 'clock' | 'inquiryId' | 'brand' | 'playbook' | 'traceParent'
> {
  /** The same however often the moment comes. */
  readonly id: string;
  readonly wakeAt: string;
  /** Proof that it is ours for now. */
  readonly taking: number;
}

export interface ClockCount {
  readonly queue: string;
  readonly clock: string;
  readonly atRisk: number;
  readonly overdue: number;
  /** Minutes of wall-clock time to the next breach; null when none is near. */
  readonly minutesToBreach: number | null;
}

/** Durable timers of clocks: none is lost with a process, and none is let go before it was heard. All methods throw TransientError while the database is away. */
export interface Timers {
  /** Before anything else; idempotent. */
  start(): Promise<void>;
  /** Sets what each clock wants. Gives those whose promise is broken by this, and was not before. */
  set(positions: readonly ClockPosition[]): Promise<readonly ClockPosition[]>;
  /** Those whose moment has come, each for one taker; due again if the taker dies. */
  take(count: number): Promise<readonly DueTimer[]>;
  /** Each was heard. */
  done(timers: readonly DueTimer[]): Promise<void>;
  /** Puts back what somebody deleted. Gives how many are late. */
  remind(): Promise<number>;
  counts(): Promise<readonly ClockCount[]>;
  stop(): Promise<void>;
}
