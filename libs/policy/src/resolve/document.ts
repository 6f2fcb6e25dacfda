/** A playbook or a part of one, as it was written: no defaults, nothing checked yet. */
export type Document = Readonly<Record<string, unknown>>;
export type Path = readonly string[];

export const isDocument = (value: unknown): value is Document =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const valueAt = (document: unknown, path: Path): unknown =>
  path.reduce<unknown>((value, key) => (isDocument(value) ? value[key] : undefined), document);

/** Every value that is no object, with its path; lists count as one value, since layers replace them whole. */
export const leavesOf = (
  document: unknown,
  path: Path = [],
): readonly { readonly path: Path; readonly value: unknown }[] =>
  isDocument(document) && Object.keys(document).length > 0
    ? Object.entries(document).flatMap(([key, value]) => leavesOf(value, [...path, key]))
    : [{ path, value: document }];

/** RFC 6901. */
export const pointerOf = (path: Path): string =>
  path.map((key) => `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

/** The path a pointer names. */
export const pathOf = (pointer: string): Path =>
  pointer
    .split('/')
    .slice(1)
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
