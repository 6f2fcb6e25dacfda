import { effectSettled, recordKinds, type EffectSettled } from '@sluice/contracts';
import { truncate, uuidV5, wellFormedText } from '@sluice/kernel';
import type { PlannedEffect } from '../ports/ledger.port.ts';
import type { Settling } from './next-step.ts';

/** The first settlement of an effect and, should it be reopened, each later one has an id of its own, for ever. */
const settlementIdOf = (effectId: string, number: number): string =>
  number === 1 ? uuidV5(effectId, 'settled') : uuidV5(effectId, 'settled', String(number));

const RECORDS: ReadonlySet<string> = new Set([...recordKinds, 'sms.message']);

/** Of what a provider says: one event that no topic takes would hold up all that settle after it. */
const LONGEST = 500;
const bounded = (text: string | null): string | null =>
  text === null ? null : truncate(wellFormedText(text), LONGEST);

const termIn = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

/** What a record is about, for whose it is; nothing of what was written. */
const recordAbout = ({ kind, content, intent, channel }: PlannedEffect): Pick<EffectSettled, 'record'> => {
  if (!RECORDS.has(kind)) return {};
  const inquiry = (content['inquiry'] ?? {}) as Readonly<Record<string, unknown>>;
  return {
    record: {
      intent,
      channel: channel as NonNullable<EffectSettled['record']>['channel'],
      queue: termIn(inquiry['queue']),
      priority: termIn(inquiry['priority']),
    },
  };
};

/** What has happened to an effect so far. */
export interface History {
  readonly attempts: number;
  readonly settlements: number;
}

export interface SettledEvent {
  readonly settlementId: string;
  /** Holds no personal data. */
  readonly event: EffectSettled;
}

/** What is said on `effect.settled.v1` of an effect that ends now. @throws ZodError when it does not fit its contract: a defect. */
export const settledEventOf = (
  effect: PlannedEffect,
  { state, reason, proof }: Settling,
  { attempts, settlements, settledAt }: History & { readonly settledAt: string },
): SettledEvent => ({
  settlementId: settlementIdOf(effect.effectId, settlements + 1),
  event: effectSettled.v1.parse({
    effectId: effect.effectId,
    decisionId: effect.decisionId,
    inquiryId: effect.inquiryId,
    conversationId: effect.conversationId,
    kind: effect.kind,
    target: effect.target,
    ...(effect.purpose === null ? {} : { purpose: effect.purpose }),
    ...recordAbout(effect),
    state,
    receipt: {
      ...proof,
      providerId: bounded(proof.providerId),
      requestHash: effect.requestHash,
      attempts,
      reason: bounded(reason),
      ...(Object.keys(effect.parts).length === 0 ? {} : { parts: { ...effect.parts } }),
    },
    settledAt,
  }),
});
