import { closingFaults } from './closing-faults.ts';
import { checkCondition, type ConditionSpec } from './conditions/check-condition.ts';
import type { KnownNames } from './conditions/condition-names.ts';
import { FOR_A_PERSON } from './decision-path.ts';
import type { Playbook } from './playbook.ts';
import { poolFaults, skillFaults } from './pool-faults.ts';
import { slaFaults } from './sla-faults.ts';
import { wordFaults } from './word-faults.ts';

/** One mistake in a playbook. */
export interface Fault {
  /** JSON pointer to the value that is wrong. */
  readonly pointer: string;
  readonly message: string;
  /** Where in that value, when it is a condition: UTF-16 units from its beginning. */
  readonly offset?: number;
  /** True when it is the last name of the pointer that is wrong, and not what stands there. */
  readonly isName?: boolean;
}

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

const axisWords = ({ taxonomy }: Playbook): KnownNames['decision'] =>
  Object.fromEntries(
    Object.entries(taxonomy.axes).flatMap(([axis, { values }]) => (values.length > 0 ? [[axis, values] as const] : [])),
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

const unless = (fine: boolean, pointer: string, message: string): readonly Fault[] =>
  fine ? [] : [{ pointer, message }];

const taxonomyFaults = ({ taxonomy, rules, guards }: Playbook): readonly Fault[] => {
  const categories = new Set(taxonomy.categories.map(({ name }) => name));
  return [
    ...unless(categories.has(taxonomy.fallback), '/taxonomy/fallback', `"${taxonomy.fallback}" is no category`),
    ...taxonomy.categories.flatMap(({ priority }, at) =>
      unless(
        taxonomy.priorities.includes(priority),
        `/taxonomy/categories/${at}/priority`,
        `"${priority}" is no priority`,
      ),
    ),
    ...rules.flatMap(({ then }, at) =>
      unless(
        !then.category || categories.has(then.category),
        `/rules/${at}/then/category`,
        `"${then.category}" is no category`,
      ),
    ),
    ...rules.flatMap(({ then }, at) =>
      unless(
        !then.priority || taxonomy.priorities.includes(then.priority),
        `/rules/${at}/then/priority`,
        `"${then.priority}" is no priority`,
      ),
    ),
    ...guards.flatMap(({ then }, at) =>
      unless(
        !then.priority || taxonomy.priorities.includes(then.priority),
        `/guards/${at}/then/priority`,
        `"${then.priority}" is no priority`,
      ),
    ),
  ];
};

const keysOf = ({ taxonomy }: Playbook): readonly string[] => [
  ...taxonomy.categories.map(({ name }) => name),
  ...(taxonomy.axes.intent?.values ?? []),
];

const gateFaults = (playbook: Playbook): readonly Fault[] => {
  const { gates, rollout, taxonomy, acknowledgement } = playbook;
  const keys = keysOf(playbook);
  const isKey = (key: string): boolean => keys.includes(key);
  const flags = taxonomy.flags.map(({ name }) => name);
  return [
    ...Object.keys(gates.byIntent).flatMap((key) =>
      unless(isKey(key), `/gates/byIntent/${key}`, `"${key}" is neither an intent nor a category`),
    ),
    ...gates.neverAutoSendWith.flatMap((flag, at) =>
      unless(flags.includes(flag), `/gates/neverAutoSendWith/${at}`, `"${flag}" is no flag`),
    ),
    ...unless(
      rollout.phase === null || rollout.phases.some(({ name }) => name === rollout.phase),
      '/rollout/phase',
      `"${rollout.phase}" is no phase`,
    ),
    ...rollout.phases.flatMap(({ byIntent }, at) =>
      Object.keys(byIntent).flatMap((key) =>
        unless(isKey(key), `/rollout/phases/${at}/byIntent/${key}`, `"${key}" is neither an intent nor a category`),
      ),
    ),
    ...acknowledgement.allow.flatMap((key, at) =>
      unless(isKey(key), `/acknowledgement/allow/${at}`, `"${key}" is neither an intent nor a category`),
    ),
  ];
};

const labelFaults = ({ rubric }: Playbook): readonly Fault[] => [
  ...rubric.labels.flatMap(({ atLeast }, at) =>
    unless(
      (rubric.labels[at - 1]?.atLeast ?? Infinity) > atLeast,
      `/rubric/labels/${at}/atLeast`,
      'thresholds go from high to low',
    ),
  ),
  ...rubric.components.flatMap(({ group }, at) =>
    unless(group === null || group in rubric.groups, `/rubric/components/${at}/group`, `there is no group "${group}"`),
  ),
];

const routeFaults = ({ routes, pools, territories }: Playbook): readonly Fault[] => [
  ...Object.entries(territories).flatMap(([country, pool]) =>
    unless(pools[pool] !== undefined, `/territories/${country}`, `there is no pool "${pool}"`),
  ),
  ...routes.flatMap(({ pool }, at) =>
    unless(!pool || pools[pool] !== undefined, `/routes/${at}/pool`, `there is no pool "${pool}"`),
  ),
  ...unless(
    routes.at(-1)?.when === 'true',
    `/routes/${routes.length - 1}/when`,
    'the last route must hold for everything (when: "true"), so that nothing is left unrouted',
  ),
];

/** Calendars that gates and sinks wait for. */
const calendarFaults = ({ gates, sinks, calendars }: Playbook): readonly Fault[] => {
  const waits = [
    ['/gates/autoSendWithin', gates.autoSendWithin] as const,
    ...Object.entries(sinks).flatMap(([sink, spec]) =>
      'within' in spec ? [[`/sinks/${sink}/within`, spec.within] as const] : [],
    ),
  ];
  return waits.flatMap(([pointer, name]) =>
    unless(
      name === null || name === 'always' || calendars[name] !== undefined,
      pointer,
      `there is no calendar "${name}"`,
    ),
  );
};

/** What is cited by its id must have one of its own. */
const faqFaults = ({ retrieval }: Playbook): readonly Fault[] =>
  retrieval.faqs.flatMap(({ id }, at, all) =>
    unless(
      all.findIndex((one) => one.id === id) === at,
      `/retrieval/faqs/${at}/id`,
      `there is another question "${id}"`,
    ),
  );

/** `/path: message`, as the faults of a part are written. */
const placed = (fault: string): Fault => {
  const [pointer = '', ...message] = fault.split(': ');
  return { pointer, message: message.join(': ') };
};

/** Words that name something the playbook does not have. */
export const nameFaults = (playbook: Playbook): readonly Fault[] => [
  ...[
    taxonomyFaults,
    gateFaults,
    labelFaults,
    routeFaults,
    calendarFaults,
    faqFaults,
    wordFaults,
    closingFaults,
  ].flatMap((faultsOf) => faultsOf(playbook)),
  ...[...poolFaults(playbook), ...skillFaults(playbook), ...slaFaults(playbook)].map(placed),
];
