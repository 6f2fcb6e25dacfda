import { Temporal } from 'temporal-polyfill';
import type { Calendar } from '../schema/calendar.ts';

/** A stretch of open time, in milliseconds since the epoch, the end left out. */
export interface OpenSpan {
  readonly start: number;
  readonly end: number;
}

const WEEKDAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;

/** The hours of one day: a holiday's own, else the weekday's. A holiday of that very date goes before one of every year. */
const hoursOf = ({ week, holidays }: Calendar, day: Temporal.PlainDate): readonly string[] => {
  const date = day.toString();
  const holiday = holidays.find((one) => one.date === date) ?? holidays.find((one) => one.date === date.slice(5));
  return holiday?.hours ?? week[WEEKDAYS[day.dayOfWeek - 1] ?? 'monday'];
};

/**
 * The moment a wall-clock time comes. Of a time that comes twice, when summer time ends, the first; of a time that is skipped,
 * the moment it is skipped at.
 */
const momentOf = (day: Temporal.PlainDate, time: string, zone: string): number => {
  const wall = time === '24:00' ? day.add({ days: 1 }).toPlainDateTime() : day.toPlainDateTime(Temporal.PlainTime.from(time));
  const moment = wall.toZonedDateTime(zone);
  if (moment.toPlainDateTime().equals(wall)) return moment.epochMilliseconds;
  const skippedAt = wall.toZonedDateTime(zone, { disambiguation: 'earlier' }).getTimeZoneTransition('next');
  return (skippedAt ?? moment).epochMilliseconds;
};

const spanOf = (calendar: Calendar, day: Temporal.PlainDate, text: string): OpenSpan => {
  const [from = '', to = ''] = text.split('-');
  const last = to > from ? day : day.add({ days: 1 });
  return { start: momentOf(day, from, calendar.zone), end: momentOf(last, to, calendar.zone) };
};

/** Longer than any gap between two stretches that people mean: a calendar that is closed for so long is a mistake. */
const LONGEST_GAP_DAYS = 800;

/** Open time from `from` on, in order, without overlaps, for ever. @throws Error when it stays closed for more than two years. */
export function* openSpans(calendar: Calendar, from: number): Generator<OpenSpan, never> {
  // A day earlier, because a stretch of yesterday evening may still be open.
  let day = Temporal.Instant.fromEpochMilliseconds(from).toZonedDateTimeISO(calendar.zone).toPlainDate().subtract({ days: 1 });
  let reached = from;
  for (let closedDays = 0; closedDays < LONGEST_GAP_DAYS; closedDays += 1) {
    const today = day;
    const spans = hoursOf(calendar, today).map((text) => spanOf(calendar, today, text)).sort((a, b) => a.start - b.start);
    for (const { start, end } of spans) {
      if (end <= reached || start >= end) continue;
      yield { start: Math.max(start, reached), end };
      reached = end;
      closedDays = 0;
    }
    day = day.add({ days: 1 });
  }
  throw new Error(`reading a calendar: it is closed for more than ${LONGEST_GAP_DAYS} days`);
}
