import { truncate } from '@sluice/kernel';
import { mentions, type Axis, type Playbook } from '@sluice/policy';
import type { FieldValue } from '../ports/inquiry-reader.port.ts';

type Fields = Readonly<Record<string, FieldValue>> | null;
type AxisSpec = NonNullable<Playbook['taxonomy']['axes'][Axis]>;

const MAX_TERM = 120;

/** A field as a word to show; null where it is none. */
export const termIn = (fields: Fields, field: string): string | null => {
  const value = fields?.[field];
  return typeof value === 'string' && value !== '' ? truncate(value, MAX_TERM) : null;
};

/** A model's word where the playbook lists it. Anything else is the writer's own text, and stays in the content. */
const known = ({ values, words, fallback }: AxisSpec, read: string | null): string | null =>
  read !== null && (values.includes(read) || Object.hasOwn(words, read) || read === fallback) ? read : null;

/** In the order of the values, where they are listed: a stored playbook does not keep the order of its keys. */
const orderOf = ({ values, words }: AxisSpec): readonly string[] => [
  ...values,
  ...Object.keys(words)
    .filter((value) => !values.includes(value))
    .sort(),
];

const byWords = (spec: AxisSpec, text: string): string | null =>
  orderOf(spec).find((value) => mentions(text, spec.words[value] ?? [])) ?? null;

/** What the inquiry is on one axis: the model's word if the playbook lists it, else what its words speak for. Null where it has no such axis. */
const valueOn = (
  { taxonomy }: Pick<Playbook, 'taxonomy'>,
  axis: Axis,
  { fields, text }: { readonly fields: Fields; readonly text: string },
): string | null => {
  const spec = taxonomy.axes[axis];
  if (!spec) return null;
  return known(spec, termIn(fields, spec.field ?? axis)) ?? byWords(spec, text) ?? spec.fallback;
};

/** What the inquiry is on every axis besides the category. */
export const axesOf = (
  playbook: Pick<Playbook, 'taxonomy'>,
  evidence: { readonly fields: Fields; readonly text: string },
): Readonly<Record<Axis, string | null>> => ({
  intent: valueOn(playbook, 'intent', evidence),
  product: valueOn(playbook, 'product', evidence),
  urgency: valueOn(playbook, 'urgency', evidence),
  sentiment: valueOn(playbook, 'sentiment', evidence),
});
