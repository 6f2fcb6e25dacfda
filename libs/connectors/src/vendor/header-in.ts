const named = (headers: object, name: string): unknown =>
  'get' in headers && typeof headers.get === 'function'
    ? (headers.get(name) as unknown)
    : (headers as Readonly<Record<string, unknown>>)[name];

/** A header of an answer as an SDK gives it: as a map with `get`, or as an object with names in lower case. Null where there is none. */
export const headerIn = (headers: unknown, name: string): string | null => {
  const value = typeof headers === 'object' && headers !== null ? named(headers, name) : null;
  return typeof value === 'string' ? value : null;
};
