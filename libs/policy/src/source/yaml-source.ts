import {
  isCollection,
  isMap,
  isNode,
  isScalar,
  LineCounter,
  parseDocument,
  visit,
  type Document as YamlDocument,
  type Node,
} from 'yaml';
import { isDocument, type Document } from '../resolve/document.ts';
import { sourceOffset } from './scalar-position.ts';

/** A place in a file, from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

export interface YamlSource {
  readonly document: Document;
  readonly mistakes: readonly { readonly message: string; readonly position: Position }[];
  /** Whether the file itself says something at a path. */
  has(path: readonly string[]): boolean;
  /** Where a path stands, or the nearest thing around it; with an offset, where that character of its text does; or where its name does. */
  positionOf(
    path: readonly string[],
    at?: { readonly offset?: number | undefined; readonly isName?: boolean | undefined },
  ): Position;
}

const ALIASES_AT_MOST = 20;

const keyNode = (parent: unknown, key: string): Node | null => {
  const pair = isMap(parent)
    ? parent.items.find((item) => isScalar(item.key) && String(item.key.value) === key)
    : undefined;
  return isNode(pair?.key) ? pair.key : null;
};

const nodeAt = (yaml: YamlDocument, path: readonly string[]): Node | null => {
  const found: unknown = path.reduce<unknown>(
    (node, key) => (isCollection(node) ? node.get(/^\d+$/u.test(key) && !isMap(node) ? Number(key) : key, true) : null),
    yaml.contents,
  );
  return isNode(found) ? found : null;
};

const nearest = (yaml: YamlDocument, path: readonly string[]): Node | null => {
  for (let length = path.length; length > 0; length -= 1) {
    const within = path.slice(0, length);
    const node = nodeAt(yaml, within);
    if (node)
      return length === path.length && isScalar(node)
        ? node
        : (keyNode(nodeAt(yaml, within.slice(0, -1)), within.at(-1) ?? '') ?? node);
  }
  return isNode(yaml.contents) ? yaml.contents : null;
};

/** What would be taken for the object's prototype instead of a field, and so be read by nothing. */
const NO_FIELD = '__proto__';

const fieldMistakes = (yaml: YamlDocument): readonly { readonly message: string; readonly offset: number }[] => {
  const offsets: number[] = [];
  visit(yaml, {
    Pair(_, { key }) {
      if (isScalar(key) && key.value === NO_FIELD) offsets.push(key.range?.[0] ?? 0);
    },
  });
  return offsets.map((offset) => ({ message: `no field can be called "${NO_FIELD}"`, offset }));
};

/** Reads YAML and remembers where everything stands. Never throws: mistakes are told. */
export const yamlSource = (text: string): YamlSource => {
  const lines = new LineCounter();
  const yaml = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  const at = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  };
  const mistakes = [
    ...yaml.errors.map(({ message, pos }) => ({ message, offset: pos[0] })),
    ...fieldMistakes(yaml),
  ].map(({ message, offset }) => ({ message, position: at(offset) }));
  const value: unknown = mistakes.length > 0 ? {} : yaml.toJS({ maxAliasCount: ALIASES_AT_MOST });
  return {
    document: isDocument(value) ? value : {},
    mistakes:
      mistakes.length > 0 || isDocument(value)
        ? mistakes
        : [{ message: 'a playbook is a map of fields', position: { line: 1, column: 1 } }],
    has: (path) => nodeAt(yaml, path) !== null,
    positionOf: (path, { offset, isName = false } = {}) => {
      const node = (isName ? keyNode(nodeAt(yaml, path.slice(0, -1)), path.at(-1) ?? '') : null) ?? nearest(yaml, path);
      const [start = 0, end = 0] = node?.range ?? [];
      return at(
        offset !== undefined && isScalar(node)
          ? start + sourceOffset(node.type, text.slice(start, end), offset)
          : start,
      );
    },
  };
};
