import { retryAfterMs } from '@sluice/kernel';

/** No destination is left alone for longer at a time, whatever it asks. */
const LONGEST_WAIT_MS = 60 * 60 * 1_000;

/** Milliseconds that a provider asks us to wait, an hour at most; null where it does not say. */
export const waitOf = (header: string | null): number | null =>
  retryAfterMs(header, { now: Date.now(), atMostMs: LONGEST_WAIT_MS });
