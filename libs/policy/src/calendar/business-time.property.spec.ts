import fc from 'fast-check';
import { DateTime } from 'luxon';
import { describe, expect, it } from 'vitest';
import { calendarSchema, type Calendar } from '../schema/calendar.ts';
import { dueAt, elapsed, isOpen, nextOpen } from './business-time.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;
const DAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;

/** Both nights of four zones (one shifts by half an hour, one before the equator's other side), leap days, a date line, plain days. */
const NEAR = [
  { zone: 'Europe/Berlin', days: ['2026-03-29', '2026-10-25', '2028-02-29', '2026-12-25'] },
  { zone: 'America/New_York', days: ['2026-03-08', '2026-11-01', '2028-02-29', '2026-07-03'] },
  { zone: 'Australia/Lord_Howe', days: ['2026-04-05', '2026-10-04'] },
  { zone: 'America/Santiago', days: ['2026-04-05', '2026-09-06'] },
  { zone: 'Asia/Kolkata', days: ['2026-01-01', '2028-02-29'] },
  { zone: 'UTC', days: ['2026-12-31'] },
];

const two = (value: number): string => String(value).padStart(2, '0');
const timeOf = (minutes: number): string => `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
const quarter = fc.integer({ min: 0, max: 95 }).map((n) => n * 15);
const span = fc
  .tuple(quarter, quarter)
  .filter(([from, to]) => from !== to)
  .map(([from, to]) => `${timeOf(from)}-${timeOf(to)}`);
const hours = fc.array(
  fc.oneof(span, fc.constant('00:00-24:00'), fc.constant('02:00-03:00'), fc.constant('01:30-02:30')),
  { maxLength: 3 },
);

const world = fc
  .constantFrom(...NEAR.flatMap(({ zone, days }) => days.map((day) => ({ zone, day }))))
  .chain(({ zone, day }) => {
    const at = DateTime.fromISO(`${day}T00:00`, { zone }).toMillis();
    const near = fc.integer({ min: -2 * 1_440, max: 2 * 1_440 }).map((minutes) => at + minutes * MINUTE);
    const holiday = fc.record({
      date: fc.constantFrom(day, day.slice(5), DateTime.fromISO(day).plus({ days: 1 }).toISODate() ?? day),
      name: fc.constant('holiday'),
      hours,
    });
    const week = fc
      .record(Object.fromEntries(DAYS.map((name) => [name, hours])) as Record<(typeof DAYS)[number], typeof hours>)
      .filter((all) => Object.values(all).some(({ length }) => length > 0));
    const holidays = fc.uniqueArray(holiday, { maxLength: 2, selector: ({ date }) => date });
    return fc.record({
      calendar: fc
        .record({ zone: fc.constant(zone), week, holidays })
        .map((one): Calendar => calendarSchema.parse(one)),
      from: near,
    });
  });

const QUARTER = 15 * MINUTE;
const found = new Map<string, number>();

/** The first moment of a wall-clock time, found by looking at the clock quarter by quarter (every edge and every change lies on one). */
const firstMomentOf = (zone: string, date: string, time: string): number => {
  const wanted = time === '24:00' ? `${DateTime.fromISO(date).plus({ days: 1 }).toISODate()}T00:00` : `${date}T${time}`;
  let at =
    found.get(`${zone} ${wanted}`) ?? DateTime.fromISO(`${date}T00:00`, { zone: 'UTC' }).toMillis() - 15 * 60 * MINUTE;
  while (DateTime.fromMillis(at, { zone }).toFormat("yyyy-MM-dd'T'HH:mm") < wanted) at += QUARTER;
  found.set(`${zone} ${wanted}`, at);
  return at;
};

const nextDay = (date: string): string => DateTime.fromISO(date).plus({ days: 1 }).toISODate() ?? date;

const hoursOn = ({ week, holidays }: Calendar, date: string): readonly string[] =>
  (holidays.find((one) => one.date === date) ?? holidays.find((one) => one.date === date.slice(5)))?.hours ??
  week[DAYS[DateTime.fromISO(date).weekday - 1] ?? 'monday'];

/** Open minutes by another road: luxon's clock, every stretch of every day, and no arithmetic. */
const openMinutes = (calendar: Calendar, from: number, to: number): ReadonlySet<number> => {
  const { zone } = calendar;
  const days = [DateTime.fromMillis(from, { zone }).minus({ days: 2 }).toISODate() ?? ''];
  const last = DateTime.fromMillis(to, { zone }).toISODate() ?? '';
  while ((days.at(-1) ?? last) < last) days.push(nextDay(days.at(-1) ?? last));
  const stretches = days.flatMap((date) =>
    hoursOn(calendar, date).map((text) => {
      const [begin = '', end = ''] = text.split('-');
      return {
        start: firstMomentOf(zone, date, begin),
        until: firstMomentOf(zone, end > begin ? date : nextDay(date), end),
      };
    }),
  );
  const minutes = stretches.flatMap(({ start, until }) =>
    Array.from({ length: Math.max(0, (until - start) / MINUTE) }, (_, n) => start + n * MINUTE),
  );
  return new Set(minutes.filter((at) => at >= from && at < to));
};

const iso = (ms: number): string => new Date(ms).toISOString();
const RUNS = { numRuns: 100 };

describe('open time, against luxon and a clock that is watched', () => {
  it('is what the clock shows, minute by minute, around both nights, leap day and holidays', () => {
    fc.assert(
      fc.property(world, ({ calendar, from }) => {
        const to = from + 2 * DAY;
        const open = openMinutes(calendar, from, to);
        expect(elapsed(calendar, iso(from), iso(to))).toBe(open.size * MINUTE);
        const looks = Array.from({ length: (to - from) / QUARTER }, (_, n) => from + n * QUARTER);
        expect(looks.filter((at) => isOpen(calendar, iso(at)) !== open.has(at)).map(iso)).toEqual([]);
      }),
      RUNS,
    );
  });

  it('is due at the end of the minute that uses it up', () => {
    fc.assert(
      fc.property(world, fc.integer({ min: 1, max: 1_440 }), ({ calendar, from }, minutes) => {
        const open = [...openMinutes(calendar, from, from + 3 * DAY)].sort((a, b) => a - b);
        const last = open[minutes - 1];
        if (last !== undefined) expect(dueAt(calendar, iso(from), minutes * MINUTE)).toBe(iso(last + MINUTE));
      }),
      RUNS,
    );
  });
});

describe('open time, by its own laws', () => {
  const ms = fc.integer({ min: 1, max: 20 * DAY });

  it('passes as much as was asked for, and not a millisecond earlier', () => {
    fc.assert(
      fc.property(world, ms, ({ calendar, from }, length) => {
        const due = dueAt(calendar, iso(from), length);
        expect(elapsed(calendar, iso(from), due)).toBe(length);
        expect(elapsed(calendar, iso(from), iso(Date.parse(due) - 1))).toBe(length - 1);
      }),
    );
  });

  it('can be stopped anywhere and goes on as if it had not been', () => {
    fc.assert(
      fc.property(world, ms, ms, ({ calendar, from }, first, second) => {
        expect(dueAt(calendar, dueAt(calendar, iso(from), first), second)).toBe(
          dueAt(calendar, iso(from), first + second),
        );
      }),
    );
  });

  it('adds up over any moment between', () => {
    fc.assert(
      fc.property(world, ms, ms, ({ calendar, from }, first, second) => {
        const [middle, end] = [iso(from + first), iso(from + first + second)];
        expect(elapsed(calendar, iso(from), middle) + elapsed(calendar, middle, end)).toBe(
          elapsed(calendar, iso(from), end),
        );
      }),
    );
  });

  it('passes none until it is next open', () => {
    fc.assert(
      fc.property(world, ({ calendar, from }) => {
        const next = nextOpen(calendar, iso(from));
        expect(elapsed(calendar, iso(from), next)).toBe(0);
        expect(isOpen(calendar, next)).toBe(true);
      }),
    );
  });
});
