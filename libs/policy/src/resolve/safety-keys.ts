/** How two layers that disagree are settled: towards less being done, less being kept, more being looked at. */
export type Stricter = 'max' | 'min' | 'never-or-max' | 'union' | 'intersection' | 'and' | 'or' | 'path' | 'mode';

/** Keys where the strictest layer wins, by path; `*` is any name. */
export const safetyKeys: Readonly<Record<string, Stricter>> = {
  'gates.reviewBelow': 'max',
  'gates.reviewWhenMissing': 'min',
  'gates.route': 'max',
  'gates.priority': 'max',
  'gates.autoSend': 'never-or-max',
  'gates.path': 'path',
  'gates.byIntent.*.reviewBelow': 'max',
  'gates.byIntent.*.route': 'max',
  'gates.byIntent.*.priority': 'max',
  'gates.byIntent.*.autoSend': 'never-or-max',
  'gates.byIntent.*.path': 'path',
  'gates.neverAutoSendWith': 'union',
  'gates.minWords': 'max',
  'gates.lowConfidence': 'min',
  'gates.rulesConfidence': 'min',
  'gates.deal.minConfidence': 'never-or-max',
  'gates.deal.openWindowDays': 'max',
  'rollout.shadowDays': 'max',
  'rollout.minDecisions': 'max',
  'rollout.enableWhen': 'union',
  'killSwitches': 'union',
  'flags.*.on': 'and',
  'acknowledgement.allow': 'intersection',
  'acknowledgement.never': 'union',
  'acknowledgement.templates.*.enabled': 'and',
  'drafting.enabled': 'and',
  'drafting.snippetsOnly': 'or',
  'drafting.forbidden': 'union',
  'drafting.requiredLinks': 'union',
  'sinks.*.mode': 'mode',
  'sinks.*.notCategories': 'union',
  'sinks.slack.redactAttachments': 'union',
  'model.dailyBudgetUsd': 'min',
  'budget.triageUsd': 'min',
  'budget.draftUsd': 'min',
  'budget.alertDailyUsd': 'min',
  'redaction.classes': 'union',
  'retention.rawDays': 'min',
  'retention.normalisedDays': 'min',
  'retention.redactedSampleDays': 'min',
  'retention.auditDays': 'min',
  'retention.sinkArchiveDays': 'min',
  'evaluation.gates': 'union',
  'evaluation.goldenMinimum': 'max',
};

const patterns = Object.entries(safetyKeys).map(([key, stricter]) => ({ parts: key.split('.'), stricter }));

const fits = (pattern: readonly string[], path: readonly string[]): boolean =>
  pattern.length === path.length && pattern.every((part, at) => part === '*' || part === path[at] || path[at] === '<name>');

/** How a path is settled; null where the most specific layer simply wins. */
export const stricterFor = (path: readonly string[]): Stricter | null => patterns.find(({ parts }) => fits(parts, path))?.stricter ?? null;

/** Whether the strictest layer wins there: `gates.byIntent.<name>.autoSend`. */
export const isSafetyKey = (path: string): boolean => stricterFor(path.split('.')) !== null;
