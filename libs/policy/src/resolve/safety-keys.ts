/** How two layers that disagree are settled: towards less being done, less being kept, more being looked at. */
export type Stricter =
  /** The higher figure; null asks for nothing. */
  | 'max'
  /** The lower figure; null is no bound. */
  | 'min'
  /** The higher figure; null is never, the strictest of all. */
  | 'never-or-max'
  | 'union'
  | 'intersection'
  | 'and'
  | 'or'
  /** What is set may be changed, not taken away. */
  | 'kept'
  /** The step that comes first in `rollout.phases`. */
  | 'phase'
  /** The word that comes first. */
  | readonly string[];

const PATHS = ['human', 'suggest', 'auto'] as const;
const MODES = ['off', 'propose', 'sandbox', 'live'] as const;

/** Keys where the strictest layer wins, by path; `*` is any name. */
export const safetyKeys: Readonly<Record<string, Stricter>> = {
  'gates.reviewBelow': 'max',
  'gates.reviewWhenMissing': 'min',
  'gates.route': 'max',
  'gates.priority': 'max',
  'gates.autoSend': 'never-or-max',
  'gates.path': PATHS,
  'gates.byIntent.*.reviewBelow': 'max',
  'gates.byIntent.*.route': 'max',
  'gates.byIntent.*.priority': 'max',
  'gates.byIntent.*.autoSend': 'never-or-max',
  'gates.byIntent.*.path': PATHS,
  'gates.neverAutoSendWith': 'union',
  'gates.autoSendWithin': 'kept',
  'gates.minWords': 'max',
  'gates.lowConfidence': 'min',
  'gates.rulesConfidence': 'min',
  'gates.deal.minConfidence': 'never-or-max',
  'gates.deal.openWindowDays': 'max',
  'rollout.phase': 'phase',
  'rollout.shadowDays': 'max',
  'rollout.minDecisions': 'max',
  'rollout.enableWhen': 'union',
  guards: 'union',
  killSwitches: 'union',
  'flags.*.on': 'and',
  'acknowledgement.allow': 'intersection',
  'acknowledgement.never': 'union',
  'acknowledgement.templates.*.enabled': 'and',
  'drafting.enabled': 'and',
  'drafting.snippetsOnly': 'or',
  'drafting.forbidden': 'union',
  'drafting.requiredLinks': 'union',
  'sinks.*.mode': MODES,
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
  'retention.receiptDays': 'min',
  'retention.sinkArchiveDays': 'min',
  'retention.pii': ['hash_domain', 'encrypted', 'full'],
  'evaluation.gates': 'union',
  'evaluation.goldenMinimum': 'max',
};

const patterns = Object.entries(safetyKeys).map(([key, stricter]) => ({ parts: key.split('.'), stricter }));

const fits = (pattern: readonly string[], path: readonly string[]): boolean =>
  pattern.length === path.length &&
  pattern.every((part, at) => part === '*' || part === path[at] || path[at] === '<name>');

/** How a path is settled; null where the most specific layer simply wins. */
export const stricterFor = (path: readonly string[]): Stricter | null =>
  patterns.find(({ parts }) => fits(parts, path))?.stricter ?? null;

/** Whether the strictest layer wins there: `gates.byIntent.<name>.autoSend`. */
export const isSafetyKey = (path: string): boolean => stricterFor(path.split('.')) !== null;
