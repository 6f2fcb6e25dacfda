import { expect, it } from 'vitest';
import { createRefusalCount } from './refusal-count.ts';

it('hears no address in the rest of a window in which it was refused too often, and forgets all with the window', () => {
  let now = '2026-01-05T09:00:20.000Z';
  const refusals = createRefusalCount({ most: 2, windowSeconds: 60, clock: { now: () => now } });
  refusals.add('192.0.2.1');
  expect(refusals.secondsToWait('192.0.2.1')).toBe(0);
  refusals.add('192.0.2.1');
  expect([refusals.secondsToWait('192.0.2.1'), refusals.secondsToWait('192.0.2.2')]).toEqual([40, 0]);
  now = '2026-01-05T09:01:00.000Z';
  expect(refusals.secondsToWait('192.0.2.1')).toBe(0);
});
