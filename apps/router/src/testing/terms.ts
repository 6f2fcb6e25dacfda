import { alwaysOpen, type Calendar, type SlaTerms } from '@sluice/policy';

const HOUR_MS = 3_600_000;
const WEEKDAY = ['09:00-17:00'];

/** Nine to five, Monday to Friday, in UTC. */
export const officeHours: Calendar = {
  zone: 'UTC',
  week: {
    monday: WEEKDAY,
    tuesday: WEEKDAY,
    wednesday: WEEKDAY,
    thursday: WEEKDAY,
    friday: WEEKDAY,
    saturday: [],
    sunday: [],
  },
  holidays: [],
};

/** Ten hours at any time of day, at risk at 70 % and 90 %, with a step at 90 %, at the breach, and as long again after it. */
export const someTerms = (over: Partial<SlaTerms> = {}): SlaTerms => ({
  clock: 'followup',
  budgetMs: 10 * HOUR_MS,
  calendarName: 'always',
  calendar: alwaysOpen,
  disturb: null,
  atRisk: [0.7, 0.9],
  steps: [
    { id: 'owner', at: 0.9, urgent: false, do: [{ do: 'tell-queue' }] },
    { id: 'manager', at: 1, urgent: false, do: [{ do: 'tell', channel: '#managers' }] },
    { id: 'forgotten', at: 2, urgent: false, do: [{ do: 'webhook', name: 'subscribers' }] },
  ],
  stops: ['replied'],
  restarts: true,
  pausable: true,
  pauses: { waiting: { maxMs: null }, briefly: { maxMs: 2 * HOUR_MS } },
  ...over,
});
