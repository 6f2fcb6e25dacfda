import type { Unevaluated } from '@sluice/contracts';
import { testCondition, type ConditionContext, type Playbook } from '@sluice/policy';

/** What the hard rules say: each decides or abstains, none guesses. */
export interface Ruling {
  readonly rules: readonly string[];
  readonly label: string | null;
  readonly category: string | null;
  readonly priority: string | null;
  readonly flags: readonly string[];
  /** The furthest an answer may go; null where no rule holds it back. */
  readonly path: 'human' | 'suggest' | null;
  /** True when a rule settled the inquiry: no model is asked. */
  readonly decided: boolean;
  readonly unevaluated: readonly Unevaluated[];
  /** Flags that might be set: of rules that could not be evaluated, and hold nothing back themselves. */
  readonly flagsInDoubt: readonly string[];
}

type Rule = Playbook['rules'][number];
type Ruled = Pick<Playbook, 'rules' | 'gates' | 'acknowledgement'>;

/** Null where nothing holds an answer back. */
export const strictestPath = (paths: readonly (Ruling['path'] | undefined)[]): Ruling['path'] =>
  paths.includes('human') ? 'human' : paths.includes('suggest') ? 'suggest' : null;

/** A rule that holds an answer back: by its path, or by a flag with which nothing goes out unseen. */
const holdsBack = ({ then: { path, flag } }: Rule, { gates, acknowledgement }: Ruled): boolean =>
  path !== undefined || (flag !== undefined && [...gates.neverAutoSendWith, ...acknowledgement.never].includes(flag));

/** What is left of a rule that could not be evaluated: what holds back does, and nothing is settled by it. */
const onlyHoldingBack = ({ id, then: { path, flag } }: Rule): Pick<Rule, 'id' | 'then'> => ({
  id,
  then: { decide: false, ...(path && { path }), ...(flag && { flag }) },
});

/** Rules in their order; where two speak of the same thing, the first is heard. */
export const applyRules = (playbook: Ruled, context: ConditionContext): Ruling => {
  const tested = playbook.rules.map((rule) => ({
    rule,
    ...testCondition('rule', rule.when, context),
    isSafeguard: holdsBack(rule, playbook),
  }));
  const held = tested.flatMap(({ rule, holds, fault, isSafeguard }) =>
    holds ? [rule] : fault !== null && isSafeguard ? [onlyHoldingBack(rule)] : [],
  );
  const first = (pick: (then: Rule['then']) => string | undefined): string | null =>
    held.map(({ then }) => pick(then)).find((value) => value !== undefined) ?? null;
  return {
    rules: held.map(({ id }) => id),
    label: first(({ label }) => label),
    category: first(({ category }) => category),
    priority: first(({ priority }) => priority),
    flags: held.flatMap(({ then }) => then.flag ?? []),
    path: strictestPath(held.map(({ then }) => then.path)),
    decided: held.some(({ then }) => then.decide),
    flagsInDoubt: tested.flatMap(({ rule: { id, then }, fault, isSafeguard }) =>
      fault === null || isSafeguard ? [] : [`rule:${id}`, ...(then.flag ? [then.flag] : [])],
    ),
    unevaluated: tested.flatMap(({ rule, fault, isSafeguard }) =>
      fault === null
        ? []
        : [{ condition: `rules.${rule.id}`, because: fault, counted: isSafeguard ? 'held' : 'not-held' } as const],
    ),
  };
};

/** A model is asked only when rules have not settled the inquiry and the playbook wants one. */
export const needsModel = ({ model }: Pick<Playbook, 'model'>, ruling: Ruling): boolean =>
  model.ask !== 'never' && !ruling.decided;
