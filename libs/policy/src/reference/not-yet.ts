const DRAFTING = 'drafting';
const BOOKING = 'booking of meeting times';
const EVALUATION = 'evaluation';
const RETENTION = 'retention by playbook';

/**
 * Fields that have their place, are checked, versioned and compared, and that nothing acts on yet; with what will. By path, with all
 * that is below it. A field that nothing reads and that is not here would promise what nobody keeps: a test looks for such.
 */
const notYet: Readonly<Record<string, string>> = {
  'sources.<name>.kind': 'sources beyond HTTP',
  'taxonomy.mappings': 'reports across playbooks',
  reuse: 'the reuse of categories',
  'rollout.shadowDays': EVALUATION,
  'rollout.minDecisions': EVALUATION,
  'rollout.enableWhen': EVALUATION,
  flags: 'trials',
  followUps: 'follow-ups',
  'acknowledgement.withinSeconds':
    'deadlines of effects; until then the clock `acknowledgement` of a route promises it',
  retrieval: DRAFTING,
  drafting: DRAFTING,
  'sinks.slack.redactAttachments': 'notices that name attachments; until then none does',
  'sinks.booking.mode': BOOKING,
  'sinks.booking.provider': BOOKING,
  'sinks.booking.queues': BOOKING,
  'sinks.booking.within': BOOKING,
  'sinks.booking.notCategories': BOOKING,
  effects: "retries by playbook; until then the notifier's own settings count",
  budget: 'budgets by inquiry; until then `model.dailyBudgetUsd` counts alone',
  slo: 'indicators by playbook',
  redaction: 'redaction by playbook; until then all that can be found is taken out, always',
  'retention.redactedSampleDays': RETENTION,
  'retention.sinkArchiveDays': RETENTION,
  'retention.pii': RETENTION,
  'retention.storage': RETENTION,
  evaluation: EVALUATION,
  alerts: 'alerts by playbook',
  console: 'the console',
};

/** The paths above. */
export const notYetPaths: readonly string[] = Object.keys(notYet);

/** What will act on a field; null where something does already. */
export const awaited = (path: string): string | null =>
  Object.entries(notYet).find(
    ([prefix]) => path === prefix || path.startsWith(`${prefix}.`) || path.startsWith(`${prefix}[`),
  )?.[1] ?? null;
