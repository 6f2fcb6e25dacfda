import { parsePlaybook, type Playbook } from '@sluice/policy';

export interface ClockPlaybookOver {
  readonly sla?: object;
  readonly calendars?: object;
  readonly overrides?: object;
  readonly pools?: object;
  /** Before the route that takes everything. */
  readonly routes?: readonly object[];
  readonly sinks?: object;
  readonly retention?: object;
  readonly extraction?: object;
  readonly acknowledgement?: object;
  readonly gates?: object;
}

/** A playbook whose last route takes everything, and promises an answer within so many minutes of any hour. */
export const aClockPlaybook = (minutes: number, over: ClockPlaybookOver = {}): Playbook =>
  parsePlaybook({
    name: 'test',
    description: 'For tests.',
    taxonomy: {
      categories: [
        { name: 'lead', priority: 'normal' },
        { name: 'spam', priority: 'low' },
        { name: 'support', priority: 'normal' },
      ],
      fallback: 'lead',
      priorities: ['low', 'normal', 'high'],
    },
    model: { small: { name: 'small', inputPerMillionUsd: 0, outputPerMillionUsd: 0 }, dailyBudgetUsd: 0 },
    gates: { reviewBelow: 0.5, ...over.gates },
    calendars: over.calendars ?? {},
    sla: {
      atRisk: [0.7, 0.9],
      clocks: { followup: { stops: ['replied'], restarts: true, ladder: 'ladder' } },
      ladders: {
        ladder: [
          { id: 'owner', at: 0.9, do: [{ do: 'tell-queue' }] },
          {
            id: 'manager',
            at: 1,
            do: [
              { do: 'tell', channel: '#managers' },
              { do: 'raise-priority', to: 'high' },
            ],
          },
          {
            id: 'forgotten',
            at: 2,
            do: [
              { do: 'webhook', name: 'subscribers' },
              { do: 'raise-priority', to: 'low' },
            ],
          },
        ],
      },
      pauses: { waiting: {} },
      ...over.sla,
    },
    pools: over.pools ?? {},
    routes: [...(over.routes ?? []), { id: 'any', when: 'true', queue: 'sales', sla: { followup: minutes } }],
    sinks: over.sinks ?? {
      slack: { mode: 'live', channels: { sales: '#sales' }, otherwise: '#all' },
      webhooks: [{ name: 'subscribers', mode: 'live' }],
    },
    retention: { rawDays: 30, ...over.retention },
    extraction: over.extraction ?? {},
    acknowledgement: over.acknowledgement ?? {},
    overrides: over.overrides ?? {},
  });
