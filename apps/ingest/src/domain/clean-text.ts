/** What shows that something was cut. */
const MARK = ' […]';

/** Control characters other than tab and line feed: invisible, refused by `jsonb` (NUL), and six bytes each in JSON. */
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f]/gu;

/** Text that every later step can store and send: no control characters, no half of a surrogate pair, line feeds for line ends. */
export const cleanText = (text: string): string =>
  text.replaceAll(/\r\n?/gu, '\n').replaceAll(CONTROLS, '').toWellFormed();

/** The same on one line: a subject, a name. */
export const cleanLine = (text: string): string => cleanText(text).replaceAll(/\s+/gu, ' ').trim();

/** At most `most` UTF-16 units of a text, cut where it can be seen and never within a character. */
export const shortened = (text: string, most: number): string => {
  if (text.length <= most) return text;
  const kept = text.slice(0, most - MARK.length);
  return `${kept.isWellFormed() ? kept : kept.slice(0, -1)}${MARK}`;
};
