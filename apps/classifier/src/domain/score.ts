import type { Decision } from '@sluice/contracts';
import { evaluate, holds, type ConditionContext, type Rubric } from '@sluice/policy';

type Reason = Decision['reasons'][number];

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

/** Adds what is missing to a bound as a reason of its own, so that the ledger still adds up. */
const heldWithin = ({ floor, cap }: Rubric, reasons: readonly Reason[]): readonly Reason[] => {
  const raw = sum(reasons);
  const held = Math.min(Math.max(raw, floor), cap);
  if (held === raw) return reasons;
  return [...reasons, { rule: raw < floor ? 'floor' : 'cap', points: held - raw, input: raw, from: 'rule' }];
};

/** Applies the rubric: the points of every component that holds, between floor and cap, and the label they reach. */
export const scoreBy = (rubric: Rubric, context: ConditionContext): Score => {
  const start: readonly Reason[] = rubric.start === 0 ? [] : [{ rule: 'start', points: rubric.start, input: null, from: 'rule' }];
  const components = rubric.components
    .filter(({ when }) => holds('rubric', when, context))
    .map(({ rule, points, input, from }): Reason => ({ rule, points, input: inputOf(input, context), from }));
  const reasons = heldWithin(rubric, [...start, ...components]);
  const score = sum(reasons);
  return { score, reasons, label: rubric.labels.find(({ atLeast }) => score >= atLeast)?.label ?? null };
};
