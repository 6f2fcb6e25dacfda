import type { Decision } from '@sluice/contracts';
import type { Playbook } from '@sluice/policy';
import type { FieldValue, InquiryReading } from '../ports/inquiry-reader.port.ts';

export interface Gated {
  readonly gates: Decision['gates'];
  readonly review: Decision['review'];
}

/** At its threshold a gate is passed; below it never is. */
const gate = (name: string, value: number, threshold: number): Decision['gates'][number] => ({ gate: name, value, threshold, passed: value >= threshold });

export const missingIn = (fields: Readonly<Record<string, FieldValue>> | null, keyFields: readonly string[]): number =>
  keyFields.filter((field) => (fields?.[field] ?? null) === null).length;

/** Whether a person must look, and why. */
export const gateBy = (playbook: Playbook, confidence: number, reading: InquiryReading): Gated => {
  const { gates: policy, extraction } = playbook;
  const review = gate('review', confidence, policy.reviewBelow);
  const gates = policy.autoSend === null ? [review] : [review, gate('auto_send', confidence, policy.autoSend)];
  const fields = reading.kind === 'understood' ? reading.fields : null;
  const tooMuchMissing = reading.kind !== 'not-asked' && policy.reviewWhenMissing !== null && missingIn(fields, extraction.keyFields) >= policy.reviewWhenMissing;
  const reasons = [
    ...(review.passed ? [] : ['low-confidence']),
    ...(reading.kind === 'unreadable' ? ['unreadable-model-answer'] : []),
    ...(tooMuchMissing ? ['key-fields-missing'] : []),
  ];
  return { gates, review: { needed: reasons.length > 0, reasons } };
};
