/** What two characters below this never do is form one, but for CR and LF: no combining mark stands before it. */
const FIRST_COMBINING = 0x300;
/** A character of more UTF-16 units than this is a pile of combining marks; the longest emoji in use has 35. */
const LONGEST_CHARACTER = 64;

let segmenter: Intl.Segmenter | undefined;

const isHighSurrogate = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdbff;

/** Where the last whole character ends that does not reach beyond `at`. */
const boundaryBefore = (text: string, at: number): number => {
  const [before, after] = [text.charCodeAt(at - 1), text.charCodeAt(at)];
  if (before < FIRST_COMBINING && after < FIRST_COMBINING) return before === 0x0d && after === 0x0a ? at - 1 : at;
  segmenter ??= new Intl.Segmenter('und', { granularity: 'grapheme' });
  const start = segmenter.segment(text.slice(0, at + LONGEST_CHARACTER)).containing(at)?.index ?? at;
  if (at - start <= LONGEST_CHARACTER) return start;
  return isHighSurrogate(before) ? at - 1 : at;
};

/**
 * The beginning of a text, at most `longest` UTF-16 units with `ellipsis`, which stands at its end where something was left out.
 * Cut between characters as people see them (grapheme clusters): an emoji or a letter with its accents stays or goes as a whole, and
 * no half of a surrogate pair is left.
 */
export const truncate = (text: string, longest: number, ellipsis = ''): string => {
  if (text.length <= longest) return text;
  const room = longest - ellipsis.length;
  return room <= 0 ? ellipsis.slice(0, Math.max(0, longest)) : text.slice(0, boundaryBefore(text, room)) + ellipsis;
};
