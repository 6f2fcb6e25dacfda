import type { Routing } from '@sluice/contracts';

const MINUTE_MS = 60_000;

/** The clocks of a route as moments: plain minutes from when the inquiry came in. */
export const dueTimes = (sla: Readonly<Record<string, number>>, receivedAt: string): Routing['sla'] =>
  Object.entries(sla).map(([clock, minutes]) => ({ clock, minutes, dueAt: new Date(Date.parse(receivedAt) + minutes * MINUTE_MS).toISOString() }));
