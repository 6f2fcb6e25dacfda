const MS_PER_SECOND = 1_000;

const SECONDS = /^\d+(?:\.\d+)?$/u;
/** The forms of HTTP dates (RFC 9110, 5.6.7), and RFC 3339, which some servers send. `Date.parse` alone takes `-5` for a year. */
const HTTP_DATE = /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? /u;
const RFC_3339 = /^\d{4}-\d\d-\d\dT/u;
/** asctime says no zone and means UTC; `Date.parse` would take it for the machine's own. */
const ZONE = /(?:GMT|UTC|Z|[+-]\d\d:?\d\d)$/u;

const msUntil = (text: string, now: number): number | null => {
  if (!HTTP_DATE.test(text) && !RFC_3339.test(text)) return null;
  const at = Date.parse(ZONE.test(text) ? text : `${text} GMT`);
  return Number.isNaN(at) ? null : Math.max(0, at - now);
};

export interface RetryAfterOptions {
  /** Milliseconds since 1970, against which a date is read. */
  readonly now: number;
  /** Milliseconds at most, whatever the server asks: one that says the year 2099 must not turn it off until a restart. */
  readonly atMostMs: number;
}

/**
 * Milliseconds that a `Retry-After` header asks for, in seconds or as a date, from 0 to `atMostMs`. Null where there is none, or where
 * it says nothing that can be read: the caller then waits as long as it would have.
 */
export const retryAfterMs = (
  header: string | null | undefined,
  { now, atMostMs }: RetryAfterOptions,
): number | null => {
  const text = header?.trim() ?? '';
  const asked = SECONDS.test(text) ? Number(text) * MS_PER_SECOND : msUntil(text, now);
  return asked === null ? null : Math.min(atMostMs, asked);
};
