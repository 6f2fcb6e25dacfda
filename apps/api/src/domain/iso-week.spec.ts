import { expect, it } from 'vitest';
import { weekOf } from './iso-week.ts';

it.each([
  ['2026-W47', '2026-11-16', '2026-11-23'],
  ['2026-W01', '2025-12-29', '2026-01-05'],
  ['2026-W53', '2026-12-28', '2027-01-04'],
  ['2024-W09', '2024-02-26', '2024-03-04'],
])('%s is from %s to %s', (week, from, to) =>
  expect(weekOf(week)).toEqual({ from: `${from}T00:00:00.000Z`, to: `${to}T00:00:00.000Z` }),
);

it.each(['2026-W00', '2025-W53', '2026-W54', '2026-47', 'last week'])('%s is no week', (week) =>
  expect(weekOf(week)).toBeNull(),
);
