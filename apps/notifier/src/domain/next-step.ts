import type { AttemptResult, Found, OnUnknown } from '@sluice/connectors';
import type { DestinationReport } from './lane-pace.ts';

/** Where an effect stands. The last four are settled: published, and touched again only when a person reopens them. */
export type EffectState = 'planned' | 'leased' | 'attempted' | 'confirmed' | 'refuted' | 'unknown' | 'skipped';
export type SettledState = Extract<EffectState, 'confirmed' | 'refuted' | 'unknown' | 'skipped'>;

export interface Proof {
  readonly providerId: string | null;
  readonly responseDigest: string | null;
  readonly learntBy: 'answer' | 'inquiry' | 'none';
}

/** What the ledger does after a call, a question, or a death in between. Data only. */
export type Step =
  | { readonly do: 'settle'; readonly state: SettledState; readonly reason: string | null; readonly proof: Proof }
  | { readonly do: 'try-again'; readonly afterMs: number; readonly reason: string; readonly spendsTry: boolean }
  | { readonly do: 'ask'; readonly afterMs: number; readonly reason: string; readonly spendsAsk: boolean };

export interface Terms {
  /** Calls that may be spent on one effect. */
  readonly maxTries: number;
  /** Questions before it is left to a person. */
  readonly maxAsks: number;
  /** Milliseconds before the second call; doubles up to `capMs`. */
  readonly baseMs: number;
  readonly capMs: number;
  /** How long an unanswered call may still be under way at the provider: asked before that, an absence proves nothing. */
  readonly graceMs: number;
  /** Age at which even calls that cost no try (a provider that is away) come to an end. */
  readonly giveUpMs: number;
  /** The same for what waits until a person has mended our configuration: days, for people have weekends. */
  readonly mendMs: number;
}

/** What is known about an effect when a call or a question has ended. */
export interface Standing {
  readonly effectId: string;
  /** Calls spent, this one included. */
  readonly tries: number;
  readonly asks: number;
  /** Milliseconds since it was planned. */
  readonly ageMs: number;
  readonly onUnknown: OnUnknown;
}

const NO_PROOF: Proof = { providerId: null, responseDigest: null, learntBy: 'none' };

const settled = (state: SettledState, reason: string | null, proof: Proof = NO_PROOF): Settling => ({
  do: 'settle',
  state,
  reason,
  proof,
});

export type Settling = Extract<Step, { readonly do: 'settle' }>;

export const skip = (reason: string): Settling => settled('skipped', reason);
/** Why an effect is skipped that this deployment has no credentials for. */
export const NO_CONNECTOR = 'no-connector';

const LEAST_SPREAD = 0.75;
const SPREADS = 512;

/** Doubling, spread by the effect's own id and turn, so that what failed together does not come back together. */
export const backoffMs = ({ baseMs, capMs }: Terms, turn: number, effectId: string): number => {
  const at = (Number.parseInt(effectId.slice(0, 4), 16) + turn * 131) % SPREADS;
  return Math.round(
    Math.min(capMs, baseMs * 2 ** Math.min(20, Math.max(0, turn - 1))) * (LEAST_SPREAD + at / (2 * SPREADS)),
  );
};

const isOutOfTime = (terms: Terms, { ageMs }: Standing): boolean => ageMs >= terms.giveUpMs;

const afterRetry = (result: Extract<AttemptResult, { kind: 'retry' }>, terms: Terms, standing: Standing): Step => {
  const { reason, spendsTry, afterMs } = result;
  if (spendsTry && standing.tries >= terms.maxTries)
    return settled('refuted', `tries-spent:${reason}`, { ...NO_PROOF, learntBy: 'answer' });
  if (isOutOfTime(terms, standing)) return settled('refuted', `out-of-time:${reason}`);
  return {
    do: 'try-again',
    afterMs: Math.max(afterMs ?? 0, backoffMs(terms, standing.tries, standing.effectId)),
    reason,
    spendsTry,
  };
};

const afterMisconfigured = (reason: string, terms: Terms, { ageMs, tries, effectId }: Standing): Step =>
  ageMs >= terms.mendMs
    ? settled('refuted', `out-of-time:${reason}`)
    : { do: 'try-again', afterMs: backoffMs(terms, tries, effectId), reason, spendsTry: false };

/** After a call that was answered, or was not. */
export const afterAttempt = (result: AttemptResult, terms: Terms, standing: Standing): Step => {
  switch (result.kind) {
    case 'confirmed':
      return settled('confirmed', null, {
        providerId: result.providerId,
        responseDigest: result.responseDigest,
        learntBy: 'answer',
      });
    case 'refuted':
      return settled('refuted', result.reason, { ...NO_PROOF, learntBy: 'answer' });
    case 'retry':
      return afterRetry(result, terms, standing);
    case 'misconfigured':
      return afterMisconfigured(result.reason, terms, standing);
    case 'unknown':
      return afterUnknown(result.reason, terms, standing);
  }
};

/** Nobody knows whether it was applied: the provider is asked, or recognises a repeat, or a person looks. Never a blind repeat. */
export const afterUnknown = (reason: string, terms: Terms, standing: Standing): Step => {
  if (standing.onUnknown === 'ask') return { do: 'ask', afterMs: terms.graceMs, reason, spendsAsk: true };
  if (standing.onUnknown === 'hold' || standing.tries >= terms.maxTries || isOutOfTime(terms, standing))
    return settled('unknown', reason);
  return { do: 'try-again', afterMs: backoffMs(terms, standing.tries, standing.effectId), reason, spendsTry: true };
};

/** After a question: an effect that is not there was not applied, and may be tried again. */
export const afterQuestion = (found: Found, terms: Terms, standing: Standing): Step => {
  const { tries, asks, effectId } = standing;
  switch (found.kind) {
    case 'found':
      return settled('confirmed', null, {
        providerId: found.providerId,
        responseDigest: found.responseDigest,
        learntBy: 'inquiry',
      });
    case 'absent':
      if (tries >= terms.maxTries || isOutOfTime(terms, standing))
        return settled('refuted', 'tries-spent:not-applied', { ...NO_PROOF, learntBy: 'inquiry' });
      return { do: 'try-again', afterMs: backoffMs(terms, tries, effectId), reason: 'not-applied', spendsTry: true };
    case 'misconfigured':
      if (standing.ageMs >= terms.mendMs) return settled('unknown', found.reason);
      return { do: 'ask', afterMs: backoffMs(terms, asks, effectId), reason: found.reason, spendsAsk: false };
    case 'cannot-tell':
      if (asks >= terms.maxAsks) return settled('unknown', found.reason);
      return {
        do: 'ask',
        afterMs: Math.max(found.afterMs ?? 0, backoffMs(terms, asks, effectId)),
        reason: found.reason,
        spendsAsk: true,
      };
  }
};

/** What a call tells its lane about the destination. A refusal comes from one that is well. */
export const reportAfterAttempt = (result: AttemptResult): DestinationReport => {
  if (result.kind === 'confirmed' || result.kind === 'refuted') return { kind: 'well' };
  return { kind: 'unwell', afterMs: result.kind === 'retry' ? result.afterMs : null };
};

/** The same after a question. */
export const reportAfterQuestion = (found: Found): DestinationReport => {
  if (found.kind === 'found' || found.kind === 'absent') return { kind: 'well' };
  return { kind: 'unwell', afterMs: found.kind === 'cannot-tell' ? found.afterMs : null };
};
