/** Longer than any emoji that people use (a family with skin tones is 25 units): what is longer is a heap of marks, and may be divided. */
const LONGEST_CHARACTER = 40;
const characters = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** Control characters, and those that turn the direction of all text after them. Marks and joiners that scripts and emoji need stay. */
const UNSEEN = /[\p{Cc}\u2028\u2029\u202A-\u202E\u2066-\u2069\uFEFF]/gu;

/** A stranger's text on one line: no control characters, no half of a character. Empty where nothing is left to see. */
export const onOneLine = (text: string): string =>
  text.replaceAll(/\s+/g, ' ').replaceAll(UNSEEN, '').toWellFormed().trim();

/** Slack reads `<…>` as links and mentions: a stranger's text must never become `<!channel>`. */
export const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/**
 * The text as `written` puts it, in at most `longest` UTF-16 units (Slack counts what it is sent, so an `&` is five). Where it is
 * cut it ends in `…`, and it is cut between characters as people see them: never inside an emoji or an escape.
 */
export const fitted = (text: string, longest: number, written: (part: string) => string = escaped): string => {
  const whole = written(text);
  if (whole.length <= longest) return whole;
  let taken = '';
  for (const { segment } of characters.segment(text.slice(0, longest + 1))) {
    for (const part of segment.length > LONGEST_CHARACTER ? segment : [segment]) {
      const next = taken + written(part);
      if (next.length >= longest) return `${taken.trimEnd()}…`;
      taken = next;
    }
  }
  return `${taken.trimEnd()}…`;
};
