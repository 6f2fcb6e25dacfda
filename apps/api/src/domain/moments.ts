/** The moments that both JavaScript and PostgreSQL can tell: the years 1 to 9999. */
const [EARLIEST_MS, LATEST_MS] = [Date.parse('0001-01-01T00:00:00.000Z'), Date.parse('9999-12-31T23:59:59.999Z')];

const momentAt = (ms: number): string | null =>
  ms >= EARLIEST_MS && ms <= LATEST_MS ? new Date(ms).toISOString() : null;

/** A moment as it is kept, to the millisecond; null for what is none, or none that can be kept. */
export const momentOf = (text: string | null): string | null => (text === null ? null : momentAt(Date.parse(text)));
