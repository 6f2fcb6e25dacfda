import { knownWords, unlessAllKnown, unlessDistinct, unlessKnown, unlessNamesKnown } from './known-words.ts';
import type { Fault } from './playbook-faults.ts';
import type { Playbook } from './playbook.ts';

/** Words that hold something back: one that names nothing would hold back nothing. */
const safetyFaults = (playbook: Playbook): readonly Fault[] => {
  const {
    killSwitches,
    acknowledgement: { never, templates },
    sinks,
  } = playbook;
  const { keys, keysAndFlags } = knownWords(playbook);
  return [
    ...killSwitches.flatMap(({ intents }, at) => unlessAllKnown(keys, `/killSwitches/${at}/intents`, intents)),
    ...unlessAllKnown(keysAndFlags, '/acknowledgement/never', never),
    ...Object.entries(templates).flatMap(([name, { category }]) =>
      unlessKnown(keys, `/acknowledgement/templates/${name}/category`, category),
    ),
    ...Object.entries(sinks).flatMap(([name, sink]) =>
      'notCategories' in sink ? unlessAllKnown(keys, `/sinks/${name}/notCategories`, sink.notCategories) : [],
    ),
    ...unlessAllKnown(keys, '/sinks/slack/redactAttachments', sinks.slack.redactAttachments),
  ];
};

const extractionFaults = (playbook: Playbook): readonly Fault[] => {
  const {
    extraction: { fields, categoryField, confidenceField, keyFields, examples },
    taxonomy: { flagsField },
    sinks,
  } = playbook;
  const { fields: named, valuesOf } = knownWords(playbook);
  return [
    ...unlessKnown(named, '/extraction/categoryField', categoryField),
    ...unlessKnown(named, '/extraction/confidenceField', categoryField === null ? null : confidenceField),
    ...unlessAllKnown(named, '/extraction/keyFields', keyFields),
    ...examples.flatMap(({ answer }, at) =>
      Object.entries(answer).flatMap(([field, value]) => {
        const [pointer, values] = [`/extraction/examples/${at}/answer/${field}`, fields[field]?.values];
        return [
          ...unlessKnown(named, pointer, field),
          ...(values && typeof value === 'string' ? unlessKnown(valuesOf(field, values), pointer, value) : []),
        ];
      }),
    ),
    ...unlessKnown(named, '/taxonomy/flagsField', flagsField),
    ...unlessAllKnown(named, '/sinks/slack/fields', sinks.slack.fields),
  ];
};

const axisFaults = (playbook: Playbook): readonly Fault[] => {
  const { fields, valuesOf } = knownWords(playbook);
  return Object.entries(playbook.taxonomy.axes).flatMap(([axis, { field, values, words, fallback }]) => {
    const of = valuesOf(axis, values);
    const pointer = `/taxonomy/axes/${axis}`;
    return [
      ...unlessKnown(fields, `${pointer}/field`, field),
      ...(values.length === 0
        ? []
        : [...unlessKnown(of, `${pointer}/fallback`, fallback), ...unlessNamesKnown(of, `${pointer}/words`, words)]),
    ];
  });
};

const mappingFaults = (playbook: Playbook): readonly Fault[] => {
  const { categories, labels, valuesOf } = knownWords(playbook);
  const axes = Object.entries(playbook.taxonomy.axes).map(
    ([axis, { values }]) => [axis, valuesOf(axis, values)] as const,
  );
  const mapped = new Map([['category', categories], ['label', labels], ['tier', labels], ...axes]);
  return Object.entries(playbook.taxonomy.mappings).flatMap(([axis, words]) => {
    const of = mapped.get(axis);
    const pointer = `/taxonomy/mappings/${axis}`;
    return of ? unlessNamesKnown(of, pointer, words) : [{ pointer, message: `"${axis}" is no axis` }];
  });
};

const queueFaults = (playbook: Playbook): readonly Fault[] => {
  const { sinks, flags } = playbook;
  const { queues } = knownWords(playbook);
  return [
    ...Object.entries(sinks).flatMap(([name, sink]) =>
      'queues' in sink ? unlessAllKnown(queues, `/sinks/${name}/queues`, sink.queues) : [],
    ),
    ...unlessNamesKnown(queues, '/sinks/slack/channels', sinks.slack.channels),
    ...Object.entries(flags).flatMap(([name, flag]) => unlessAllKnown(queues, `/flags/${name}/queues`, flag.queues)),
  ];
};

const decisionFaults = (playbook: Playbook): readonly Fault[] => {
  const { routes, rules, rubric, drafting, evaluation, rollout } = playbook;
  const { priorities, labels, templates, keysAndLabels } = knownWords(playbook);
  const measured = [
    ['/evaluation/gates', evaluation.gates],
    ['/evaluation/targets', evaluation.targets],
    ['/rollout/enableWhen', rollout.enableWhen],
  ] as const;
  return [
    ...routes.flatMap(({ priority }, at) => unlessKnown(priorities, `/routes/${at}/priority`, priority)),
    // Where the rubric has no labels those of the rules are all there are.
    ...(rubric.labels.length === 0
      ? []
      : rules.flatMap(({ then }, at) => unlessKnown(labels, `/rules/${at}/then/label`, then.label))),
    ...unlessKnown(templates, '/drafting/fallbackTemplate', drafting.fallbackTemplate),
    ...measured.flatMap(([pointer, conditions]) =>
      conditions.flatMap(({ label }, at) => unlessKnown(keysAndLabels, `${pointer}/${at}/label`, label)),
    ),
  ];
};

const namesakes = ({ rules, guards, routes, killSwitches, taxonomy, rubric, rollout }: Playbook): readonly Fault[] => [
  ...unlessDistinct(
    routes.map(({ id }) => id),
    (at) => `/routes/${at}/id`,
  ),
  // Both show themselves as `rule:<id>` among the flags.
  ...unlessDistinct(
    [...rules, ...guards].map(({ id }) => id),
    (at) => (at < rules.length ? `/rules/${at}/id` : `/guards/${at - rules.length}/id`),
  ),
  ...unlessDistinct(
    killSwitches.map(({ id }) => id),
    (at) => `/killSwitches/${at}/id`,
  ),
  ...unlessDistinct(
    taxonomy.categories.map(({ name }) => name),
    (at) => `/taxonomy/categories/${at}/name`,
  ),
  ...unlessDistinct(
    taxonomy.flags.map(({ name }) => name),
    (at) => `/taxonomy/flags/${at}/name`,
  ),
  ...unlessDistinct(
    rubric.labels.map(({ label }) => label),
    (at) => `/rubric/labels/${at}/label`,
  ),
  ...unlessDistinct(
    rubric.components.map(({ rule }) => rule),
    (at) => `/rubric/components/${at}/rule`,
  ),
  ...unlessDistinct(
    rollout.phases.map(({ name }) => name),
    (at) => `/rollout/phases/${at}/name`,
  ),
];

/** Words that name nothing the playbook has, and names that two things share. */
export const wordFaults = (playbook: Playbook): readonly Fault[] =>
  [safetyFaults, extractionFaults, axisFaults, mappingFaults, queueFaults, decisionFaults, namesakes].flatMap(
    (faultsOf) => faultsOf(playbook),
  );
