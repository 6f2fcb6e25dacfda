import type { Calendar } from '../schema/calendar.ts';
import { openSpans } from './open-spans.ts';

/** RFC 3339, UTC, as events have it. */
export type Instant = string;

const textOf = (ms: number): Instant => new Date(ms).toISOString();

const millisecondsOf = (at: Instant): number => {
  const ms = Date.parse(at);
  if (Number.isNaN(ms)) throw new Error('reading a moment: it is no RFC 3339 time');
  return ms;
};

const afterOpen = (calendar: Calendar, from: number, ms: number): number => {
  if (ms <= 0) return from;
  let left = ms;
  for (const { start, end } of openSpans(calendar, from)) {
    if (end - start >= left) return start + left;
    left -= end - start;
  }
  return from;
};

/** The first moment at which `ms` of open time have passed since `from`: the end of a stretch rather than the start of the next. */
export const dueAt = (calendar: Calendar, from: Instant, ms: number): Instant =>
  textOf(afterOpen(calendar, millisecondsOf(from), Math.ceil(ms)));

/** Milliseconds of open time from one moment to a later one; 0 when it is not later. */
export const elapsed = (calendar: Calendar, from: Instant, to: Instant): number => {
  const [start, end] = [millisecondsOf(from), millisecondsOf(to)];
  let sum = 0;
  if (end <= start) return sum;
  for (const span of openSpans(calendar, start)) {
    if (span.start >= end) return sum;
    sum += Math.min(span.end, end) - span.start;
  }
  return sum;
};

/** The first open moment at or after `at`. */
export const nextOpen = (calendar: Calendar, at: Instant): Instant =>
  textOf(openSpans(calendar, millisecondsOf(at)).next().value.start);

export const isOpen = (calendar: Calendar, at: Instant): boolean =>
  nextOpen(calendar, at) === textOf(millisecondsOf(at));
