import type { InquiryKeys, Recall } from './inquiry-memory.ts';

/** What an inquiry is to those that came before. */
export type Repetition =
  | { readonly kind: 'none' }
  /** `duplicate`: the same event once more. `duplicate-content`: the same said once more. `of`: the inquiry that is kept. */
  | { readonly kind: 'repeat'; readonly reason: 'duplicate' | 'duplicate-content'; readonly of: string }
  /** Another inquiry has its id and says something else: intake could not look, and nothing may be lost for it. */
  | { readonly kind: 'id-taken'; readonly by: string };

export interface RepetitionSpec {
  readonly inquiryId: string;
  /** Coordinates of this raw record. */
  readonly owner: string;
  readonly receivedAt: string;
  readonly source: string;
  /** What its sender calls the event; null: it came without an id. */
  readonly ownId: string | null;
  readonly fingerprint: string;
  /** How long the same content is a repeat; 0: it never is. */
  readonly windowMinutes: number;
}

const MINUTE_MS = 60_000;
const isWithin = (minutes: number, a: string, b: string): boolean =>
  Math.abs(Date.parse(a) - Date.parse(b)) <= minutes * MINUTE_MS;

const NONE: Repetition = { kind: 'none' };

/**
 * Two layers. The receipt of the same event, for as long as receipts are kept: another record owns it, so this one repeats it; the
 * same record is a redelivery and no repeat. And the same said within the window, measured from the one that is kept, unless its
 * sender tells the two apart by ids of their own; without ids on both sides, only within one source.
 */
export const findRepetition = (spec: RepetitionSpec, keys: InquiryKeys, recall: Recall): Repetition => {
  const receipt = recall.inquiry(keys.receipt);
  if (receipt?.owner === spec.owner) return NONE;
  if (receipt)
    return receipt.fingerprint === spec.fingerprint
      ? { kind: 'repeat', reason: 'duplicate', of: receipt.inquiryId }
      : { kind: 'id-taken', by: receipt.inquiryId };
  const alike = recall.inquiry(keys.content);
  if (!alike || spec.windowMinutes <= 0 || !isWithin(spec.windowMinutes, alike.at, spec.receivedAt)) return NONE;
  const isSame =
    alike.ownId !== null && spec.ownId !== null ? alike.ownId === spec.ownId : alike.source === spec.source;
  return isSame ? { kind: 'repeat', reason: 'duplicate-content', of: alike.inquiryId } : NONE;
};
