import { mergeLayers } from '../merge.ts';

const smallest = {
  name: 'test',
  description: 'For tests.',
  taxonomy: {
    categories: [
      { name: 'lead', priority: 'normal' },
      { name: 'billing', priority: 'normal' },
    ],
    fallback: 'lead',
    priorities: ['normal', 'high'],
  },
  model: { small: { name: 'small-model', inputPerMillionUsd: 1, outputPerMillionUsd: 1 }, dailyBudgetUsd: 100 },
  gates: { reviewBelow: 0.5 },
  routes: [{ id: 'all', when: 'true', queue: 'all' }],
  sinks: { slack: { mode: 'off', otherwise: '#all' } },
  retention: { rawDays: 30 },
};

/** The smallest document that is a playbook, with what a test is about laid over it. */
export const aDocument = (over: object = {}): Readonly<Record<string, unknown>> =>
  mergeLayers(smallest, over) as Readonly<Record<string, unknown>>;
