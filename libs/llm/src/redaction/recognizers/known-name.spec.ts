import { describe, expect, it } from 'vitest';
import { knownNames } from './known-name.ts';

const found = (name: string, text: string): readonly string[] =>
  knownNames([name])(text).map(({ start, end }) => text.slice(start, end));

describe('known names', () => {
  it.each([
    { name: 'Jane Doe', text: 'I am Jane Doe, not Jane\nDOE.', gives: ['Jane Doe', 'Jane\nDOE'] },
    { name: 'Jane Doe', text: 'xJane Doe and Jane Doe2 and Jane Does are somebody else', gives: [] },
    { name: 'Ann Ann', text: 'xAnn Ann Ann', gives: ['Ann Ann'] },
    { name: 'Åsa Öberg', text: 'ÅSA ÖBERG schrieb; éÅsa Öberg nicht', gives: ['ÅSA ÖBERG'] },
    { name: 'Jane Doe', text: '𝒳Jane Doe, Jane Doe𝒳, 😀Jane Doe😀', gives: ['Jane Doe'] },
    { name: 'Will', text: 'Will you help?', gives: [] },
  ])('finds $gives for $name', ({ name, text, gives }) => {
    expect(found(name, text)).toEqual(gives);
  });
});
