import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wellFormedJson, wellFormedText } from './well-formed.ts';

describe('a text made well-formed', () => {
  it.each([
    { what: 'what is fine', text: 'Grüße 🚀', gives: 'Grüße 🚀' },
    { what: 'a NUL', text: 'a\u0000b\u0000', gives: 'ab' },
    { what: 'the first half of a pair', text: 'a\ud83d', gives: 'a\ufffd' },
    { what: 'the second half of a pair', text: '\ude80a', gives: '\ufffda' },
    { what: 'halves the wrong way round', text: '\ude80\ud83d', gives: '\ufffd\ufffd' },
    { what: 'halves that a NUL stood between', text: '\ud83d\u0000\ude80', gives: '\ufffd\ufffd' },
  ])('mends $what', ({ text, gives }) => {
    expect(wellFormedText(text)).toBe(gives);
  });
});

describe('a JSON value made well-formed', () => {
  it('is mended all through, keys and lists included', () => {
    expect(wellFormedJson({ 'a\u0000': ['x\ud83d', { b: 'y\u0000' }], n: 1, no: null, yes: true })).toEqual({
      a: ['x\ufffd', { b: 'y' }],
      n: 1,
      no: null,
      yes: true,
    });
  });

  it('keeps a key that JavaScript knows for something else', () => {
    const value = JSON.parse('{"__proto__": {"a": "\\u0000"}}') as object;
    expect(JSON.stringify(wellFormedJson(value))).toBe('{"__proto__":{"a":""}}');
  });

  it('is the same object where there is nothing to mend', () => {
    const value = { a: ['b', { c: 'd' }], e: null, f: undefined };
    expect(wellFormedJson(value)).toBe(value);
  });

  it('takes no longer for what is nested deeply', () => {
    const depth = 200;
    const value = JSON.parse('{"a":'.repeat(depth) + '"\\u0000"' + '}'.repeat(depth)) as unknown;
    expect(JSON.stringify(wellFormedJson(value))).toBe(`${'{"a":'.repeat(depth)}""${'}'.repeat(depth)}`);
  });

  it('holds nothing that a database refuses, whatever it was', () => {
    const unit = fc.constantFrom('\ud83d', '\ude80', '\u0000', 'a', '🚀');
    const text = fc.string({ unit, maxLength: 6 });
    const { json } = fc.letrec<{ json: unknown }>((tie) => ({
      json: fc.oneof({ depthSize: 'small' }, text, fc.array(tie('json')), fc.dictionary(text, tie('json'))),
    }));
    fc.assert(
      fc.property(json, (value) => {
        const written = JSON.stringify(wellFormedJson(value));
        expect(written).not.toMatch(/\\u0000|\\ud[89a-f]/u);
        expect(wellFormedJson(value)).toEqual(JSON.parse(written));
      }),
    );
  });
});
