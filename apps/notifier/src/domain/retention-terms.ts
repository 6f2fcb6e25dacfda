import type { Playbook } from '@sluice/policy';
import type { RetentionTerms } from '../ports/retention.port.ts';
import { variantsOf } from './playbook-variants.ts';

/**
 * A request can come again for as long as the log keeps it (30 days), and its dead letter for as long after that: without its receipt
 * the effect would be done a second time.
 */
const LEAST_RECEIPT_DAYS = 60;

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
  return { contentDays, receiptDays: Math.max(LEAST_RECEIPT_DAYS, contentDays, receiptDays) };
};
