import type { Effect } from '@sluice/connectors';
import type { EffectPurpose } from '@sluice/contracts';
import type { EffectMode } from '../domain/effect-mode.ts';
import type { SettledState, Step } from '../domain/next-step.ts';

/** An effect as it is to be done: mode and destination are what this deployment made of the request. */
export interface PlannedEffect extends Effect {
  readonly mode: EffectMode;
  /** Where it goes: the target, or what stands in for it in a sandbox. */
  readonly destination: string;
  readonly lane: string;
  /** Why nobody performs it (`propose`, `no-connector`): then it is settled as skipped when it is planned. Null: it is performed. */
  readonly skipped: string | null;
  /** Null where others than the person who wrote are told. */
  readonly purpose: EffectPurpose | null;
  /** What switches name it by; null where it is about no one inquiry. */
  readonly intent: string | null;
  readonly channel: string | null;
  /** Whom an answer is for, as a pseudonym; null where nobody is answered. */
  readonly correspondent: string | null;
  /** SHA-256 of what was asked for. */
  readonly requestHash: string;
  /** RFC 3339: nothing is done before; null where it may be done at once. */
  readonly notBefore: string | null;
  /** RFC 3339: nobody is helped by it afterwards; null where it is never too late. */
  readonly usefulUntil: string | null;
  /** RFC 3339: until when a person may approve it; null where nobody is asked. */
  readonly approveBy: string | null;
  /** W3C trace context of the record that asked for it. */
  readonly traceParent: string | null;
  readonly brand: string;
  readonly playbook: string;
}

/** An effect that is ours for as long as the lease lasts. */
export interface LeasedEffect extends PlannedEffect {
  /** Proof of the lease: what is told to the ledger under an older one counts for nothing. */
  readonly lease: string;
  /** What people said of it; `not-needed` where nobody is asked. */
  readonly approval: 'not-needed' | 'awaited' | 'approved' | 'declined';
  /** Milliseconds since the epoch: until then nobody else has it. On the safe side: counted from before the lease was asked for. */
  readonly leasedUntil: number;
  /** `call`: nothing is under way at the provider. `ask`: something may be, or may have been applied. */
  readonly turn: 'call' | 'ask';
  /** Calls that count against the most that are spent on one effect. */
  readonly tries: number;
  /** Calls of any kind. */
  readonly attempts: number;
  readonly asks: number;
  /** How often it was settled before: more than once where people reopened it. */
  readonly settlements: number;
  readonly ageMs: number;
  /** RFC 3339: when the first call began that may have been applied; null when there was none. */
  readonly firstAttemptedAt: string | null;
}

export interface LaneBacklog {
  readonly lane: string;
  readonly kind: string;
  readonly effects: number;
  readonly oldestMs: number;
  /** Effects that wait after a call or a question, and why one of them does; null where none does. */
  readonly waiting: { readonly effects: number; readonly reason: string } | null;
}

/** What a person said of an effect that was proposed. */
export interface Review {
  readonly effectId: string;
  readonly verdict: 'approved' | 'declined';
  /** RFC 3339. */
  readonly at: string;
}

export interface Reopening {
  readonly kind?: string;
  readonly target?: string;
  readonly effectIds?: readonly string[];
  readonly states: readonly Exclude<SettledState, 'confirmed'>[];
}

/** What planning came to. */
export interface Planned {
  /** Lanes that got work. */
  readonly lanes: readonly string[];
  /** Kinds of the effects that were settled as skipped, one for each. */
  readonly skipped: readonly string[];
}

/**
 * The record of every effect: planned → leased → attempted → confirmed, refuted or unknown. A row says itself when its next turn is
 * due; a lease puts that off until it has run out. All changes are compare-and-swap on the lease. All methods throw TransientError
 * while the database is away.
 */
export interface Ledger {
  /** Inserts what is new; what nobody performs is settled at once. Repeating it changes nothing. */
  plan(effects: readonly PlannedEffect[]): Promise<Planned>;
  /**
   * Obeys what people said, the first word on each effect, whether it is planned already or only later. Gives the lanes that got work.
   * Repeating it changes nothing.
   */
  review(reviews: readonly Review[]): Promise<readonly string[]>;
  /** Takes up to `count` effects of a lane that are due and that no switch holds, the longest due first, for `leaseMs`. */
  take(lane: string, options: { readonly count: number; readonly leaseMs: number }): Promise<readonly LeasedEffect[]>;
  /** Notes that a call begins now, and gives the effect with that call counted. Null when the lease was lost, or a switch holds it: then nothing may be called. */
  attempt(effect: LeasedEffect): Promise<LeasedEffect | null>;
  /** Stores what follows, and ends the lease. False when it was lost. */
  record(effect: LeasedEffect, step: Step, traceParent: string | null): Promise<boolean>;
  /** Lanes that have anything due: asked every second, so at little cost however much waits. */
  dueLanes(): Promise<readonly string[]>;
  /** What is not settled, by lane. Looks at every such effect. */
  backlog(): Promise<readonly LaneBacklog[]>;
  /** Takes settled effects up again: what was not done is done anew, what nobody knows is asked about first. Gives how many. */
  reopen(which: Reopening): Promise<number>;
}
