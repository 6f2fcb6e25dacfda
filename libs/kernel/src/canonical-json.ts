import { hash } from 'node:crypto';

/** What JSON has to escape, and halves of pairs, of which some must be. */
const ESCAPED = /["\\\u0000-\u001f\ud800-\udfff]/;
/** Up to here looking for what has to be escaped costs less than JSON.stringify does. */
const SHORT = 64;

const quoted = (text: string): string =>
  text.length <= SHORT && !ESCAPED.test(text) ? `"${text}"` : JSON.stringify(text);

/** A name that JavaScript takes for a place in a list: those stand first in every object, by number, whatever order they are set in. */
const isIndex = (key: string): boolean => {
  const first = key.charCodeAt(0);
  return first >= 48 && first <= 57 && String(Number(key) >>> 0) === key && key !== '4294967295';
};

/** Hashes rest on this order: numbers by value, then all other names by code unit. */
const keysOf = (fields: object): readonly string[] => {
  const keys = Object.keys(fields);
  if (!isIndex(keys[0] ?? '')) return keys.sort();
  const named = keys.findIndex((key) => !isIndex(key));
  return named === -1 ? keys : [...keys.slice(0, named), ...keys.slice(named).sort()];
};

const texts = new WeakMap<object, string>();

const listText = (list: readonly unknown[]): string => {
  let text = '[';
  for (let at = 0; at < list.length; at += 1) text += `${at === 0 ? '' : ','}${textOf(list[at]) ?? 'null'}`;
  return `${text}]`;
};

const fieldsText = (fields: Readonly<Record<string, unknown>>): string => {
  let text = '';
  for (const key of keysOf(fields)) {
    const value = textOf(fields[key]);
    if (value !== undefined) text += `${text === '' ? '' : ','}${quoted(key)}:${value}`;
  }
  return `{${text}}`;
};

const objectText = (value: object): string | undefined => {
  if (Array.isArray(value)) return listText(value);
  if ('toJSON' in value && typeof value.toJSON === 'function') return textOf(value.toJSON());
  return fieldsText(value as Readonly<Record<string, unknown>>);
};

/**
 * Written piece by piece: a sorted copy for JSON.stringify costs more, since objects of every shape there is are built for it, and
 * every decision is hashed.
 */
const textOf = (value: unknown): string | undefined => {
  if (typeof value === 'string') return quoted(value);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  return texts.get(value) ?? objectText(value);
};

/** JSON with object keys in code-unit order: equal values give equal text, whatever order they were built in. */
export const canonicalJson = (value: unknown): string => textOf(value) ?? 'null';

/** SHA-256 of the canonical JSON, hex. */
export const contentHash = (value: unknown): string => hash('sha256', canonicalJson(value), 'hex');

const frozen = <Value>(value: Value): Value => {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value))
    Object.values(Object.freeze(value)).forEach(frozen);
  return value;
};

/** Freezes a value that stands in many others, all through, so that its canonical JSON is written once. It must be nobody else's. */
export const lasting = <Value extends object>(value: Value): Value => {
  texts.set(frozen(value), canonicalJson(value));
  return value;
};
