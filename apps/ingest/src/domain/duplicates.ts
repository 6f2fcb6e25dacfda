import type { ConversationKeys, Trace } from './conversation.ts';

export interface Duplicate {
  readonly reason: 'duplicate' | 'duplicate-content';
  readonly of: string;
}

export interface DuplicateSpec {
  readonly inquiryId: string;
  /** Coordinates of this raw record. */
  readonly owner: string;
  readonly receivedAt: string;
  readonly windowMinutes: number;
}

const MINUTE_MS = 60_000;
const isWithin = (minutes: number, a: string, b: string): boolean =>
  Math.abs(Date.parse(a) - Date.parse(b)) <= minutes * MINUTE_MS;

/**
 * Two layers. The receipt of the same inquiry, for ever: another record owns it, so this one repeats it; the same record is a
 * redelivery and no duplicate. And the same content of the same contact in the same thread, within the window.
 */
export const findDuplicate = (
  spec: DuplicateSpec,
  keys: ConversationKeys,
  recall: (key: string) => Trace | undefined,
): Duplicate | null => {
  const receipt = recall(keys.receipt);
  if (receipt) return receipt.owner === spec.owner ? null : { reason: 'duplicate', of: receipt.inquiryId };
  const print = keys.fingerprint === null ? undefined : recall(keys.fingerprint);
  const repeats =
    print !== undefined &&
    print.inquiryId !== spec.inquiryId &&
    spec.windowMinutes > 0 &&
    isWithin(spec.windowMinutes, print.at, spec.receivedAt);
  return repeats ? { reason: 'duplicate-content', of: print.inquiryId } : null;
};
