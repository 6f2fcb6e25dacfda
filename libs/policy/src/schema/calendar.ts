import { z } from 'zod';

const TIME = String.raw`(?:[01]\d|2[0-3]):[0-5]\d`;
const SPAN = new RegExp(`^(${TIME})-(${TIME}|24:00)$`);

const span = z
  .string()
  .regex(SPAN, 'hh:mm-hh:mm, in 24 hours; 24:00 is the end of the day')
  .refine((text) => text.slice(0, 5) !== text.slice(6), 'must not end when it begins; the whole day is 00:00-24:00')
  .describe('Wall-clock time, the end left out. One that ends before it begins runs into the next day: 22:00-07:00.');
const hours = z.array(span).max(12).default([]).describe('As many stretches as the day has; empty is closed');

const zones = new Map<string, boolean>();
const MOST_ZONES = 1_000;

const lookUp = (zone: string): boolean => {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
};

/** Clocks hold their calendars and are read again and again: asking once is enough. */
const isZone = (zone: string): boolean => {
  const is = zones.get(zone) ?? lookUp(zone);
  if (zones.size < MOST_ZONES) zones.set(zone, is);
  return is;
};

const DATE = /^(\d{4}-)?(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/;
const LEAP_YEAR = '2024-';
const isDate = (text: string): boolean => {
  const whole = text.length > 5 ? text : `${LEAP_YEAR}${text}`;
  return DATE.test(text) && new Date(`${whole}T00:00:00Z`).toISOString().startsWith(whole);
};

const holiday = z.strictObject({
  date: z
    .string()
    .refine((text) => DATE.test(text) && isDate(text), 'yyyy-mm-dd, or mm-dd for every year; a day that exists')
    .describe('yyyy-mm-dd, or mm-dd for every year'),
  name: z.string().min(1).max(60).describe('Shown where somebody asks why a day did not count'),
  hours: hours.describe('Open all the same at these times: half days'),
});

export const calendarSchema = z
  .strictObject({
    zone: z
      .string()
      .refine(isZone, 'no such IANA time zone')
      .describe('IANA name, Europe/Berlin; never an offset, which knows no summer time'),
    week: z
      .strictObject({
        monday: hours,
        tuesday: hours,
        wednesday: hours,
        thursday: hours,
        friday: hours,
        saturday: hours,
        sunday: hours,
      })
      .describe('Open hours of each weekday'),
    holidays: z
      .array(holiday)
      .max(500)
      .default([])
      .describe('Take the place of the weekday; a stretch that began the evening before goes on'),
  })
  .refine(({ week }) => Object.values(week).some((day) => day.length > 0), { message: 'is never open', path: ['week'] })
  .describe('When time counts. Times are wall-clock times of the zone, so an hour that summer time skips never was.');

export type Calendar = z.output<typeof calendarSchema>;

/** Every calendar of a playbook by name. `always` is there without being written down. */
export const calendarsSchema = z
  .record(z.string().regex(/^[a-z0-9][a-z0-9_-]{0,62}$/), calendarSchema)
  .describe('When time counts, by name; `always` is there without being written down');

const ALL_DAY = ['00:00-24:00'];

/** Open at every moment. */
export const alwaysOpen: Calendar = {
  zone: 'UTC',
  week: {
    monday: ALL_DAY,
    tuesday: ALL_DAY,
    wednesday: ALL_DAY,
    thursday: ALL_DAY,
    friday: ALL_DAY,
    saturday: ALL_DAY,
    sunday: ALL_DAY,
  },
  holidays: [],
};
