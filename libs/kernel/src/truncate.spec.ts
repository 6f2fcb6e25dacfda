import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { truncate } from './truncate.ts';

const FAMILY = '👨‍👩‍👧‍👦';

describe('a text that is shortened', () => {
  it.each([
    { what: 'is left as it is where it fits', text: 'abc', longest: 3, gives: 'abc' },
    { what: 'is cut after a letter', text: 'abcd', longest: 3, gives: 'abc' },
    { what: 'keeps an emoji that fits', text: 'ab🚀c', longest: 4, gives: 'ab🚀' },
    { what: 'loses an emoji that does not', text: 'ab🚀c', longest: 3, gives: 'ab' },
    { what: 'loses a family as one', text: `a${FAMILY}b`, longest: 6, gives: 'a' },
    { what: 'loses a skin tone with its hand', text: 'a👍🏽b', longest: 3, gives: 'a' },
    { what: 'tells flags apart', text: '🇩🇪🇫🇷🇮🇹', longest: 10, gives: '🇩🇪🇫🇷' },
    { what: 'keeps an accent with its letter', text: 'cafe\u0301!', longest: 4, gives: 'caf' },
    { what: 'keeps a heart in its colour', text: 'a❤️', longest: 2, gives: 'a' },
    { what: 'keeps a line end whole', text: 'a\r\nb', longest: 2, gives: 'a' },
    { what: 'keeps a syllable whole', text: 'नमस्ते', longest: 4, gives: 'नम' },
    { what: 'may end with a mark', text: 'abcdef', longest: 4, ellipsis: '…', gives: 'abc…' },
    { what: 'has room for the mark only', text: 'abcdef', longest: 1, ellipsis: '…', gives: '…' },
    { what: 'has no room at all', text: 'abcdef', longest: 0, ellipsis: '…', gives: '' },
  ])('$what', ({ text, longest, ellipsis, gives }) => {
    expect(truncate(text, longest, ellipsis)).toBe(gives);
  });

  it('does not vanish behind one letter with a thousand accents', () => {
    const cut = truncate(`e${'\u0301'.repeat(1_000)}`, 100);
    expect(cut).toHaveLength(100);
  });

  it('is never longer than it may be, begins as it was, and has no half of a character', () => {
    const text = fc.string({
      unit: fc.constantFrom('a', ' ', 'é', 'e\u0301', '🚀', FAMILY, '🇩🇪', '👍🏽', '中', '\r\n', '\u200d'),
      maxLength: 30,
    });
    fc.assert(
      fc.property(text, fc.nat(40), (whole, longest) => {
        const cut = truncate(whole, longest);
        expect(cut.length).toBeLessThanOrEqual(longest);
        expect(whole.startsWith(cut)).toBe(true);
        expect(cut.isWellFormed()).toBe(true);
        const characters = [...new Intl.Segmenter('und').segment(whole)].map(({ index }) => index);
        expect([...characters, whole.length]).toContain(cut.length);
      }),
    );
  });
});
