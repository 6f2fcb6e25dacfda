import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson, lasting } from './canonical-json.ts';

/** How it was written before, which every hash on the log rests on. */
const put = (target: Record<string, unknown>, key: string, value: unknown): void => {
  if (key === '__proto__') Object.defineProperty(target, key, { value, enumerable: true });
  else target[key] = value;
};
const sorted = (value: unknown): unknown => {
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map(sorted);
  if ('toJSON' in value && typeof value.toJSON === 'function') return sorted(value.toJSON());
  const result: Record<string, unknown> = {};
  const fields = value as Readonly<Record<string, unknown>>;
  for (const key of Object.keys(fields).sort()) put(result, key, sorted(fields[key]));
  return result;
};
const before = (value: unknown): string => JSON.stringify(sorted(value)) ?? 'null';

const key = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('__proto__', 'toString', '01', '4294967294', '4294967295', '-1', '1.5', ''),
  fc.nat().map(String),
);
const anything = fc.anything({
  key,
  values: [
    fc.string({ unit: 'binary', maxLength: 90 }),
    fc.boolean(),
    fc.double(),
    fc.integer(),
    fc.constantFrom(null, undefined, -0, '\ud800', '\u2028"\\'),
  ],
  withDate: true,
  withSparseArray: true,
  withNullPrototype: true,
  withMap: true,
  withBoxedValues: true,
});

describe('canonical JSON', () => {
  it('is written as it always was, whatever the value', () => {
    fc.assert(
      fc.property(anything, (value) => {
        expect(canonicalJson(value)).toBe(before(value));
      }),
      { numRuns: 2_000 },
    );
  });

  it('is the same of what lasts, wherever it stands', () => {
    fc.assert(
      fc.property(fc.object({ key }), (value) => {
        const text = before({ b: [value], a: value });
        const lasts = lasting(structuredClone(value));
        expect(canonicalJson({ b: [lasts], a: lasts })).toBe(text);
      }),
    );
  });

  it.each([
    [() => 1],
    [Symbol('a')],
    [{ a: () => 1, b: Symbol('b') }],
    [[() => 1, Symbol('a')]],
    [{ toJSON: () => undefined }],
    [[{ toJSON: () => undefined }]],
    [{ a: { toJSON: () => ({ c: 1, b: 2 }) } }],
  ])('leaves out what JSON leaves out: %o', (value) => {
    expect(canonicalJson(value)).toBe(before(value));
  });

  it('refuses what JSON refuses', () => {
    expect(() => canonicalJson({ a: 1n })).toThrow(TypeError);
  });

  it('of what lasts can not become untrue', () => {
    const value = lasting({ a: { b: [1] } });
    expect(() => {
      value.a.b.push(2);
    }).toThrow(TypeError);
    expect(() => {
      value.a = { b: [] };
    }).toThrow(TypeError);
  });
});
