import type { Unevaluated } from '@sluice/contracts';
import { testCondition, type ConditionContext, type Playbook } from '@sluice/policy';
import { strictestPath, type Ruling } from './hard-rules.ts';

export interface Held {
  readonly guards: readonly string[];
  readonly path: Ruling['path'];
  readonly flags: readonly string[];
  readonly priority: string;
  readonly unevaluated: readonly Unevaluated[];
}

const raised = (priorities: readonly string[], priority: string, others: readonly string[]): string =>
  others.reduce((highest, one) => (priorities.indexOf(one) > priorities.indexOf(highest) ? one : highest), priority);

/** What holds the answer back, of what is only known once the text has been read. A guard that can't be evaluated holds it back. */
export const heldBack = (
  { guards, taxonomy }: Pick<Playbook, 'guards' | 'taxonomy'>,
  context: ConditionContext,
  priority: string,
): Held => {
  const tested = guards.map((guard) => ({ ...guard, ...testCondition('guard', guard.when, context) }));
  const held = tested.filter(({ holds, fault }) => holds || fault !== null);
  return {
    guards: held.map(({ id }) => id),
    path: strictestPath(held.map(({ then }) => then.path)),
    flags: held.flatMap(({ then }) => then.flag ?? []),
    priority: raised(
      taxonomy.priorities,
      priority,
      held.flatMap(({ then }) => then.priority ?? []),
    ),
    unevaluated: tested.flatMap(({ id, fault }) =>
      fault === null ? [] : [{ condition: `guards.${id}`, because: fault, counted: 'held' } as const],
    ),
  };
};
