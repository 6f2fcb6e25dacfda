import type { LeasedEffect } from '../ports/ledger.port.ts';

/** Why an effect is settled as skipped where people were asked first. */
export const DECLINED = 'declined';
export const NOT_APPROVED = 'not-approved-in-time';
/** And where nobody is helped by it any more. */
export const TOO_LATE = 'too-late';

/**
 * Why an effect ends without a call, though its turn has come: nobody approved it in time, somebody declined it, or it is too late. Null:
 * it is done. What may have been applied is asked about, however late it is.
 */
export const withoutCall = (
  { turn, approval, usefulUntil }: Pick<LeasedEffect, 'turn' | 'approval' | 'usefulUntil'>,
  now: number,
): string | null => {
  if (turn === 'ask') return null;
  if (approval === 'declined') return DECLINED;
  if (approval === 'awaited') return NOT_APPROVED;
  return usefulUntil !== null && Date.parse(usefulUntil) <= now ? TOO_LATE : null;
};
