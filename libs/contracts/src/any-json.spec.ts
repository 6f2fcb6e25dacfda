import { describe, expect, it } from 'vitest';
import { publishedJson, readJson } from './any-json.ts';

class Odd {
  readonly a = 1;
}
const values: readonly unknown[] = [
  null,
  true,
  'text',
  0,
  -1.5,
  '',
  [],
  {},
  [1, [null, { a: ['b'] }]],
  { a: { b: { c: null } } },
  Object.create(null),
  JSON.parse('{"__proto__":1}'),
  undefined,
  Number.NaN,
  Infinity,
  1n,
  Symbol('a'),
  () => 1,
  new Date(0),
  new Map(),
  new Odd(),
  [undefined],
  { a: undefined },
  { a: [{ b: Number.NaN }] },
  { a: new Odd() },
];

describe('what is read as JSON', () => {
  it.each(values.map((value) => [value]))('%o: is what is published as JSON, and no more', (value) => {
    expect(readJson().safeParse(value).success).toBe(publishedJson().safeParse(value).success);
  });

  it('is given back as it is', () => {
    const value = { a: [1, { b: null }] };
    expect(readJson().parse(value)).toEqual(value);
  });
});
