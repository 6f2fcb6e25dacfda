import type { EffectKind } from '@sluice/contracts';

/** One outward action, as it was asked for. `content` is personal data: it goes to the provider and nowhere else. */
export interface Effect {
  /** The key under which the action must happen once. */
  readonly effectId: string;
  readonly kind: EffectKind;
  /** The sink's name in the playbook: a channel, a subscriber. */
  readonly target: string;
  readonly content: Readonly<Record<string, unknown>>;
  readonly inquiryId: string;
  readonly conversationId: string;
  readonly decisionId: string;
  /** RFC 3339, UTC. */
  readonly requestedAt: string;
  /** What was made of it before, where it is made in parts. */
  readonly parts: Made;
}

/** The provider's ids of the parts of an effect that were made, by name: a contact, a company, a deal. */
export type Made = Readonly<Record<string, string>>;

/** Parts that are certain by now, whatever came of the rest; absent where an effect has none. */
interface WithParts {
  readonly parts?: Made;
}

/**
 * What one call to the provider came to. Reasons are words of a bounded set and never hold text of the provider or of the effect.
 * `refuted`: not applied, and another call would not be either.
 * `retry`: not applied for certain; `spendsTry` is false where the provider never worked on it (busy, not reachable).
 * `misconfigured`: not applied, and will not be until a person has mended our credentials or the destination.
 * `unknown`: it may have been applied.
 */
export type AttemptResult = WithParts & Attempted;
type Attempted =
  | { readonly kind: 'confirmed'; readonly providerId: string | null; readonly responseDigest: string }
  | { readonly kind: 'refuted'; readonly reason: string }
  | { readonly kind: 'retry'; readonly afterMs: number | null; readonly reason: string; readonly spendsTry: boolean }
  | { readonly kind: 'misconfigured'; readonly reason: string }
  | { readonly kind: 'unknown'; readonly reason: string };

/** Why nothing, or nothing for one target, can be done at a provider until a person mends it. */
export interface SinkFault {
  /** Null where it concerns every target. */
  readonly target: string | null;
  /** A word of a bounded set, as in an `AttemptResult`. */
  readonly reason: string;
  /** What to do about it, for the person who reads `/readyz` or `doctor`. */
  readonly mend: string;
}

/** `cannot-tell`: the provider could not be asked just now, which says nothing about our configuration. */
export type SinkCheck =
  | { readonly kind: 'checked'; readonly faults: readonly SinkFault[] }
  | { readonly kind: 'cannot-tell'; readonly reason: string };

/**
 * What the provider says about an effect it may have applied. `absent` speaks for the moment of asking only: a request that
 * is still under way can be applied afterwards.
 */
export type Found = WithParts & Sought;
type Sought =
  | { readonly kind: 'found'; readonly providerId: string | null; readonly responseDigest: string }
  | { readonly kind: 'absent' }
  /** It can't be asked until a person has mended our credentials or the destination. */
  | { readonly kind: 'misconfigured'; readonly reason: string }
  | { readonly kind: 'cannot-tell'; readonly reason: string; readonly afterMs: number | null };

/**
 * What to do when nobody knows whether an effect was applied. `ask`: the provider can be asked. `resend`: it recognises the
 * key, so that sending again is safe. `hold`: neither; a person looks.
 */
export type OnUnknown = 'ask' | 'resend' | 'hold';

/** One kind of outward action at one provider. Called by the notifier's ledger only, for one effect at a time per lease. */
export interface Connector {
  readonly kind: EffectKind;
  readonly onUnknown: OnUnknown;
  /** Milliseconds after which `perform` has ended, whatever happened. A lease must be longer. */
  readonly timeoutMs: number;
  /** Has the provider apply it once, without retries. Never throws for what the provider or the network does. */
  perform(effect: Effect): Promise<AttemptResult>;
  /**
   * Asks the provider whether our credentials are good and whether these targets can be reached. Changes nothing, never throws. Null
   * where a provider can't be asked without being told something.
   */
  readonly check: ((targets: readonly string[]) => Promise<SinkCheck>) | null;
  /** Looks for an effect that may have been applied since `since` (RFC 3339). Changes nothing. */
  ask(effect: Effect, context: { readonly since: string }): Promise<Found>;
  close(): Promise<void>;
}

/** A connector of this deployment, and what it is for. */
export interface InstalledConnector extends Connector {
  /** The target whose effects it performs; null: of every target of its kind. */
  readonly provider: string | null;
  /** Which effects it performs: those that are live, those of the sandbox, or both (null). */
  readonly environment: 'live' | 'sandbox' | null;
}
