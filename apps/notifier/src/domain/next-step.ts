import type { AttemptResult, Found, OnUnknown } from '@sluice/connectors';

/** What the ledger does after a call, a question, or a death in between. Data only. */
export type Step =
  | { readonly do: 'settle'; readonly state: 'confirmed' | 'refuted' | 'unknown' | 'skipped'; readonly reason: string | null; readonly learntBy: 'answer' | 'inquiry' | 'none'; readonly providerId: string | null; readonly responseDigest: string | null }
  | { readonly do: 'try-again'; readonly afterMs: number; readonly reason: string; readonly spendsTry: boolean }
  | { readonly do: 'ask'; readonly afterMs: number; readonly reason: string };

export interface Terms {
  /** Calls that may be spent on one effect. */
  readonly maxTries: number;
  /** Questions before it is left to a person. */
  readonly maxAsks: number;
  readonly baseMs: number;
  readonly capMs: number;
  /** How long an unanswered call may still be under way at the provider: asked before that, an absence proves nothing. */
  readonly graceMs: number;
}

const settle = (state: 'confirmed' | 'refuted' | 'unknown', rest: Partial<Extract<Step, { do: 'settle' }>>): Step =>
  ({ do: 'settle', state, reason: null, learntBy: 'answer', providerId: null, responseDigest: null, ...rest });

/** Doubling from the base to the cap; spread by the effect's own id, so that a lane does not come back all at once. */
export const backoffMs = ({ baseMs, capMs }: Terms, tries: number, effectId: string): number => {
  const spread = 0.75 + (Number.parseInt(effectId.slice(0, 4), 16) % 512) / 1_024;
  return Math.round(Math.min(capMs, baseMs * 2 ** Math.max(0, tries - 1)) * spread);
};

/** After a call that was answered, or was not. */
export const afterAttempt = (result: AttemptResult, { terms, tries, effectId, onUnknown }: { readonly terms: Terms; readonly tries: number; readonly effectId: string; readonly onUnknown: OnUnknown }): Step => {
  switch (result.kind) {
    case 'confirmed':
      return settle('confirmed', { providerId: result.providerId, responseDigest: result.responseDigest });
    case 'refuted':
      return settle('refuted', { reason: result.reason });
    case 'retry':
      if (result.spendsTry && tries >= terms.maxTries) return settle('refuted', { reason: `${result.reason}; tries spent`, learntBy: 'none' });
      return { do: 'try-again', afterMs: result.afterMs ?? backoffMs(terms, tries, effectId), reason: result.reason, spendsTry: result.spendsTry };
    case 'unknown':
      return afterUnknown(result.reason, { terms, tries, effectId, onUnknown });
  }
};

/** Nobody knows whether it was applied: the provider is asked, or recognises a repeat, or a person looks. */
export const afterUnknown = (reason: string, { terms, tries, effectId, onUnknown }: { readonly terms: Terms; readonly tries: number; readonly effectId: string; readonly onUnknown: OnUnknown }): Step => {
  if (onUnknown === 'ask') return { do: 'ask', afterMs: terms.graceMs, reason };
  if (onUnknown === 'hold' || tries >= terms.maxTries) return settle('unknown', { reason, learntBy: 'none' });
  return { do: 'try-again', afterMs: backoffMs(terms, tries, effectId), reason, spendsTry: true };
};

/** After a question: an effect that is not there was not applied, and may be tried again. */
export const afterQuestion = (found: Found, { terms, tries, asks, effectId }: { readonly terms: Terms; readonly tries: number; readonly asks: number; readonly effectId: string }): Step => {
  if (found.kind === 'found') return settle('confirmed', { learntBy: 'inquiry', providerId: found.providerId, responseDigest: found.responseDigest });
  if (found.kind === 'absent') {
    return tries >= terms.maxTries
      ? settle('refuted', { reason: 'not applied; tries spent', learntBy: 'inquiry' })
      : { do: 'try-again', afterMs: 0, reason: 'not applied', spendsTry: true };
  }
  return asks >= terms.maxAsks ? settle('unknown', { reason: found.reason, learntBy: 'none' }) : { do: 'ask', afterMs: found.afterMs ?? backoffMs(terms, asks, effectId), reason: found.reason };
};
