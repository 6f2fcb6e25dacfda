import { truncate } from '@sluice/kernel';
import { evidenceFor, wordsOf } from './evidence.ts';
import { readField } from './field-readers.ts';
import { resolve, typesOf, type JsonSchema } from './json-schema.ts';

const LONGEST_SENTENCE = 200;
/** A model that is fairly sure, where it is asked how sure it is, and one that guesses: nothing in the text speaks for any choice. */
const CONFIDENCE = { sure: 0.8, guessing: 0.5 };
/** What a choice is taken for when the text speaks for none of the others. */
const NEUTRAL = ['other', 'unknown', 'none', 'neutral', 'normal', 'low'];

interface Reading {
  readonly text: string;
  readonly words: ReadonlySet<string>;
  readonly root: JsonSchema;
}

type Named = { readonly name: string; readonly schema: JsonSchema };

const isSupported = (values: readonly unknown[], { words }: Reading): boolean =>
  values.some((value) => evidenceFor(String(value), words) > 0);

const neutralIn = (values: readonly unknown[]): string | undefined => NEUTRAL.find((word) => values.includes(word));

const mostSupported = (values: readonly unknown[], reading: Reading): unknown => {
  if (!isSupported(values, reading)) return neutralIn(values) ?? values[0] ?? null;
  const scored = values.map((value) => ({ value, score: evidenceFor(String(value), reading.words) }));
  return scored.reduce((best, one) => (one.score > best.score ? one : best)).value;
};

const firstSentence = (text: string): string =>
  truncate(text.trim().split(/(?<=[.!?])\s|\n/)[0] ?? '', LONGEST_SENTENCE);

/** Sure of its choices when the text speaks for one of those that an answer of this shape makes. */
const confidenceIn = (reading: Reading): number => {
  const choices = Object.values(reading.root.properties ?? {})
    .map((property) => shapesOf(property, reading)[0]?.enum ?? [])
    .filter(({ length }) => length > 0);
  return choices.length === 0 || choices.some((values) => isSupported(values, reading))
    ? CONFIDENCE.sure
    : CONFIDENCE.guessing;
};

const aNumber = ({ name, schema }: Named, reading: Reading): number => {
  const low = schema.minimum ?? schema.exclusiveMinimum ?? 0;
  const high = schema.maximum ?? Math.max(low, 1);
  if (isConfidence(name)) return Math.min(high, Math.max(low, confidenceIn(reading) * (high > 1 ? high : 1)));
  const share = Math.min(1, evidenceFor(name, reading.words) / 4);
  const value = low + (high - low) * share;
  return typesOf(schema).includes('integer') ? Math.round(value) : value;
};

const isConfidence = (name: string): boolean => name.toLowerCase().includes('confidence');
const isRetelling = (name: string): boolean => /summary|reason|title|subject|text|evidence/i.test(name);

const aString = ({ name, schema }: Named, { text }: Reading): string =>
  truncate((isRetelling(name) ? firstSentence(text) : '') || 'not said', schema.maxLength ?? LONGEST_SENTENCE);

const anArray = ({ name, schema }: Named, reading: Reading): readonly unknown[] => {
  const items = resolve(schema.items ?? {}, reading.root);
  const said = (items.enum ?? []).filter((value) => evidenceFor(String(value), reading.words) > 0);
  const missing = Math.max(0, (schema.minItems ?? 0) - said.length);
  return [...said, ...Array.from({ length: missing }, () => valueOf({ name, schema: items }, reading))];
};

const anObject = ({ schema }: Named, reading: Reading): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    Object.entries(schema.properties ?? {}).map(([name, property]) => [
      name,
      valueOf({ name, schema: property }, reading),
    ]),
  );

const MAKERS: Readonly<Record<string, (named: Named, reading: Reading) => unknown>> = {
  object: anObject,
  array: anArray,
  string: aString,
  number: aNumber,
  integer: aNumber,
  boolean: ({ name }, { words }) => evidenceFor(name, words) > 0,
};

const typeOf = (schema: JsonSchema): string =>
  typesOf(schema).find((type) => type !== 'null') ?? (schema.properties ? 'object' : 'string');

/** The shapes that something may have besides being null. */
const shapesOf = (schema: JsonSchema, { root }: Reading): readonly JsonSchema[] =>
  (schema.anyOf ?? schema.oneOf ?? [schema])
    .map((one) => resolve(one, root))
    .filter((one) => typesOf(one).join() !== 'null');

const isNullable = (schema: JsonSchema): boolean =>
  typesOf(schema).includes('null') || (schema.anyOf ?? schema.oneOf ?? []).some((one) => typesOf(one).includes('null'));

const fits = (value: unknown, schema: JsonSchema): boolean => {
  if (schema.enum) return schema.enum.includes(value);
  const type = typeOf(schema);
  return type === 'array' ? Array.isArray(value) : type === 'integer' ? Number.isInteger(value) : typeof value === type;
};

/** What the text says outright for the field, in the first of its shapes that can hold it. */
const readIn = (
  { name, shapes }: { readonly name: string; readonly shapes: readonly JsonSchema[] },
  { text }: Reading,
): unknown =>
  shapes
    .map((shape) => ({ shape, value: readField(name, text, shape.enum ?? shape.items?.enum ?? []) }))
    .find(({ shape, value }) => value !== undefined && fits(value, shape))?.value;

/** Whether there is always something to say in a shape, even where it could be left open. */
const isAlwaysSaid = (name: string, shape: JsonSchema, reading: Reading): boolean =>
  (shape.enum && (isSupported(shape.enum, reading) || neutralIn(shape.enum) !== undefined)) ||
  typeOf(shape) === 'array' ||
  isConfidence(name) ||
  isRetelling(name);

const valueOf = ({ name, schema: given }: Named, reading: Reading): unknown => {
  const schema = resolve(given, reading.root);
  if (schema.const !== undefined) return schema.const;
  const shapes = shapesOf(schema, reading);
  const read = readIn({ name, shapes }, reading);
  if (read !== undefined) return read;
  const shape = shapes.find((one) => isSupported(one.enum ?? [], reading)) ?? shapes[0] ?? {};
  if (isNullable(schema) && !isAlwaysSaid(name, shape, reading)) return null;
  return shape.enum
    ? mostSupported(shape.enum, reading)
    : (MAKERS[typeOf(shape)]?.({ name, schema: shape }, reading) ?? null);
};

/**
 * An answer that fits `schema`, read from `text`: figures, dates and names by the fields' names, choices by counting words, and
 * null where the text says nothing. The same text always gives the same answer. It is no model and knows no language; it stands
 * in for one where the chain is to be seen working.
 */
export const shapeAnswer = (schema: JsonSchema, text: string): unknown =>
  valueOf({ name: 'answer', schema }, { text, words: new Set(wordsOf(text)), root: schema });
