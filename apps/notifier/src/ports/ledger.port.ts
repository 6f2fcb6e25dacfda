import type { Effect } from '@sluice/connectors';
import type { EffectMode } from '../domain/effect-mode.ts';
import type { SettledState, Step } from '../domain/next-step.ts';

/** An effect as it is to be done: mode and destination are what this deployment made of the request. */
export interface PlannedEffect extends Effect {
  readonly mode: EffectMode;
  /** Where it goes: the target, or what stands in for it in a sandbox. */
  readonly destination: string;
  readonly lane: string;
  /** W3C trace context of the record that asked for it. */
  readonly traceParent: string | null;
  readonly brand: string;
  readonly playbook: string;
}

/** An effect that is ours for as long as the lease lasts. */
export interface LeasedEffect extends PlannedEffect {
  /** Proof of the lease: what is told to the ledger under an older one counts for nothing. */
  readonly lease: string;
  /** `call`: nothing is under way at the provider. `ask`: something may be, or may have been applied. */
  readonly turn: 'call' | 'ask';
  readonly tries: number;
  readonly asks: number;
  readonly ageMs: number;
  /** RFC 3339: when the first call began that may have been applied; null when there was none. */
  readonly firstAttemptedAt: string | null;
}

export type Leasing =
  | { readonly kind: 'leased'; readonly effect: LeasedEffect }
  /** Somebody else has it for this long. */
  | { readonly kind: 'held'; readonly forMs: number }
  /** There is nothing to do: it is settled, or was never planned. */
  | { readonly kind: 'over' };

/** The job that made us look. Its queue and the ledger change together. */
export interface Reminder {
  readonly id: string;
  readonly lane: string;
  readonly taking: number;
}

export interface LaneBacklog {
  readonly lane: string;
  readonly kind: string;
  readonly effects: number;
  readonly oldestMs: number;
}

export interface Reopening {
  readonly kind?: string;
  readonly target?: string;
  readonly effectIds?: readonly string[];
  readonly states: readonly Exclude<SettledState, 'confirmed'>[];
}

/**
 * The record of every effect: planned → leased → attempted → confirmed, refuted or unknown. All changes are compare-and-swap on
 * the lease, and change the effect's job in the same transaction. All methods throw TransientError while the database is away.
 */
export interface Ledger {
  /** Inserts what is new, with a job each; what is only recorded is settled at once. Gives the lanes that got work. */
  plan(effects: readonly PlannedEffect[]): Promise<readonly string[]>;
  /** Takes an effect for `ms`, unless another holds it. */
  lease(effectId: string, ms: number): Promise<Leasing>;
  /** Notes that a call begins now. False when the lease was lost: then nothing may be called. */
  attempt(effect: LeasedEffect): Promise<boolean>;
  /** Stores what follows, and finishes or postpones the job. False when the lease was lost. */
  record(
    effect: LeasedEffect,
    step: Step,
    told: { readonly reminder: Reminder; readonly traceParent: string | null },
  ): Promise<boolean>;
  /** Nothing to do now: the job ends, or waits. */
  dismiss(reminder: Reminder, afterMs: number | null): Promise<void>;
  /** What is not settled, by lane. */
  backlog(): Promise<readonly LaneBacklog[]>;
  /** Adds the jobs that unsettled effects should have: none is missing unless somebody deleted them. Goes on after `after`; gives where it got to, null at the end. */
  remind(after: string | null): Promise<string | null>;
  /** Takes settled effects up again: what was not done is done anew, what nobody knows is asked about first. Gives how many. */
  reopen(which: Reopening): Promise<number>;
}
