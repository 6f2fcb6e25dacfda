import { checkCondition, type ConditionSpec } from '../conditions/check-condition.ts';
import type { KnownNames } from '../conditions/condition-names.ts';
import { FOR_A_PERSON } from '../decision-path.ts';
import type { Playbook } from '../playbook.ts';
import { axes } from '../schema/taxonomy.ts';
import type { Fault } from './fault.ts';

interface Expression extends ConditionSpec {
  readonly pointer: string;
}

const expressionsOf = ({ rules, rubric, guards, routes, followUps }: Playbook): readonly Expression[] => [
  ...rules.map(({ when }, at): Expression => ({
    pointer: `/rules/${at}/when`,
    kind: 'rule',
    text: when,
    expected: 'bool',
  })),
  ...rubric.components.flatMap(({ when, input, times }, at): Expression[] => [
    { pointer: `/rubric/components/${at}/when`, kind: 'rubric', text: when, expected: 'bool' },
    { pointer: `/rubric/components/${at}/input`, kind: 'rubric', text: input, expected: 'any' },
    ...(times === null
      ? []
      : [{ pointer: `/rubric/components/${at}/times`, kind: 'rubric', text: times, expected: 'number' } as const]),
  ]),
  ...guards.map(({ when }, at): Expression => ({
    pointer: `/guards/${at}/when`,
    kind: 'guard',
    text: when,
    expected: 'bool',
  })),
  ...routes.map(({ when }, at): Expression => ({
    pointer: `/routes/${at}/when`,
    kind: 'route',
    text: when,
    expected: 'bool',
  })),
  ...followUps.map(({ when }, at): Expression => ({
    pointer: `/followUps/${at}/when`,
    kind: 'route',
    text: when,
    expected: 'bool',
  })),
];

/** What an axis can be; without one a decision says nothing there. */
const axisWords = ({ taxonomy }: Playbook): KnownNames['decision'] =>
  Object.fromEntries(
    axes.map((axis) => {
      const { values = [], words = {}, fallback = null } = taxonomy.axes[axis] ?? {};
      return [axis, [...new Set([...values, ...Object.keys(words), ...(fallback === null ? [] : [fallback])])]];
    }),
  );

const knownNames = (playbook: Playbook): KnownNames => {
  const { lists, numbers, extraction, taxonomy, rules, guards, rubric } = playbook;
  const flags = [
    ...taxonomy.flags.map(({ name }) => name),
    ...[...rules, ...guards].flatMap(({ id, then }) => [`rule:${id}`, ...(then.flag ? [then.flag] : [])]),
    FOR_A_PERSON,
  ];
  return {
    lists: Object.keys(lists),
    numbers: Object.keys(numbers),
    reading: Object.keys(extraction.fields),
    decision: {
      ...axisWords(playbook),
      flags,
      priority: taxonomy.priorities,
      category: taxonomy.categories.map(({ name }) => name),
      label: [...rubric.labels.map(({ label }) => label), ...rules.flatMap(({ then }) => then.label ?? [])],
      passed: ['review', 'route', 'priority', 'auto_send', 'deal'],
    },
  };
};

/** Conditions that can't be used. */
export const conditionFaults = (playbook: Playbook): readonly Fault[] => {
  const names = knownNames(playbook);
  const sizes = Object.fromEntries(Object.entries(playbook.lists).map(([name, words]) => [name, words.length]));
  return expressionsOf(playbook).flatMap(({ pointer, ...spec }) =>
    checkCondition(spec, names, sizes).map((fault) => ({ pointer, ...fault })),
  );
};
