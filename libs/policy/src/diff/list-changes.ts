import { canonicalJson } from '@sluice/kernel';
import { isDocument, type Document } from '../resolve/document.ts';

/** What names an element, in the order in which it is tried. */
const NAMES = ['id', 'rule', 'key', 'name', 'label', 'date', 'metric'];

const nameOf = (element: unknown, key: string): string | null => {
  const name = isDocument(element) ? element[key] : undefined;
  return typeof name === 'string' ? name : null;
};

const isUnique = (names: readonly (string | null)[]): names is readonly string[] =>
  !names.includes(null) && new Set(names).size === names.length;

/** The elements of two lists by name; null where they have none. */
export const byName = (
  before: readonly unknown[],
  after: readonly unknown[],
): { readonly before: ReadonlyMap<string, Document>; readonly after: ReadonlyMap<string, Document> } | null => {
  const key = NAMES.find((one) =>
    [before, after].every((list) => isUnique(list.map((element) => nameOf(element, one)))),
  );
  if (key === undefined || before.length + after.length === 0) return null;
  const mapOf = (list: readonly unknown[]) =>
    new Map(list.filter(isDocument).map((element) => [String(element[key]), element]));
  return { before: mapOf(before), after: mapOf(after) };
};

/** What both have, in the order of each: the same, unless something was moved. */
export const isMoved = (before: readonly string[], after: readonly string[]): boolean =>
  before.filter((one) => after.includes(one)).join('\n') !== after.filter((one) => before.includes(one)).join('\n');

/** What came and what went, as often as it did. */
export const comings = (
  before: readonly unknown[],
  after: readonly unknown[],
): { readonly come: readonly unknown[]; readonly gone: readonly unknown[] } => {
  const without = (list: readonly unknown[], others: readonly unknown[]): readonly unknown[] => {
    const left = others.map(canonicalJson);
    return list.filter((one) => {
      const at = left.indexOf(canonicalJson(one));
      if (at >= 0) left.splice(at, 1);
      return at < 0;
    });
  };
  return { come: without(after, before), gone: without(before, after) };
};
