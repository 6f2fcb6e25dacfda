import type { Playbook } from '../playbook.ts';
import type { Fault } from './fault.ts';

/** What words of a playbook can stand for, and what is said of one that stands for nothing. */
export interface KnownWords {
  readonly words: ReadonlySet<string>;
  readonly otherwise: (word: string) => string;
}

export const known = (words: Iterable<string>, otherwise: string): KnownWords => ({
  words: new Set(words),
  otherwise: (word) => `"${word}" ${otherwise}`,
});
/** What is made in a place of its own, and named from others. */
const made = (what: string, words: Iterable<string>): KnownWords => ({
  words: new Set(words),
  otherwise: (word) => `there is no ${what} "${word}"`,
});

/** What each kind of word can stand for. */
export const knownWords = (playbook: Playbook) => {
  const { taxonomy, extraction, rubric, rules, routes, acknowledgement, rollout, pools, calendars, sla, sinks } =
    playbook;
  const categories = taxonomy.categories.map(({ name }) => name);
  const keys = [...categories, ...(taxonomy.axes.intent?.values ?? [])];
  const flags = [...taxonomy.flags.map(({ name }) => name), ...rules.flatMap(({ then }) => then.flag ?? [])];
  const labels = rubric.labels.map(({ label }) => label);
  return {
    categories: known(categories, 'is no category'),
    keys: known(keys, 'is neither an intent nor a category'),
    keysAndFlags: known([...keys, ...flags], 'is no intent, category or flag'),
    keysAndLabels: known([...keys, ...labels], 'is no intent, category or label'),
    labels: known(labels, 'is no label'),
    priorities: known(taxonomy.priorities, 'is no priority'),
    fields: known(Object.keys(extraction.fields), 'is no extraction field'),
    queues: known(
      routes.map(({ queue }) => queue),
      'is the queue of no route',
    ),
    templates: known(Object.keys(acknowledgement.templates), 'is no template'),
    flags: known(
      taxonomy.flags.map(({ name }) => name),
      'is no flag',
    ),
    phases: known(
      rollout.phases.map(({ name }) => name),
      'is no phase',
    ),
    groups: made('group', Object.keys(rubric.groups)),
    pools: made('pool', Object.keys(pools)),
    /** `always` is there without being written down. */
    calendars: made('calendar', ['always', ...Object.keys(calendars)]),
    ladders: made('ladder', Object.keys(sla.ladders)),
    clocks: made('clock', Object.keys(sla.clocks)),
    webhooks: made(
      'webhook',
      sinks.webhooks.map(({ name }) => name),
    ),
    valuesOf: (axis: string, values: readonly string[]): KnownWords => known(values, `is no value of ${axis}`),
  };
};

/** Says where a word stands for nothing; null and undefined say nothing. */
export const unlessKnown = (
  { words, otherwise }: KnownWords,
  pointer: string,
  word: string | null | undefined,
): readonly Fault[] =>
  word === null || word === undefined || words.has(word) ? [] : [{ pointer, message: otherwise(word) }];

/** The same for a list. */
export const unlessAllKnown = (of: KnownWords, pointer: string, words: readonly string[]): readonly Fault[] =>
  words.flatMap((word, at) => unlessKnown(of, `${pointer}/${at}`, word));

/** The same for the names of a record. */
export const unlessNamesKnown = (
  of: KnownWords,
  pointer: string,
  record: Readonly<Record<string, unknown>>,
): readonly Fault[] => Object.keys(record).flatMap((word) => unlessKnown(of, `${pointer}/${word}`, word));

/** What is told by its name must have one of its own. */
export const unlessDistinct = (names: readonly string[], pointerOf: (at: number) => string): readonly Fault[] =>
  names.flatMap((name, at) =>
    names.indexOf(name) === at ? [] : [{ pointer: pointerOf(at), message: `there is another "${name}"` }],
  );
