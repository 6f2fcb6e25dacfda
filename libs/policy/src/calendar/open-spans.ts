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
  const wall =
    time === '24:00' ? day.add({ days: 1 }).toPlainDateTime() : day.toPlainDateTime(Temporal.PlainTime.from(time));
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

const DAY_MS = 86_400_000;
const MOST_CALENDARS = 200;
const MOST_DAYS = 4_000;

type Days = Map<number, readonly OpenSpan[]>;
/** What was reckoned before, by what a calendar says: asking a time zone costs a thousand times more than looking it up. */
const reckoned = new Map<string, Days>();
const daysOf = new WeakMap<Calendar, Days>();

const rememberedDays = (calendar: Calendar): Days => {
  const known = daysOf.get(calendar);
  if (known) return known;
  const says = JSON.stringify(calendar);
  const days: Days = reckoned.get(says) ?? new Map();
  if (reckoned.size >= MOST_CALENDARS) reckoned.clear();
  reckoned.set(says, days);
  daysOf.set(calendar, days);
  return days;
};

/** The stretches of the day with this number since 1970-01-01, by its date in the calendar's zone. */
const spansOf = (calendar: Calendar, number: number): readonly OpenSpan[] => {
  const days = rememberedDays(calendar);
  const known = days.get(number);
  if (known) return known;
  const day = Temporal.PlainDate.from(new Date(number * DAY_MS).toISOString().slice(0, 10));
  const spans = hoursOf(calendar, day)
    .map((text) => spanOf(calendar, day, text))
    .filter(({ start, end }) => start < end)
    .sort((a, b) => a.start - b.start);
  if (days.size >= MOST_DAYS) days.clear();
  days.set(number, spans);
  return spans;
};

/** A stretch may run into the next day, and a day may end half a day after it does in UTC. */
const DAYS_THAT_REACH_ON = 2;
/** Longer than any gap between two stretches that people mean: a calendar that is closed for so long is a mistake. */
const LONGEST_GAP_DAYS = 800;

/** Open time from `from` on, in order, without overlaps, for ever. @throws Error when it stays closed for more than two years. */
export function* openSpans(calendar: Calendar, from: number): Generator<OpenSpan, never> {
  let reached = from;
  let day = Math.floor(from / DAY_MS) - DAYS_THAT_REACH_ON;
  for (let closedDays = 0; closedDays < LONGEST_GAP_DAYS; closedDays += 1, day += 1) {
    for (const { start, end } of spansOf(calendar, day)) {
      if (end <= reached) continue;
      yield { start: Math.max(start, reached), end };
      reached = end;
      closedDays = 0;
    }
  }
  throw new Error(`reading a calendar: it is closed for more than ${LONGEST_GAP_DAYS} days`);
}
