const NUL = /\u0000/gu;

/**
 * A text that every JSON reader and PostgreSQL takes: without NUL, which `jsonb` and `text` refuse, and with U+FFFD for each half of a
 * surrogate pair that has lost the other. The same string where there is nothing to mend.
 */
export const wellFormedText = (text: string): string => {
  const whole = text.isWellFormed() ? text : text.toWellFormed();
  return whole.includes('\u0000') ? whole.replace(NUL, '') : whole;
};

/** Copied only from where something had to be mended: nearly every value is fine, and each decision passes through here. */
const wellFormedList = (list: readonly unknown[]): readonly unknown[] => {
  let copy: unknown[] | null = null;
  for (let at = 0; at < list.length; at += 1) {
    const value = wellFormedJson(list[at]);
    if (value !== list[at]) copy ??= list.slice(0, at);
    copy?.push(value);
  }
  return copy ?? list;
};

const wellFormedFields = (fields: Readonly<Record<string, unknown>>): object => {
  const keys = Object.keys(fields);
  let copy: [string, unknown][] | null = null;
  for (let at = 0; at < keys.length; at += 1) {
    const name = keys[at] ?? '';
    const [key, value] = [wellFormedText(name), wellFormedJson(fields[name])];
    if (key !== name || value !== fields[name]) copy ??= keys.slice(0, at).map((one) => [one, fields[one]]);
    copy?.push([key, value]);
  }
  return copy === null ? fields : Object.fromEntries(copy);
};

const isPlain = (value: object): boolean => {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
};

/**
 * A JSON value in which every string, keys included, is well-formed text. The same value, not a copy, where there is nothing to mend;
 * what is neither a list nor a plain object is left as it is.
 */
export const wellFormedJson = <Value>(value: Value): Value => {
  if (typeof value === 'string') return wellFormedText(value) as Value;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return wellFormedList(value) as Value;
  return isPlain(value) ? (wellFormedFields(value as Readonly<Record<string, unknown>>) as Value) : value;
};
