import { describe, expect, it } from 'vitest';
import { alwaysOpen, calendarSchema, type Calendar } from '../schema/calendar.ts';
import { dueAt, elapsed, isOpen, nextOpen } from './business-time.ts';

const HOUR = 3_600_000;
const weekdays = (...hours: string[]) =>
  Object.fromEntries(['monday', 'tuesday', 'wednesday', 'thursday', 'friday'].map((day) => [day, hours]));
const calendar = (over: object): Calendar =>
  calendarSchema.parse({ zone: 'Europe/Berlin', week: weekdays('09:00-17:00'), ...over });
const nineToFive = calendar({});

describe('open time', () => {
  it('goes on where it stopped before the weekend: Friday 16:30 and an hour is Monday 09:30 (T-06)', () => {
    expect(dueAt(nineToFive, '2026-01-09T15:30:00.000Z', HOUR)).toBe('2026-01-12T08:30:00.000Z');
  });

  it('ends with the day when it is used up then, not the next morning', () => {
    expect(dueAt(nineToFive, '2026-01-09T15:30:00.000Z', HOUR / 2)).toBe('2026-01-09T16:00:00.000Z');
  });

  it('is as much as it is, whatever it is asked from', () => {
    expect(elapsed(nineToFive, '2026-01-09T15:30:00.000Z', '2026-01-12T08:30:00.000Z')).toBe(HOUR);
    expect(elapsed(nineToFive, '2026-01-10T00:00:00.000Z', '2026-01-11T23:00:00.000Z')).toBe(0);
    expect(elapsed(nineToFive, '2026-01-12T09:00:00.000Z', '2026-01-12T08:00:00.000Z')).toBe(0);
  });

  it('leaves lunch out (T-06)', () => {
    const withLunch = calendar({ week: weekdays('13:00-17:00', '09:00-12:00') });
    expect(dueAt(withLunch, '2026-01-12T10:30:00.000Z', HOUR)).toBe('2026-01-12T12:30:00.000Z');
    expect(isOpen(withLunch, '2026-01-12T11:30:00.000Z')).toBe(false);
    expect(nextOpen(withLunch, '2026-01-12T11:30:00.000Z')).toBe('2026-01-12T12:00:00.000Z');
  });

  it('leaves holidays out, half days by half, and a date of this year before one of every year (T-06)', () => {
    const holidays = [
      { date: '12-24', name: 'Christmas Eve', hours: ['09:00-12:00'] },
      { date: '12-25', name: 'Christmas' },
      { date: '2026-12-24', name: 'Shut down' },
    ];
    const feast = calendar({ holidays });
    expect(dueAt(feast, '2025-12-24T10:00:00.000Z', 2 * HOUR)).toBe('2025-12-26T09:00:00.000Z');
    expect(dueAt(feast, '2026-12-24T10:00:00.000Z', HOUR)).toBe('2026-12-28T09:00:00.000Z');
  });

  it('has a leap day, and a holiday on it in leap years only', () => {
    const leap = calendar({ holidays: [{ date: '02-29', name: 'Leap day' }] });
    expect(dueAt(leap, '2028-02-28T15:00:00.000Z', 2 * HOUR)).toBe('2028-03-01T09:00:00.000Z');
    expect(dueAt(nineToFive, '2028-02-28T15:00:00.000Z', 2 * HOUR)).toBe('2028-02-29T09:00:00.000Z');
  });

  it('runs over midnight', () => {
    const night = calendar({ week: { friday: ['22:00-07:00'] } });
    expect(elapsed(night, '2026-01-09T00:00:00.000Z', '2026-01-11T00:00:00.000Z')).toBe(9 * HOUR);
    expect(isOpen(night, '2026-01-10T05:59:59.999Z')).toBe(true);
    expect(isOpen(night, '2026-01-10T06:00:00.000Z')).toBe(false);
  });

  it('counts an overlap once', () => {
    const overlapping = calendar({ week: { monday: ['22:00-08:00'], tuesday: ['07:00-12:00', '09:00-10:00'] } });
    expect(elapsed(overlapping, '2026-01-05T00:00:00.000Z', '2026-01-07T00:00:00.000Z')).toBe(14 * HOUR);
  });
});

describe('the night in which summer time begins', () => {
  it('lacks an hour', () => {
    const night = calendar({ week: { saturday: ['22:00-06:00'] } });
    expect(elapsed(night, '2026-03-28T00:00:00.000Z', '2026-03-30T00:00:00.000Z')).toBe(7 * HOUR);
    expect(dueAt(night, '2026-03-29T00:30:00.000Z', HOUR)).toBe('2026-03-29T01:30:00.000Z');
  });

  it('has none of what is skipped', () => {
    const skipped = calendar({ week: { sunday: ['02:00-03:00'] } });
    expect(dueAt(skipped, '2026-03-28T12:00:00.000Z', 1)).toBe('2026-04-05T00:00:00.001Z');
    expect(nextOpen(calendar({ week: { sunday: ['02:30-05:00'] } }), '2026-03-28T12:00:00.000Z')).toBe(
      '2026-03-29T01:00:00.000Z',
    );
  });

  it('makes the day after begin at nine by the clock on the wall', () => {
    expect(dueAt(nineToFive, '2026-03-27T15:30:00.000Z', HOUR)).toBe('2026-03-30T07:30:00.000Z');
  });
});

describe('the night in which summer time ends', () => {
  it('has an hour more', () => {
    const night = calendar({ week: { saturday: ['22:00-06:00'] } });
    expect(elapsed(night, '2026-10-24T00:00:00.000Z', '2026-10-26T00:00:00.000Z')).toBe(9 * HOUR);
    expect(dueAt(nineToFive, '2026-10-23T14:30:00.000Z', HOUR)).toBe('2026-10-26T08:30:00.000Z');
  });

  it('begins and ends at the first of the times that come twice', () => {
    expect(
      elapsed(calendar({ week: { sunday: ['01:30-02:30'] } }), '2026-10-24T00:00:00.000Z', '2026-10-26T00:00:00.000Z'),
    ).toBe(HOUR);
    expect(
      elapsed(calendar({ week: { sunday: ['02:30-03:30'] } }), '2026-10-24T00:00:00.000Z', '2026-10-26T00:00:00.000Z'),
    ).toBe(2 * HOUR);
  });
});

it('always passes where the calendar is always open', () => {
  expect(dueAt(alwaysOpen, '2026-03-29T00:59:00.000Z', 26 * HOUR)).toBe('2026-03-30T02:59:00.000Z');
  expect(isOpen(alwaysOpen, '2026-12-25T03:00:00.000Z')).toBe(true);
});

describe('a calendar is refused', () => {
  it.each([
    { because: 'its zone does not exist', over: { zone: 'Europe/Atlantis' } },
    { because: 'it is never open', over: { week: {} } },
    { because: 'a stretch is no time of day', over: { week: { monday: ['09:00-25:00'] } } },
    { because: 'a stretch has no length', over: { week: { monday: ['09:00-09:00'] } } },
    { because: 'a holiday does not exist', over: { holidays: [{ date: '2026-02-29', name: 'x' }] } },
    { because: 'a holiday is no date', over: { holidays: [{ date: '13-01', name: 'x' }] } },
  ])('because $because', ({ over }) => {
    expect(calendarSchema.safeParse({ zone: 'UTC', week: weekdays('09:00-17:00'), ...over }).success).toBe(false);
  });
});
