import { z } from 'zod';
import { namedCalendar } from './calendar/named-calendar.ts';
import type { Playbook, Route } from './playbook.ts';
import { readOnce } from './read-once.ts';
import { calendarSchema } from './schema/calendar.ts';
import { slaSignals, stepSchema } from './schema/sla.ts';

const MINUTE_MS = 60_000;

/** One promise with all it rests on: a clock keeps it, so that it ends by the rules it began with. */
const terms = z.object({
  clock: z.string(),
  /** Milliseconds of open time. */
  budgetMs: z.number().positive(),
  calendarName: z.string(),
  calendar: calendarSchema,
  /** When people may be told what is not urgent; null is at any hour. */
  disturb: calendarSchema.nullable(),
  atRisk: z.array(z.number()),
  steps: z.array(stepSchema),
  stops: z.array(z.enum(slaSignals)),
  restarts: z.boolean(),
  pausable: z.boolean(),
  /** Milliseconds of open time a pause may last, by its reason; null is without end. */
  pauses: z.record(z.string(), z.object({ maxMs: z.number().positive().nullable() })),
});
export type SlaTerms = z.output<typeof terms>;
export const slaTermsSchema = readOnce(terms);

const promised = (playbook: Playbook, route: Pick<Route, 'id' | 'sla'>): readonly SlaTerms[] => {
  const { clocks, ladders, pauses, atRisk, disturb } = playbook.sla;
  return Object.entries(route.sla)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, promise]) => {
      const clock = clocks[name];
      if (!clock) throw new Error(`reading the promises of route ${route.id}: the playbook has no clock "${name}"`);
      const { minutes, calendar, ladder } =
        typeof promise === 'number' ? { minutes: promise, calendar: undefined, ladder: undefined } : promise;
      const calendarName = calendar ?? clock.calendar;
      const ladderName = ladder === undefined ? clock.ladder : ladder;
      return {
        clock: name,
        budgetMs: Math.round(minutes * MINUTE_MS),
        calendarName,
        calendar: namedCalendar(playbook, calendarName),
        disturb: disturb === null ? null : namedCalendar(playbook, disturb),
        atRisk,
        steps: ladderName === null ? [] : (ladders[ladderName] ?? []),
        stops: clock.stops,
        restarts: clock.restarts,
        pausable: clock.pausable,
        pauses: Object.fromEntries(
          Object.entries(pauses).map(([reason, { maxMinutes }]) => [
            reason,
            { maxMs: maxMinutes === null ? null : maxMinutes * MINUTE_MS },
          ]),
        ),
      };
    });
};

/** Versions never change: the promises of each of their routes are put together once. */
const known = new WeakMap<Playbook, WeakMap<Route['sla'], readonly SlaTerms[]>>();

/**
 * The promises of a route, by the name of the clock: a store may give a playbook's keys back in another order than they were
 * written in, and a replay must not notice. The playbook's parser saw to it that all names exist.
 */
export const termsOf = (playbook: Playbook, route: Pick<Route, 'id' | 'sla'>): readonly SlaTerms[] => {
  const routes = known.get(playbook) ?? new WeakMap<Route['sla'], readonly SlaTerms[]>();
  known.set(playbook, routes);
  const found = routes.get(route.sla) ?? promised(playbook, route);
  routes.set(route.sla, found);
  return found;
};
