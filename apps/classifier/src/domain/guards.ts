import { holds, type ConditionContext, type Playbook } from '@sluice/policy';
import { strictestPath, type Verdict } from './hard-rules.ts';

export interface Held {
  readonly guards: readonly string[];
  readonly path: Verdict['path'];
  readonly flags: readonly string[];
  readonly priority: string;
}

const raised = (priorities: readonly string[], priority: string, others: readonly string[]): string =>
  others.reduce((highest, one) => (priorities.indexOf(one) > priorities.indexOf(highest) ? one : highest), priority);

/** What holds the answer back, of what is only known once the text has been read. */
export const heldBack = (
  { guards, taxonomy }: Pick<Playbook, 'guards' | 'taxonomy'>,
  context: ConditionContext,
  priority: string,
): Held => {
  const held = guards.filter(({ when }) => holds('guard', when, context));
  return {
    guards: held.map(({ id }) => id),
    path: strictestPath(held.map(({ then }) => then.path)),
    flags: held.flatMap(({ then }) => then.flag ?? []),
    priority: raised(
      taxonomy.priorities,
      priority,
      held.flatMap(({ then }) => then.priority ?? []),
    ),
  };
};
