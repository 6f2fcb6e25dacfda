import type { Effect } from '@sluice/connectors';
import type { Step } from '../domain/next-step.ts';

export interface PlannedEffect extends Effect {
  readonly mode: 'off' | 'propose' | 'sandbox' | 'live';
  /** W3C trace context of the record that asked for it. */
  readonly traceParent: string | null;
  readonly brand: string;
  readonly playbook: string;
}

/** An effect that is ours for as long as the lease lasts. */
export interface LeasedEffect extends PlannedEffect {
  /** `call`: nothing may have reached the provider. `ask`: something may have. */
  readonly turn: 'call' | 'ask';
  readonly tries: number;
  readonly asks: number;
  readonly attemptedAt: string | null;
}

export interface SettledEffect extends PlannedEffect {
  readonly state: 'confirmed' | 'refuted' | 'unknown' | 'skipped';
  readonly receipt: { readonly providerId: string | null; readonly requestHash: string; readonly responseDigest: string | null; readonly attempts: number; readonly learntBy: 'answer' | 'inquiry' | 'none'; readonly reason: string | null };
  readonly settledAt: string;
}

/** The record of every effect: planned → leased → attempted → confirmed, refuted or unknown. All changes are compare-and-swap on the lease. */
export interface Ledger {
  /** Inserts what is new; gives what is not settled, whether new or not. */
  plan(effects: readonly PlannedEffect[]): Promise<readonly PlannedEffect[]>;
  /** Takes an effect, unless another holds it or it is settled. */
  lease(effectId: string, owner: string, ms: number): Promise<LeasedEffect | null>;
  /** Notes that a call begins now. False when the lease was lost: then nothing may be called. */
  attempt(effectId: string, owner: string): Promise<boolean>;
  /** Stores what follows. False when the lease was lost. */
  record(effectId: string, owner: string, step: Step): Promise<boolean>;
  /** Effects that nobody holds and nothing will remind us of. */
  forgotten(olderThanMs: number): Promise<readonly { readonly effectId: string; readonly kind: string; readonly target: string }[]>;
  /** Hands settled effects to `publish` in their order, one process at a time, and marks them once it resolves. Gives how many. */
  relay(limit: number, publish: (settled: readonly SettledEffect[]) => Promise<void>): Promise<number>;
}
