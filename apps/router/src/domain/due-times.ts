import type { Routing } from '@sluice/contracts';
import { dueAt, type SlaTerms } from '@sluice/policy';

const MINUTE_MS = 60_000;

/** The promises of a route as moments, by the open hours of each clock's calendar. */
export const dueTimes = (terms: readonly SlaTerms[], receivedAt: string): Routing['sla'] =>
  terms.map(({ clock, budgetMs, calendar }) => ({
    clock,
    minutes: budgetMs / MINUTE_MS,
    dueAt: dueAt(calendar, receivedAt, budgetMs),
  }));
