import { hash } from 'node:crypto';

const put = (target: Record<string, unknown>, key: string, value: unknown): void => {
  if (key === '__proto__') Object.defineProperty(target, key, { value, enumerable: true });
  else target[key] = value;
};

/** Sorted before it is written: a replacer, which JSON.stringify calls for every value, costs half as much again, and every decision is hashed. */
const sorted = (value: unknown): unknown => {
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map(sorted);
  if ('toJSON' in value && typeof value.toJSON === 'function') return sorted(value.toJSON());
  const result: Record<string, unknown> = {};
  const fields = value as Readonly<Record<string, unknown>>;
  for (const key of Object.keys(fields).sort()) put(result, key, sorted(fields[key]));
  return result;
};

/** JSON with object keys in code-unit order: equal values give equal text, whatever order they were built in. */
export const canonicalJson = (value: unknown): string => JSON.stringify(sorted(value)) ?? 'null';

/** SHA-256 of the canonical JSON, hex. */
export const contentHash = (value: unknown): string => hash('sha256', canonicalJson(value), 'hex');
