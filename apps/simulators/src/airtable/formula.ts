import type { Fields, Table } from './tables.ts';

type Test = (fields: Fields) => boolean;

const COMPARISON = /^(?:\{([^}]+)\}|(\w+))\s*(!?=)\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|(-?\d+(?:\.\d+)?))$/u;
const CALL = /^(AND|OR|NOT)\(([\s\S]*)\)$/u;

/** The arguments of a call: commas within quotes, braces and inner calls part nothing. */
const argumentsIn = (text: string): readonly string[] => {
  const pieces = text.match(/'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|\{[^}]*\}|[(),]|[^'"{(),]+/gu) ?? [];
  const found = [''];
  let depth = 0;
  for (const piece of pieces) {
    if (piece === '(') depth += 1;
    if (piece === ')') depth -= 1;
    if (piece === ',' && depth === 0) found.push('');
    else found[found.length - 1] += piece;
  }
  return found.map((one) => one.trim());
};

const combined: Readonly<Record<string, (tests: readonly Test[]) => Test>> = {
  AND: (tests) => (fields) => tests.every((test) => test(fields)),
  OR: (tests) => (fields) => tests.some((test) => test(fields)),
  NOT:
    ([test]) =>
    (fields) =>
      !test?.(fields),
};

const comparisonOf = (text: string, table: Table): Test | null => {
  const [matched, braced, bare, operator, ...values] = COMPARISON.exec(text) ?? [];
  const field = braced ?? bare ?? '';
  if (matched === undefined || table[field] === undefined) return null;
  const [single, double, digits] = values;
  const wanted = (single ?? double)?.replaceAll(/\\(.)/gu, '$1');
  return (fields) => {
    const isEqual = wanted === undefined ? fields[field] === Number(digits) : String(fields[field] ?? '') === wanted;
    return isEqual === (operator === '=');
  };
};

/** The part of Airtable's formulas that a connector asks with: comparisons with a text or a number, AND, OR, NOT. Null for others. */
export const testOf = (formula: string, table: Table): Test | null => {
  const [, name = '', inner = ''] = CALL.exec(formula.trim()) ?? [];
  if (name === '') return comparisonOf(formula.trim(), table);
  const tests = argumentsIn(inner).map((one) => testOf(one, table));
  const known = tests.filter((test) => test !== null);
  return known.length === tests.length ? (combined[name]?.(known) ?? null) : null;
};
