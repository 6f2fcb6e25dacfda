import { truncate, wellFormedText } from '@sluice/kernel';

/** Shows that something was cut. */
const MARK = ' […]';

/** Control characters other than tab and line feed: they say nothing to a reader, and take six bytes each in JSON. */
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f]/gu;

/** Text that every later step can store and send: no control characters, no half of a surrogate pair, line feeds for line ends. */
export const cleanText = (text: string): string =>
  wellFormedText(text).replaceAll(/\r\n?/gu, '\n').replaceAll(CONTROLS, '');

/** The same on one line: a subject, a name. */
export const cleanLine = (text: string): string => cleanText(text).replaceAll(/\s+/gu, ' ').trim();

/** At most `most` UTF-16 units of a text, cut where it can be seen. */
export const shortened = (text: string, most: number): string => truncate(text, most, MARK);
