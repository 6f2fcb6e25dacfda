import type { Found, Recognizer } from '../found.ts';

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/**
 * Finds names that are known from elsewhere (the contact's own), where all of the name stands. One word alone is left: `Will`
 * and `May` are words too, and a text without its verbs can't be read.
 */
export const knownNames = (names: readonly string[]): Recognizer => {
  const patterns = names
    .map((name) => name.trim().split(/\s+/))
    .filter((words) => words.length > 1)
    .map((words) => new RegExp(`(?<![\\p{L}\\p{N}])${words.map(escaped).join('\\s+')}(?![\\p{L}\\p{N}])`, 'giu'));
  return (text) => patterns.flatMap((pattern): Found[] =>
    [...text.matchAll(pattern)].map(({ 0: value, index }) =>
      ({ kind: 'NAME', start: index, end: index + value.length, identity: value.toLowerCase().replace(/\s+/g, ' ') })));
};
