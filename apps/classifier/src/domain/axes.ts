import { mentions, type Axis, type Playbook } from '@sluice/policy';
import type { FieldValue } from '../ports/inquiry-reader.port.ts';

type Fields = Readonly<Record<string, FieldValue>> | null;
type AxisSpec = NonNullable<Playbook['taxonomy']['axes'][Axis]>;

const MAX_TERM = 120;

/** A field as a word to show; null where it is none. */
export const termIn = (fields: Fields, field: string): string | null => {
  const value = fields?.[field];
  return typeof value === 'string' && value !== '' ? value.slice(0, MAX_TERM) : null;
};

const known = ({ values }: AxisSpec, read: string | null): string | null =>
  read !== null && (values.length === 0 || values.includes(read)) ? read : null;

/** In the order of the values, where they are listed: a stored playbook does not keep the order of its keys. */
const orderOf = ({ values, words }: AxisSpec): readonly string[] => [
  ...values,
  ...Object.keys(words)
    .filter((value) => !values.includes(value))
    .sort(),
];

const byWords = (spec: AxisSpec, text: string): string | null =>
  orderOf(spec).find((value) => mentions(text, spec.words[value] ?? [])) ?? null;

/** What the inquiry is on one axis: the model's word if the playbook knows it, else what its words speak for. */
const valueOn = (
  { taxonomy }: Pick<Playbook, 'taxonomy'>,
  axis: Axis,
  { fields, text }: { readonly fields: Fields; readonly text: string },
): string | null => {
  const spec = taxonomy.axes[axis];
  if (!spec) return termIn(fields, axis);
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
