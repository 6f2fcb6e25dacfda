import { documentSchema } from '../reference/file-schema.ts';
import { fieldsOf, type Field } from '../reference/fields.ts';
import type { Path } from '../resolve/document.ts';

/** What people call one of a list or of a record, by where it stands. */
const NOUNS: Readonly<Record<string, string>> = {
  'rules[]': 'rule',
  'routes[]': 'route',
  'guards[]': 'guard',
  'killSwitches[]': 'kill switch',
  'followUps[]': 'follow-up',
  'alerts[]': 'alert',
  'rubric.components[]': 'rubric component',
  'rubric.labels[]': 'label',
  'rubric.groups.<name>': 'rubric group',
  'rollout.phases[]': 'rollout phase',
  'taxonomy.categories[]': 'category',
  'taxonomy.flags[]': 'flag',
  'taxonomy.axes.<name>': 'axis',
  'extraction.fields.<name>': 'extraction field',
  'gates.byIntent.<name>': 'gates of',
  'pools.<name>': 'pool',
  'pools.<name>.owners[]': 'owner',
  'lists.<name>': 'word list',
  'numbers.<name>': 'number',
  'prompts.<name>': 'prompt',
  'calendars.<name>': 'calendar',
  'calendars.<name>.holidays[]': 'holiday',
  'sla.clocks.<name>': 'clock',
  'sla.ladders.<name>': 'ladder',
  'sla.ladders.<name>[]': 'step',
  'sla.pauses.<name>': 'pause',
  'flags.<name>': 'feature flag',
  'tenants.<name>': 'tenant',
  'routes[].sla.<name>': 'promise',
  'sources.<name>': 'source',
  'acknowledgement.templates.<name>': 'template',
};

/** Where something stands in a playbook, as its author would say it. */
export interface Place {
  /** Keys from the root, an element of a list by its name. */
  readonly full: Path;
  /** The same, in an override from where it begins. */
  readonly path: Path;
  /** The same as the schema writes it: `routes[].priority`. */
  readonly pattern: string;
  /** Words, from the widest to the narrowest. */
  readonly words: readonly string[];
  /** Words since the last that named something: a noun takes their place. */
  readonly loose: readonly string[];
}

const fields = new Map(fieldsOf(documentSchema()).map((field) => [field.path, field]));
const known = new Set(
  [...fields.keys()].flatMap((path) => {
    const parts = path.split('.');
    return parts.map((_, at) => parts.slice(0, at + 1).join('.'));
  }),
);

export const ROOT: Place = { full: [], path: [], pattern: '', words: [], loose: [] };

const plain = (key: string): string =>
  key.replaceAll(/([a-z])([A-Z])/gu, (_, before: string, after: string) => `${before} ${after.toLowerCase()}`);

const named = (place: Place, step: { readonly pattern: string; readonly key: string }): Place => {
  const { pattern, key } = step;
  const noun = NOUNS[pattern];
  const words = noun ? [...place.words, `${noun} “${key}”`] : [...place.words, ...place.loose, `“${key}”`];
  return { full: [...place.full, key], path: [...place.path, key], pattern, words, loose: [] };
};

/** An override is a playbook in small: what it says is placed as in a whole one. */
const overriding = (place: Place, key: string): Place => ({
  full: [...place.full, key],
  path: [],
  pattern: '',
  words: [`override for ${place.path[1]} “${key}”`],
  loose: [],
});

/** The place of a key. */
export const within = (place: Place, key: string): Place => {
  const dotted = place.pattern === '' ? key : `${place.pattern}.${key}`;
  if (place.path.length === 2 && place.path[0] === 'overrides') return overriding(place, key);
  if (!known.has(dotted) && place.pattern !== '') return named(place, { pattern: `${place.pattern}.<name>`, key });
  return {
    full: [...place.full, key],
    path: [...place.path, key],
    pattern: dotted,
    words: place.words,
    loose: [...place.loose, plain(key)],
  };
};

/** The place of an element of a list, by what names it. */
export const element = (place: Place, key: string): Place => named(place, { pattern: `${place.pattern}[]`, key });

export const wordsOf = ({ words, loose }: Place): string => [...words, ...loose].join(' › ');

/** What the schema says of a place, or of the nearest around it. */
export const fieldAt = ({ full, pattern }: Place): Field | null => {
  const parts = (pattern === '' ? (full[0] ?? '') : pattern).split('.');
  for (let length = parts.length; length > 0; length -= 1) {
    const around = parts.slice(0, length).join('.');
    const found = fields.get(around) ?? fields.get(around.replace(/\[\]$/u, ''));
    if (found) return found;
  }
  return null;
};
