import type { Decision, Unevaluated } from '@sluice/contracts';
import { evaluate, shownInput, testCondition, type ConditionContext, type Playbook, type Rubric } from '@sluice/policy';

type Reason = Decision['reasons'][number];
type Component = Rubric['components'][number];

export interface Score {
  readonly score: number;
  /** Every point with its rule and the value the rule saw; they add up to the score. */
  readonly reasons: readonly Reason[];
  readonly label: string | null;
  readonly unevaluated: readonly Unevaluated[];
}

type Scoring = Pick<Playbook, 'rubric' | 'extraction' | 'lists' | 'taxonomy'>;

/** A component that was looked at: what it gives, if it holds, and what of it could not be evaluated. */
interface Looked {
  readonly group: string | null;
  readonly reason: Reason | null;
  readonly unevaluated: readonly Unevaluated[];
}

const sum = (reasons: readonly Reason[]): number => reasons.reduce((total, { points }) => total + points, 0);

const unevaluated = (condition: string, because: string): Unevaluated => ({ condition, because, counted: 'not-held' });

/** The share of its points that a component gives; null, with the reason, where it can't be told. */
const shareOf = (
  times: string | null,
  context: ConditionContext,
): { readonly share: number; readonly fault: null } | { readonly share: null; readonly fault: string } => {
  if (times === null) return { share: 1, fault: null };
  const { value, fault } = evaluate('rubric', times, context);
  if (typeof value === 'number') return { share: Math.min(Math.max(value, 0), 1), fault: null };
  return { share: null, fault: fault ?? `${times} is no number` };
};

const looked = (
  { rule, group, when, points, times, input, from }: Component,
  playbook: Scoring,
  context: ConditionContext,
): Looked => {
  const { holds, fault } = testCondition('rubric', when, context);
  if (!holds) return { group, reason: null, unevaluated: fault === null ? [] : [unevaluated(`rubric.${rule}`, fault)] };
  const share = shareOf(times, context);
  if (share.share === null)
    return { group, reason: null, unevaluated: [unevaluated(`rubric.${rule}.times`, share.fault)] };
  const shown = evaluate('rubric', input, context);
  return {
    group,
    reason: {
      rule,
      points: share.share === 1 ? points : Math.round(points * share.share),
      input: shownInput(playbook, input, shown.value),
      from,
    },
    unevaluated: shown.fault === null ? [] : [unevaluated(`rubric.${rule}.input`, shown.fault)],
  };
};

/** Adds what is missing to a bound as a reason of its own, so that the ledger still adds up. */
const boundary = (
  reasons: readonly Reason[],
  { least, most, suffix }: { readonly least: number; readonly most: number; readonly suffix: string },
): readonly Reason[] => {
  const raw = sum(reasons);
  const held = Math.min(Math.max(raw, least), most);
  return held === raw
    ? []
    : [{ rule: `${raw < least ? 'floor' : 'cap'}${suffix}`, points: held - raw, input: raw, from: 'rule' }];
};

/** By name: a stored playbook does not keep the order of its keys, and a decision must not hang on it. */
const grouped = (
  { groups }: Rubric,
  earned: readonly { readonly group: string | null; readonly reason: Reason }[],
): readonly Reason[] =>
  Object.entries(groups)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([name, bounds]) =>
      boundary(
        earned.filter(({ group }) => group === name).map(({ reason }) => reason),
        { ...bounds, suffix: `:${name}` },
      ),
    );

const normalised = ({ normalise, cap }: Rubric, reasons: readonly Reason[]): readonly Reason[] => {
  const held = sum(reasons);
  const points = Math.round((held * 100) / cap) - held;
  return normalise === 'none' || cap <= 0 || points === 0
    ? []
    : [{ rule: 'normalise', points, input: held, from: 'rule' }];
};

/**
 * Applies the rubric: the points of every component that holds, each group and the whole held in bounds, and the label they reach. A
 * component that can't be evaluated gives no points, and is told.
 */
export const scoreBy = (playbook: Scoring, context: ConditionContext): Score => {
  const { rubric } = playbook;
  const start: readonly Reason[] =
    rubric.start === 0 ? [] : [{ rule: 'start', points: rubric.start, input: null, from: 'rule' }];
  const components = rubric.components.map((component) => looked(component, playbook, context));
  const earned = components.flatMap(({ group, reason }) => (reason === null ? [] : [{ group, reason }]));
  const all = [...start, ...earned.map(({ reason }) => reason), ...grouped(rubric, earned)];
  const held = [...all, ...boundary(all, { least: rubric.floor, most: rubric.cap, suffix: '' })];
  const reasons = [...held, ...normalised(rubric, held)];
  const score = sum(reasons);
  return {
    score,
    reasons,
    label: rubric.labels.find(({ atLeast }) => score >= atLeast)?.label ?? null,
    unevaluated: components.flatMap((one) => one.unevaluated),
  };
};
