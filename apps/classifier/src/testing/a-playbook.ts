import { parsePlaybook, type Playbook } from '@sluice/policy';

/** A playbook that asks a model for a few fields, with room for what a test is not about. */
export const aPlaybook = (over: { readonly extraction?: object; readonly model?: object } = {}): Playbook =>
  parsePlaybook({
    name: 'test',
    description: 'For tests.',
    taxonomy: { categories: [{ name: 'lead', priority: 'normal' }], fallback: 'lead', priorities: ['normal'] },
    extraction: {
      fields: {
        use_case: { type: 'string', values: ['crm', 'reporting'], describe: 'What for' },
        urgency_days: { type: 'number', describe: 'How soon' },
        contact_email: { type: 'string', describe: 'Whom to write to' },
        blockers: { type: 'strings', describe: 'What stands in the way' },
        confidence: { type: 'number', describe: 'How sure' },
      },
      keyFields: ['use_case', 'urgency_days'],
      instructions: 'Report what the message says.',
      examples: [
        {
          message: 'A report, please',
          answer: { use_case: 'reporting', urgency_days: null, contact_email: null, blockers: null, confidence: 1 },
        },
      ],
      maxCharacters: 200,
      ...over.extraction,
    },
    model: {
      small: { name: 'small-model', inputPerMillionUsd: 100, outputPerMillionUsd: 1000 },
      large: { name: 'large-model', inputPerMillionUsd: 1000, outputPerMillionUsd: 10_000 },
      escalateWhenMissing: 2,
      timeoutMs: 2000,
      dailyBudgetUsd: 100,
      reuseMinutes: 10,
      ...over.model,
    },
    gates: { reviewBelow: 0.5 },
    routes: [{ id: 'all', when: 'true', queue: 'all' }],
    sinks: { slack: { mode: 'off', otherwise: '#all' } },
    retention: { rawDays: 30 },
  });
