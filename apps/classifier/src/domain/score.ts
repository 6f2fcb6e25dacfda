import type { Decision } from '@sluice/contracts';
import { evaluate, holds, type ConditionContext, type Rubric } from '@sluice/policy';

type Reason = Decision['reasons'][number];
type Component = Rubric['components'][number];

export interface Score {
  readonly score: number;
  /** Every point with its rule and the value the rule saw; they add up to the score. */
  readonly reasons: readonly Reason[];
  readonly label: string | null;
}

const sum = (reasons: readonly Reason[]): number => reasons.reduce((total, { points }) => total + points, 0);

const inputOf = (expression: string, context: ConditionContext): Reason['input'] => {
  const value = evaluate('rubric', expression, context);
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null;
};

const shareOf = (expression: string, context: ConditionContext): number => {
  const value = evaluate('rubric', expression, context);
  return typeof value === 'number' && value > 0 ? Math.min(value, 1) : 0;
};

const reasonOf = ({ rule, points, times, input, from }: Component, context: ConditionContext): Reason => ({
  rule,
  points: times === null ? points : Math.round(points * shareOf(times, context)),
  input: inputOf(input, context),
  from,
});

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

/** Applies the rubric: the points of every component that holds, each group and the whole held in bounds, and the label they reach. */
export const scoreBy = (rubric: Rubric, context: ConditionContext): Score => {
  const start: readonly Reason[] =
    rubric.start === 0 ? [] : [{ rule: 'start', points: rubric.start, input: null, from: 'rule' }];
  const earned = rubric.components
    .filter(({ when }) => holds('rubric', when, context))
    .map((component) => ({ group: component.group, reason: reasonOf(component, context) }));
  const all = [...start, ...earned.map(({ reason }) => reason), ...grouped(rubric, earned)];
  const held = [...all, ...boundary(all, { least: rubric.floor, most: rubric.cap, suffix: '' })];
  const reasons = [...held, ...normalised(rubric, held)];
  const score = sum(reasons);
  return { score, reasons, label: rubric.labels.find(({ atLeast }) => score >= atLeast)?.label ?? null };
};
