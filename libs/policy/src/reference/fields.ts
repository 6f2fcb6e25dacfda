import type { SchemaNode } from './file-schema.ts';

/** One field of a playbook, as the reference shows it. */
export interface Field {
  /** `gates.byIntent.<name>.autoSend`, `rules[].when`. */
  readonly path: string;
  readonly type: string;
  readonly meaning: string;
  readonly unit: string;
  readonly default: string;
  readonly bounds: string;
  /** A value of its own, and not only a place for others. */
  readonly isLeaf: boolean;
  readonly isNumber: boolean;
}

const isNull = ({ type }: SchemaNode): boolean => type === 'null';

/** What stands in a nullable field, and whether it may be null. */
const unwrapped = (node: SchemaNode): { readonly inner: SchemaNode; readonly nullable: boolean } => {
  const [inner, ...others] = (node.anyOf ?? []).filter((one) => !isNull(one));
  if (!inner || others.length > 0 || !node.anyOf?.some(isNull)) return { inner: node, nullable: false };
  const { anyOf: _anyOf, ...outer } = node;
  return { inner: { ...inner, ...outer }, nullable: true };
};

const childrenOf = (node: SchemaNode): readonly (readonly [string, SchemaNode])[] => [
  ...Object.entries(node.properties ?? {}).map(([key, child]) => [`.${key}`, child] as const),
  ...(typeof node.additionalProperties === 'object' && node.additionalProperties.properties
    ? [['.<name>', node.additionalProperties] as const]
    : []),
  ...(node.items?.properties ? [['[]', node.items] as const] : []),
  ...(node.oneOf ?? []).flatMap((one) =>
    Object.entries(one.properties ?? {}).map(([key, child]) => [`.${key}`, child] as const),
  ),
];

const typeOf = (node: SchemaNode): string => {
  if (node.enum) return node.enum.map((value) => `\`${String(value)}\``).join(', ');
  if (node.const !== undefined) return `\`${String(node.const)}\``;
  if (node.items) return `list of ${typeOf(node.items)}`;
  if (typeof node.additionalProperties === 'object') return `by name: ${typeOf(node.additionalProperties)}`;
  return typeof node.type === 'string' ? node.type : 'any';
};

const boundsOf = ({ minimum, maximum, exclusiveMinimum, maxLength, items }: SchemaNode): string => {
  if (minimum === undefined && exclusiveMinimum === undefined)
    return maxLength === undefined ? (items ? boundsOf(items) : '') : `up to ${maxLength} characters`;
  const least = minimum ?? `above ${exclusiveMinimum}`;
  return maximum === undefined || maximum === Number.MAX_SAFE_INTEGER ? `${least} or more` : `${least} to ${maximum}`;
};

const shown = (value: unknown): string =>
  value === undefined ? '' : typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value);

const fieldOf = (path: string, node: SchemaNode): Field => {
  const { inner, nullable } = unwrapped(node);
  const children = childrenOf(inner);
  return {
    path,
    meaning: node.description ?? inner.description ?? '',
    unit: inner.unit ?? '',
    bounds: boundsOf(inner),
    type: `${typeOf(inner)}${nullable ? ' or null' : ''}`,
    default: children.length > 0 ? '' : shown(node.default),
    isLeaf: children.length === 0,
    isNumber: ['number', 'integer'].includes(String(inner.type)),
  };
};

/** Every field of a schema with its path, in the order of the schema. */
export const fieldsOf = (node: SchemaNode, path = ''): readonly Field[] =>
  childrenOf(unwrapped(node).inner).flatMap(([suffix, child]) => {
    const at = `${path}${suffix}`.replace(/^\./u, '');
    const isElement = suffix === '[]' || suffix === '.<name>';
    const below = fieldsOf(child, at);
    return isElement ? below : [fieldOf(at, child), ...below];
  });
