import { describe, expect, it } from 'vitest';
import { isExact, wantedOf } from './reply-labels.ts';

const TEXT = 'Forty.\n\n> How many?\nFrom March.\n\nBo';

describe('a label', () => {
  it('names lines from 1, and those that may stay or go', () => {
    expect(wantedOf('1 4 (6)', TEXT)).toEqual({ kept: ['Forty.', 'From March.'], either: ['Bo'] });
    expect(wantedOf('1-4', TEXT).kept).toEqual(['Forty.', '> How many?', 'From March.']);
  });

  it('is met by every wanted line and no other, in their order', () => {
    const met = (kept: string): boolean => isExact(kept, '1 4 (6)', TEXT);
    expect([met('Forty.\nFrom March.'), met('Forty.\n\nFrom March.\n\nBo')]).toEqual([true, true]);
    expect([met('Forty.'), met('From March.\nForty.'), met(TEXT)]).toEqual([false, false, false]);
  });
});
