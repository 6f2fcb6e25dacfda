import { evidenceFor, wordsOf } from './evidence.ts';
import { resolve, typesOf, type JsonSchema } from './json-schema.ts';

const LONGEST_SENTENCE = 200;
/** A model that is fairly sure, where it is asked how sure it is. */
const CONFIDENCE = 0.8;

interface Reading {
  readonly text: string;
  readonly words: ReadonlySet<string>;
  readonly root: JsonSchema;
}

type Named = { readonly name: string; readonly schema: JsonSchema };

const mostSupported = (values: readonly unknown[], { words }: Reading): unknown => {
  const scored = values.map((value) => ({ value, score: evidenceFor(String(value), words) }));
  return scored.reduce((best, one) => (one.score > best.score ? one : best), scored[0] ?? { value: null, score: 0 }).value;
};

const firstSentence = (text: string): string => (text.trim().split(/(?<=[.!?])\s|\n/)[0] ?? '').slice(0, LONGEST_SENTENCE);

const aNumber = ({ name, schema }: Named, { words }: Reading): number => {
  const low = schema.minimum ?? schema.exclusiveMinimum ?? 0;
  const high = schema.maximum ?? Math.max(low, 1);
  if (name.toLowerCase().includes('confidence')) return Math.min(high, Math.max(low, CONFIDENCE * (high > 1 ? high : 1)));
  const share = Math.min(1, evidenceFor(name, words) / 4);
  const value = low + (high - low) * share;
  return typesOf(schema).includes('integer') ? Math.round(value) : value;
};

const aString = ({ name, schema }: Named, { text }: Reading): string => {
  const sentence = /summary|reason|title|subject|text|evidence/i.test(name) ? firstSentence(text) : '';
  return (sentence || 'not said').slice(0, schema.maxLength ?? LONGEST_SENTENCE);
};

const anArray = ({ name, schema }: Named, reading: Reading): readonly unknown[] => {
  const items = resolve(schema.items ?? {}, reading.root);
  const said = (items.enum ?? []).filter((value) => evidenceFor(String(value), reading.words) > 0);
  const missing = Math.max(0, (schema.minItems ?? 0) - said.length);
  return [...said, ...Array.from({ length: missing }, () => valueOf({ name, schema: items }, reading))];
};

const anObject = ({ schema }: Named, reading: Reading): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(schema.properties ?? {}).map(([name, property]) => [name, valueOf({ name, schema: property }, reading)]));

const isNullable = (schema: JsonSchema): boolean =>
  typesOf(schema).includes('null') || (schema.anyOf ?? schema.oneOf ?? []).some((one) => typesOf(one).includes('null'));

/** Of several allowed shapes: nothing where nothing is allowed and the text is silent, else the first that says something. */
const oneOf = ({ name, schema }: Named, reading: Reading): unknown => {
  const choices = (schema.anyOf ?? schema.oneOf ?? []).map((one) => resolve(one, reading.root));
  const said = choices.find((choice) => (choice.enum ?? []).some((value) => evidenceFor(String(value), reading.words) > 0));
  if (said) return valueOf({ name, schema: said }, reading);
  if (isNullable(schema)) return null;
  return valueOf({ name, schema: choices[0] ?? {} }, reading);
};

const MAKERS: Readonly<Record<string, (named: Named, reading: Reading) => unknown>> = {
  object: anObject,
  array: anArray,
  string: aString,
  number: aNumber,
  integer: aNumber,
  boolean: ({ name }, { words }) => evidenceFor(name, words) > 0,
};

const typeOf = (schema: JsonSchema): string => typesOf(schema)[0] ?? (schema.properties ? 'object' : 'string');

const valueOf = ({ name, schema: given }: Named, reading: Reading): unknown => {
  const schema = resolve(given, reading.root);
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return mostSupported(schema.enum, reading);
  if (schema.anyOf ?? schema.oneOf) return oneOf({ name, schema }, reading);
  return isNullable(schema) ? null : (MAKERS[typeOf(schema)]?.({ name, schema }, reading) ?? null);
};

/**
 * An answer that fits `schema`, read from `text` by counting words: the same text always gives the same answer. It is no model;
 * it stands in for one where the chain is to be seen working.
 */
export const shapeAnswer = (schema: JsonSchema, text: string): unknown =>
  valueOf({ name: 'answer', schema }, { text, words: new Set(wordsOf(text)), root: schema });
