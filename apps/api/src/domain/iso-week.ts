const DAY_MS = 86_400_000;
const WEEK = /^(\d{4})-W(\d{2})$/;

export interface Period {
  readonly from: string;
  readonly to: string;
}

/** Monday to Monday, UTC, of an ISO 8601 week (`2026-W47`); null for what is no week of that year. */
export const weekOf = (text: string): Period | null => {
  const [, year, week] = WEEK.exec(text) ?? [];
  if (year === undefined || week === undefined) return null;
  // The fourth of January is always in week one.
  const fourth = new Date(`${year}-01-04T00:00:00.000Z`);
  const weekday = (fourth.getUTCDay() + 6) % 7;
  const from = new Date(fourth.getTime() + (7 * (Number(week) - 1) - weekday) * DAY_MS);
  const thursday = new Date(from.getTime() + 3 * DAY_MS);
  if (Number(week) < 1 || thursday.getUTCFullYear() !== Number(year)) return null;
  return { from: from.toISOString(), to: new Date(from.getTime() + 7 * DAY_MS).toISOString() };
};
