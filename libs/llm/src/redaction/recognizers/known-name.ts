import type { Found, Recognizer } from '../found.ts';

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

const PART_OF_WORD = /[\p{L}\p{N}]/u;
/** A code point takes two places at most. */
const characterBefore = (text: string, at: number): string => [...text.slice(Math.max(0, at - 2), at)].at(-1) ?? '';
const characterAt = (text: string, at: number): string => [...text.slice(at, at + 2)][0] ?? '';
const standsAlone = (text: string, start: number, end: number): boolean =>
  !PART_OF_WORD.test(characterBefore(text, start)) && !PART_OF_WORD.test(characterAt(text, end));

/** Where the words of one name stand. Boundaries are looked at by hand: in the pattern, which is made anew for each name, they cost a millisecond. */
const placesOf = (pattern: RegExp, text: string): readonly Found[] => {
  const found: Found[] = [];
  pattern.lastIndex = 0;
  for (let match = pattern.exec(text); match; match = pattern.exec(text)) {
    const { 0: value, index: start } = match;
    const end = start + value.length;
    if (standsAlone(text, start, end))
      found.push({ kind: 'NAME', start, end, identity: value.toLowerCase().replace(/\s+/g, ' ') });
    // What was inside a longer word may overlap the name itself.
    else pattern.lastIndex = start + 1;
  }
  return found;
};

/**
 * Finds names that are known from elsewhere (the contact's own), where all of the name stands. One word alone is left: `Will`
 * and `May` are words too, and a text without its verbs can't be read.
 */
export const knownNames = (names: readonly string[]): Recognizer => {
  const patterns = names
    .map((name) => name.trim().split(/\s+/))
    .filter((words) => words.length > 1)
    .map((words) => new RegExp(words.map(escaped).join('\\s+'), 'giu'));
  return (text) => patterns.flatMap((pattern) => placesOf(pattern, text));
};
