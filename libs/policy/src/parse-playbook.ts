import { contentHash, type PlaybookHash } from '@sluice/kernel';
import { checkCondition, ConditionError, type ConditionKind } from './condition.ts';
import { playbookSchema, type Playbook } from './playbook.ts';
import { slaFaults } from './sla-faults.ts';
import { poolFaults } from './pool-faults.ts';

/** A playbook that can't be used. The message lists every fault with its path. */
export class PlaybookError extends Error {
  override readonly name = 'PlaybookError';
}

interface Expression { readonly path: string; readonly kind: ConditionKind; readonly text: string; readonly expected: 'bool' | 'any' }

const expressionsOf = ({ rules, rubric, routes }: Playbook): readonly Expression[] => [
  ...rules.map(({ when }, at): Expression => ({ path: `rules/${at}/when`, kind: 'rule', text: when, expected: 'bool' })),
  ...rubric.components.flatMap(({ when, input }, at): Expression[] => [
    { path: `rubric/components/${at}/when`, kind: 'rubric', text: when, expected: 'bool' },
    { path: `rubric/components/${at}/input`, kind: 'rubric', text: input, expected: 'any' },
  ]),
  ...routes.map(({ when }, at): Expression => ({ path: `routes/${at}/when`, kind: 'route', text: when, expected: 'bool' })),
];

const conditionFaults = (playbook: Playbook): readonly string[] =>
  expressionsOf(playbook).flatMap(({ path, kind, text, expected }) => {
    try {
      checkCondition(kind, text, expected);
      return [];
    } catch (error) {
      if (error instanceof ConditionError) return [`/${path}: ${error.message}`];
      throw error;
    }
  });

const nameFaults = ({ taxonomy, rules, routes, pools }: Playbook): readonly string[] => {
  const categories = new Set(taxonomy.categories.map(({ name }) => name));
  return [
    ...(categories.has(taxonomy.fallback) ? [] : [`/taxonomy/fallback: "${taxonomy.fallback}" is no category`]),
    ...taxonomy.categories.flatMap(({ name, priority }) => (taxonomy.priorities.includes(priority) ? [] : [`/taxonomy/categories/${name}: "${priority}" is no priority`])),
    ...rules.flatMap(({ id, then }) => (then.category && !categories.has(then.category) ? [`/rules/${id}: "${then.category}" is no category`] : [])),
    ...routes.flatMap(({ id, pool }) => (pool && !pools[pool] ? [`/routes/${id}: there is no pool "${pool}"`] : [])),
    ...poolFaults(pools),
    ...(routes.at(-1)?.when === 'true' ? [] : ['/routes: the last route must hold for everything (when: "true"), so that nothing is left unrouted']),
  ];
};

/** A document as a playbook, checked whole. @throws PlaybookError */
export const parsePlaybook = (document: unknown): Playbook => {
  const parsed = playbookSchema.safeParse(document);
  const faults = parsed.success
    ? [...conditionFaults(parsed.data), ...nameFaults(parsed.data), ...slaFaults(parsed.data)]
    : parsed.error.issues.map(({ path, message }) => `/${path.map(String).join('/')}: ${message}`);
  if (!parsed.success || faults.length > 0) throw new PlaybookError(`the playbook can not be used:\n  ${faults.join('\n  ')}`);
  return parsed.data;
};

/** The version's name: the same content has the same hash, however it was written down. */
export const playbookHashOf = (playbook: Playbook): PlaybookHash => contentHash(playbook) as PlaybookHash;
