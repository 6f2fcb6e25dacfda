import { describe, expect, it } from 'vitest';
import { canonicalJson, contentHash } from './canonical-json.ts';

describe('canonicalJson', () => {
  it('does not depend on the order in which keys were set', () => {
    expect(canonicalJson({ b: 1, a: { d: [2, { f: 1, e: 0 }], c: null } })).toBe(
      '{"a":{"c":null,"d":[2,{"e":0,"f":1}]},"b":1}',
    );
  });

  it('keeps the order of arrays, which carries meaning', () => {
    expect(contentHash([1, 2])).not.toBe(contentHash([2, 1]));
  });

  it('writes what JSON writes: dates as text, nothing for undefined, and keys that have a meaning to JavaScript as keys', () => {
    const odd: unknown = JSON.parse('{"__proto__":{"z":1},"a":2}');
    expect(canonicalJson({ when: new Date(0), gone: undefined, list: [undefined], odd })).toBe(
      '{"list":[null],"odd":{"__proto__":{"z":1},"a":2},"when":"1970-01-01T00:00:00.000Z"}',
    );
    expect(canonicalJson(undefined)).toBe('null');
  });
});
