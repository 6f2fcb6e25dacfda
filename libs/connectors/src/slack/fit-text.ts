import { truncate, wellFormedText } from '@sluice/kernel';

/** Control characters, and those that turn the direction of all text after them. Marks and joiners that scripts and emoji need stay. */
const UNSEEN = /[\p{Cc}\u202A-\u202E\u2066-\u2069\uFEFF]/gu;
const ELLIPSIS = '…';

/** A stranger's text on one line: no control characters, no half of a character. Empty where nothing is left to see. */
export const onOneLine = (text: string): string =>
  wellFormedText(text.replaceAll(/\s+/g, ' ').replaceAll(UNSEEN, '')).trim();

/** Slack reads `<…>` as links and mentions: a stranger's text must never become `<!channel>`. */
const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
]);
const escaped = (text: string): string => text.replaceAll(/[&<>]/g, (character) => ESCAPES.get(character) ?? '');

/** How much of a text fits once it is escaped. */
const fittingUnits = (text: string, room: number): number => {
  let [units, used] = [0, 0];
  for (; units < text.length; units += 1) {
    used += ESCAPES.get(text.charAt(units))?.length ?? 1;
    if (used > room) break;
  }
  return units;
};

/**
 * An escaped text of at most `longest` UTF-16 units: Slack counts what it is sent, in which an `&` is five. Where it is cut it ends in
 * `…`, between characters as people see them: never inside an emoji, never inside an escape.
 */
export const fitted = (text: string, longest: number): string => {
  const whole = escaped(text);
  if (whole.length <= longest) return whole;
  return escaped(truncate(text, fittingUnits(text, longest - ELLIPSIS.length)).trimEnd()) + ELLIPSIS;
};

/** The same for plain text, in which nothing is escaped. */
export const fittedPlain = (text: string, longest: number): string =>
  text.length <= longest ? text : truncate(text, longest - ELLIPSIS.length).trimEnd() + ELLIPSIS;
