import { deadLetterTopicOf, effectRequested, topics } from '@sluice/contracts';
import type { Playbook } from '@sluice/policy';
import type { RetentionTerms } from '../ports/retention.port.ts';
import { variantsOf } from './playbook-variants.ts';

const DAY_MS = 86_400_000;

const daysOnLog = (topic: string): number => (topics.find(({ name }) => name === topic)?.retentionMs ?? 0) / DAY_MS;

/**
 * A request can come again for as long as the log keeps it, and its dead letter for as long after that: without its receipt the effect
 * would be done a second time.
 */
const requestCanReturnFor =
  daysOnLog(effectRequested.v1.type) + daysOnLog(deadLetterTopicOf(effectRequested.v1.type, 'plan-effects'));

const strictest = (days: readonly (number | null)[], otherwise: number): number =>
  Math.min(otherwise, ...days.flatMap((one) => (one === null ? [] : [one])));

/** How long this deployment keeps what no playbook says anything about. */
export interface RetentionDefaults {
  readonly contentDays: number;
  readonly receiptDays: number;
}

/**
 * How long effects of a playbook and a brand are kept: contents as raw messages are, receipts as the audit is, each as the strictest
 * override says. Null: a playbook that is not known here.
 */
export const retentionTermsOf = (
  playbook: Playbook | null,
  brand: string,
  defaults: RetentionDefaults,
): RetentionTerms => {
  const said = playbook === null ? [] : variantsOf(playbook, brand).map(({ retention }) => retention);
  const contentDays =
    said.length === 0
      ? defaults.contentDays
      : strictest(
          said.flatMap(({ rawDays, normalisedDays }) => [rawDays, normalisedDays]),
          Number.MAX_SAFE_INTEGER,
        );
  const receiptDays = strictest(
    said.map(({ auditDays }) => auditDays),
    defaults.receiptDays,
  );
  return { contentDays, receiptDays: Math.max(requestCanReturnFor, contentDays, receiptDays) };
};
