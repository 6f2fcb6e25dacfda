import type { Decision } from '@sluice/contracts';
import type { Playbook } from '@sluice/policy';
import type { FieldValue, InquiryReading } from '../ports/inquiry-reader.port.ts';
import type { Thresholds } from './thresholds.ts';

type Gate = Decision['gates'][number];

export interface Gated {
  readonly gates: Decision['gates'];
  readonly review: Decision['review'];
}

/** At its threshold a gate is passed; below it never is. */
const gate = (name: string, value: number, threshold: number | null): readonly Gate[] =>
  threshold === null ? [] : [{ gate: name, value, threshold, passed: value >= threshold }];

/** True where no such gate stands in the way. */
export const isPassed = (gates: readonly Gate[], name: string): boolean =>
  gates.every((one) => one.gate !== name || one.passed);

export const missingIn = (fields: Readonly<Record<string, FieldValue>> | null, keyFields: readonly string[]): number =>
  keyFields.filter((field) => (fields?.[field] ?? null) === null).length;

const lacksKeyFields = ({ gates, extraction }: Playbook, reading: InquiryReading): boolean => {
  if (reading.kind === 'not-asked' || gates.reviewWhenMissing === null) return false;
  const fields = reading.kind === 'understood' ? reading.fields : null;
  return missingIn(fields, extraction.keyFields) >= gates.reviewWhenMissing;
};

export interface GateSpec {
  readonly thresholds: Thresholds;
  readonly confidence: number;
  readonly reading: InquiryReading;
}

/** Which gates the decision passes, whether a person must look, and why. A gate that is not listed stands open, but for `auto_send`: that one is shut. */
export const gateBy = (playbook: Playbook, { thresholds, confidence, reading }: GateSpec): Gated => {
  const gates = [
    ...gate('review', confidence, thresholds.reviewBelow),
    ...gate('route', confidence, thresholds.route),
    ...gate('priority', confidence, thresholds.priority),
    ...gate('auto_send', confidence, thresholds.autoSend),
    ...gate('deal', confidence, thresholds.deal),
  ];
  const reasons = [
    ...(isPassed(gates, 'review') ? [] : ['low-confidence']),
    ...(isPassed(gates, 'route') ? [] : ['queue-uncertain']),
    ...(reading.kind === 'unreadable' ? ['unreadable-model-answer'] : []),
    // The playbook counts on a model here, and words alone decided: whatever they gave, somebody looks.
    ...(reading.kind === 'unavailable' ? ['model-unavailable'] : []),
    ...(lacksKeyFields(playbook, reading) ? ['key-fields-missing'] : []),
  ];
  return { gates, review: { needed: reasons.length > 0, reasons } };
};
