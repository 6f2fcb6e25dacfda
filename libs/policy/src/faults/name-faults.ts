import type { Playbook, Pool } from '../playbook.ts';
import { unless, type Fault } from './fault.ts';
import { known, knownWords, unlessAllKnown, unlessDistinct, unlessKnown, unlessNamesKnown } from './known-words.ts';

const taxonomyFaults = (playbook: Playbook): readonly Fault[] => {
  const { taxonomy, rules, guards } = playbook;
  const { categories, priorities } = knownWords(playbook);
  return [
    ...unlessKnown(categories, '/taxonomy/fallback', taxonomy.fallback),
    ...taxonomy.categories.flatMap(({ priority }, at) =>
      unlessKnown(priorities, `/taxonomy/categories/${at}/priority`, priority),
    ),
    ...rules.flatMap(({ then }, at) => [
      ...unlessKnown(categories, `/rules/${at}/then/category`, then.category),
      ...unlessKnown(priorities, `/rules/${at}/then/priority`, then.priority),
    ]),
    ...guards.flatMap(({ then }, at) => unlessKnown(priorities, `/guards/${at}/then/priority`, then.priority)),
  ];
};

const gateFaults = (playbook: Playbook): readonly Fault[] => {
  const { gates, rollout, acknowledgement } = playbook;
  const { keys, flags, phases } = knownWords(playbook);
  return [
    ...unlessNamesKnown(keys, '/gates/byIntent', gates.byIntent),
    ...unlessAllKnown(flags, '/gates/neverAutoSendWith', gates.neverAutoSendWith),
    ...unlessKnown(phases, '/rollout/phase', rollout.phase),
    ...rollout.phases.flatMap(({ byIntent }, at) => unlessNamesKnown(keys, `/rollout/phases/${at}/byIntent`, byIntent)),
    ...unlessAllKnown(keys, '/acknowledgement/allow', acknowledgement.allow),
  ];
};

const rubricFaults = (playbook: Playbook): readonly Fault[] => {
  const { labels, components } = playbook.rubric;
  const { groups } = knownWords(playbook);
  return [
    ...labels.flatMap(({ atLeast }, at) =>
      unless(
        (labels[at - 1]?.atLeast ?? Infinity) > atLeast,
        `/rubric/labels/${at}/atLeast`,
        'thresholds go from high to low',
      ),
    ),
    ...components.flatMap(({ group }, at) => unlessKnown(groups, `/rubric/components/${at}/group`, group)),
  ];
};

const routeFaults = (playbook: Playbook): readonly Fault[] => {
  const { routes, territories } = playbook;
  const { pools } = knownWords(playbook);
  return [
    ...Object.entries(territories).flatMap(([country, pool]) => unlessKnown(pools, `/territories/${country}`, pool)),
    ...routes.flatMap(({ pool }, at) => unlessKnown(pools, `/routes/${at}/pool`, pool)),
    ...unless(
      routes.at(-1)?.when === 'true',
      `/routes/${routes.length - 1}/when`,
      'the last route must hold for everything (when: "true"), so that nothing is left unrouted',
    ),
  ];
};

const ownersFaults = (playbook: Playbook, name: string, { owners, noneAvailable, onCall }: Pool): readonly Fault[] => {
  const { calendars } = knownWords(playbook);
  const keys = owners.map(({ key }) => key);
  const colleague = known(keys, 'is no owner of it');
  const at = `/pools/${name}`;
  return [
    ...keys
      .filter((key, nth) => keys.indexOf(key) !== nth)
      .map((key) => ({ pointer: `${at}/owners`, message: `"${key}" is there twice` })),
    ...(noneAvailable.do === 'default' ? unlessKnown(colleague, at, noneAvailable.owner) : []),
    ...owners.flatMap(({ delegate, hours, leave }, nth) => [
      ...unlessKnown(colleague, `${at}/owners/${nth}/delegate`, delegate),
      ...unlessKnown(calendars, `${at}/owners/${nth}/hours`, hours),
      ...leave.flatMap(({ from, to }, one) =>
        unless(from <= to, `${at}/owners/${nth}/leave/${one}/to`, `is before ${from}, so they would never be away`),
      ),
    ]),
    ...unlessAllKnown(colleague, `${at}/onCall/order`, onCall?.order ?? []),
  ];
};

const poolFaults = (playbook: Playbook): readonly Fault[] => {
  const { pools } = knownWords(playbook);
  return Object.entries(playbook.pools).flatMap(([name, pool]) => [
    ...ownersFaults(playbook, name, pool),
    ...(pool.noneAvailable.do === 'overflow' ? unlessKnown(pools, `/pools/${name}`, pool.noneAvailable.pool) : []),
  ]);
};

/** Everybody who may be given what a pool gets, in it or where it overflows to. */
const ownersReached = (pools: Playbook['pools'], name: string, seen: readonly string[] = []): Pool['owners'] => {
  const pool = Object.hasOwn(pools, name) && !seen.includes(name) ? pools[name] : undefined;
  if (!pool) return [];
  return [
    ...pool.owners,
    ...(pool.noneAvailable.do === 'overflow' ? ownersReached(pools, pool.noneAvailable.pool, [...seen, name]) : []),
  ];
};

/** What a route asks for and nobody has: what took it would wait for ever. */
const skillFaults = ({ pools, routes }: Playbook): readonly Fault[] =>
  routes.flatMap(({ pool, byTerritory, needs }, at) => {
    if (pool === null || byTerritory || !Object.hasOwn(pools, pool)) return [];
    const had = new Set(ownersReached(pools, pool).flatMap(({ skills }) => skills));
    return needs.skills.flatMap((skill, nth) =>
      unless(
        had.has(skill),
        `/routes/${at}/needs/skills/${nth}`,
        `nobody in the pool "${pool}" has the skill "${skill}"`,
      ),
    );
  });

/** Calendars that gates and sinks wait for. */
const calendarFaults = (playbook: Playbook): readonly Fault[] => {
  const { calendars } = knownWords(playbook);
  return [
    ...unlessKnown(calendars, '/gates/autoSendWithin', playbook.gates.autoSendWithin),
    ...Object.entries(playbook.sinks).flatMap(([sink, spec]) =>
      'within' in spec ? unlessKnown(calendars, `/sinks/${sink}/within`, spec.within) : [],
    ),
  ];
};

const ladderFaults = (playbook: Playbook): readonly Fault[] => {
  const { webhooks, priorities } = knownWords(playbook);
  return Object.entries(playbook.sla.ladders).flatMap(([name, steps]) => [
    ...steps.flatMap(({ id }, at) =>
      unless(steps.findIndex((one) => one.id === id) === at, `/sla/ladders/${name}`, `two steps are called "${id}"`),
    ),
    ...steps.flatMap(({ do: actions }, at) =>
      actions.flatMap((action, nth) => {
        const pointer = `/sla/ladders/${name}/${at}/do/${nth}`;
        if (action.do === 'webhook') return unlessKnown(webhooks, pointer, action.name);
        return action.do === 'raise-priority' ? unlessKnown(priorities, pointer, action.to) : [];
      }),
    ),
  ]);
};

const clockFaults = (playbook: Playbook): readonly Fault[] => {
  const { clocks, calendars, ladders } = knownWords(playbook);
  const { sla, routes } = playbook;
  return [
    ...unlessKnown(calendars, '/sla/disturb', sla.disturb),
    ...Object.entries(sla.clocks).flatMap(([name, clock]) => [
      ...unlessKnown(calendars, `/sla/clocks/${name}/calendar`, clock.calendar),
      ...unlessKnown(ladders, `/sla/clocks/${name}/ladder`, clock.ladder),
    ]),
    ...routes.flatMap(({ sla: promises }, at) =>
      Object.entries(promises).flatMap(([clock, promise]) => {
        const pointer = `/routes/${at}/sla/${clock}`;
        const unknown = unlessKnown(clocks, pointer, clock);
        return unknown.length > 0 || typeof promise === 'number'
          ? unknown
          : [
              ...unlessKnown(calendars, `${pointer}/calendar`, promise.calendar),
              ...unlessKnown(ladders, `${pointer}/ladder`, promise.ladder),
            ];
      }),
    ),
  ];
};

/** What is cited by its id must have one of its own. */
const faqFaults = ({ retrieval }: Playbook): readonly Fault[] =>
  unlessDistinct(
    retrieval.faqs.map(({ id }) => id),
    (at) => `/retrieval/faqs/${at}/id`,
  );

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
export const nameFaults = (playbook: Playbook): readonly Fault[] =>
  [
    taxonomyFaults,
    gateFaults,
    rubricFaults,
    routeFaults,
    calendarFaults,
    faqFaults,
    safetyFaults,
    extractionFaults,
    axisFaults,
    mappingFaults,
    queueFaults,
    decisionFaults,
    namesakes,
    poolFaults,
    skillFaults,
    clockFaults,
    ladderFaults,
  ].flatMap((faultsOf) => faultsOf(playbook));
