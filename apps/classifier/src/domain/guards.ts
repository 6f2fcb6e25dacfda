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

type Guard = Playbook['guards'][number];
type Finding = NonNullable<ConditionContext['decision']>;

const IN_DOUBT = 'rests on a flag of a rule that could not be evaluated';

/** A guard that comes out otherwise when a flag in doubt is set can't be evaluated either. */
const tested = (guard: Guard, context: ConditionContext, flagsInDoubt: readonly string[]) => {
  const found = testCondition('guard', guard.when, context);
  if (found.holds || found.fault !== null || flagsInDoubt.length === 0) return { ...guard, ...found };
  const decision = context.decision as Finding;
  const flags = [...(decision.flags as readonly string[]), ...flagsInDoubt];
  const { holds, fault } = testCondition('guard', guard.when, { ...context, decision: { ...decision, flags } });
  return { ...guard, holds: false, fault: holds ? IN_DOUBT : fault };
};

interface Looking {
  readonly priority: string;
  readonly flagsInDoubt: readonly string[];
}

/** What holds the answer back, of what is only known once the text has been read. A guard that can't be evaluated holds it back. */
export const heldBack = (
  { guards, taxonomy }: Pick<Playbook, 'guards' | 'taxonomy'>,
  context: ConditionContext,
  { priority, flagsInDoubt }: Looking,
): Held => {
  const all = guards.map((guard) => tested(guard, context, flagsInDoubt));
  const held = all.filter(({ holds, fault }) => holds || fault !== null);
  return {
    guards: held.map(({ id }) => id),
    path: strictestPath(held.map(({ then }) => then.path)),
    flags: held.flatMap(({ then }) => then.flag ?? []),
    priority: raised(
      taxonomy.priorities,
      priority,
      held.flatMap(({ then }) => then.priority ?? []),
    ),
    unevaluated: all.flatMap(({ id, fault }) =>
      fault === null ? [] : [{ condition: `guards.${id}`, because: fault, counted: 'held' } as const],
    ),
  };
};
