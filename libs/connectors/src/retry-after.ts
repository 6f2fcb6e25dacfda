const MS_PER_SECOND = 1_000;
/** Nobody is waited for longer at a time, whatever a provider asks. */
const LONGEST_MS = 60 * 60 * MS_PER_SECOND;

/** Milliseconds of a `Retry-After` in seconds or as a date; null when it says nothing. */
export const retryAfterMs = (header: string | null, now: number = Date.now()): number | null => {
  const text = header?.trim() ?? '';
  if (/^\d+(\.\d+)?$/.test(text)) return Math.min(LONGEST_MS, Number(text) * MS_PER_SECOND);
  const date = Date.parse(text);
  return Number.isNaN(date) ? null : Math.min(LONGEST_MS, Math.max(0, date - now));
};
