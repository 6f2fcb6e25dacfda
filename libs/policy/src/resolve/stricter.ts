import { canonicalJson } from '@sluice/kernel';
import type { Stricter } from './safety-keys.ts';

type Words = Extract<Stricter, string>;
type Settle = (below: unknown, above: unknown, phases: readonly string[]) => unknown;

const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const unlike = (values: readonly unknown[]): readonly unknown[] => [
  ...new Map(values.map((value) => [canonicalJson(value), value])).values(),
];
const has = (values: readonly unknown[], one: unknown): boolean =>
  values.some((value) => canonicalJson(value) === canonicalJson(one));

const firstOf = (order: readonly unknown[], a: unknown, b: unknown): unknown => {
  const at = (value: unknown): number => (order.includes(value) ? order.indexOf(value) : order.length);
  return at(b) < at(a) ? b : a;
};

const settle: Readonly<Record<Words, Settle>> = {
  max: (a, b) => (a === null ? b : b === null ? a : Math.max(Number(a), Number(b))),
  min: (a, b) => (a === null ? b : b === null ? a : Math.min(Number(a), Number(b))),
  'never-or-max': (a, b) => (a === null || b === null ? null : Math.max(Number(a), Number(b))),
  union: (a, b) => unlike([...list(a), ...list(b)]),
  intersection: (a, b) => list(a).filter((one) => has(list(b), one)),
  and: (a, b) => a === true && b === true,
  or: (a, b) => a === true || b === true,
  kept: (a, b) => b ?? a,
  phase: (a, b, phases) => firstOf(phases, a, b),
};

/** The stricter of two values. Either may be missing: a layer that says nothing settles nothing. */
export const stricterOf = (
  how: Stricter,
  {
    below,
    above,
    phases = [],
  }: { readonly below: unknown; readonly above: unknown; readonly phases?: readonly string[] },
): unknown => {
  if (below === undefined) return above;
  if (above === undefined) return below;
  return typeof how === 'string' ? settle[how](below, above, phases) : firstOf(how, below, above);
};
