import { expect, it } from 'vitest';
import { withoutCall } from './without-call.ts';

const NOW = Date.parse('2026-01-05T09:00:00.000Z');
const given = { turn: 'call', approval: 'not-needed', usefulUntil: null } as const;

it.each([
  [given, null],
  [{ ...given, approval: 'approved' } as const, null],
  [{ ...given, approval: 'declined' } as const, 'declined'],
  [{ ...given, approval: 'awaited' } as const, 'not-approved-in-time'],
  [{ ...given, usefulUntil: '2026-01-05T09:00:00.001Z' }, null],
  [{ ...given, usefulUntil: '2026-01-05T09:00:00.000Z' }, 'too-late'],
  [{ ...given, turn: 'ask', approval: 'awaited', usefulUntil: '2026-01-05T08:00:00.000Z' } as const, null],
])('of %j it says %s', (effect, says) => {
  expect(withoutCall(effect, NOW)).toBe(says);
});
