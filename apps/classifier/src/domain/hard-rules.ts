import { holds, type ConditionContext, type Playbook } from '@sluice/policy';

/** What the hard rules say: each decides or abstains, none guesses. */
export interface Verdict {
  readonly rules: readonly string[];
  readonly label: string | null;
  readonly category: string | null;
  readonly priority: string | null;
  readonly flags: readonly string[];
  /** The furthest an answer may go; null where no rule holds it back. */
  readonly path: 'human' | 'suggest' | null;
  /** True when a rule settled the inquiry: no model is asked. */
  readonly decided: boolean;
}

/** Null where nothing holds an answer back. */
export const strictestPath = (paths: readonly (Verdict['path'] | undefined)[]): Verdict['path'] =>
  paths.includes('human') ? 'human' : paths.includes('suggest') ? 'suggest' : null;

/** Rules in their order; where two speak of the same thing, the first is heard. */
export const judge = ({ rules }: Pick<Playbook, 'rules'>, context: ConditionContext): Verdict => {
  const held = rules.filter(({ when }) => holds('rule', when, context));
  const first = (pick: (then: (typeof held)[number]['then']) => string | undefined): string | null =>
    held.map(({ then }) => pick(then)).find((value) => value !== undefined) ?? null;
  return {
    rules: held.map(({ id }) => id),
    label: first(({ label }) => label),
    category: first(({ category }) => category),
    priority: first(({ priority }) => priority),
    flags: held.flatMap(({ then }) => then.flag ?? []),
    path: strictestPath(held.map(({ then }) => then.path)),
    decided: held.some(({ then }) => then.decide),
  };
};

/** A model is asked only when rules have not settled the inquiry and the playbook wants one. */
export const needsModel = ({ model }: Pick<Playbook, 'model'>, verdict: Verdict): boolean =>
  model.ask !== 'never' && !verdict.decided;
