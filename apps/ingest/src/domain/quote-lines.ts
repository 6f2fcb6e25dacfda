import { nextSaying, type MailLine } from './mail-lines.ts';
import {
  dateOpener,
  forwardedMessage,
  headerLabels,
  originalMessage,
  recognizer,
  saidLast,
  wroteLast,
  wroteWithin,
} from './mail-phrases.ts';

const SEPARATOR = recognizer(originalMessage);
const FORWARD = recognizer(forwardedMessage);
const RULE = /^[-_=*—]{3,}$/;

type Role = keyof typeof headerLabels;
const ROLES = Object.keys(headerLabels) as readonly Role[];
const LABEL: Readonly<Record<Role, RegExp>> = {
  from: recognizer(headerLabels.from),
  date: recognizer(headerLabels.date),
  to: recognizer(headerLabels.to),
  subject: recognizer(headerLabels.subject),
};

const roleOf = ({ text }: MailLine): Role | undefined => ROLES.find((role) => LABEL[role].test(text));

const BLOCK_LINES = 8;
const ROLES_OF_A_BLOCK = 3;

/** From, date, addressee, subject, one below the other. Fewer than three are a form that somebody filled in, not a mail that was answered. */
export const isHeaderBlock = (lines: readonly MailLine[], at: number): boolean => {
  const first = lines[at];
  const role = first && roleOf(first);
  if (role !== 'from' && role !== 'date') return false;
  const end = lines.slice(at, at + BLOCK_LINES).findIndex(({ blank }) => blank);
  const block = lines.slice(at, end === -1 ? at + BLOCK_LINES : at + end);
  const roles = new Set(block.map(roleOf));
  return roles.has('from') && ROLES.filter((one) => roles.has(one)).length >= ROLES_OF_A_BLOCK;
};

/** How many lines from `at` on name a mail whose text follows marked, so that what is below the marked text is said anew; 0 for none. */
export const headLines = (lines: readonly MailLine[], at: number): number => {
  const first = lines[at];
  if (!first || first.blank || first.quoted || !(isSeparator(first) || isHeaderBlock(lines, at))) return 0;
  const length = lines.slice(at, at + BLOCK_LINES + 2).findIndex(({ blank, quoted }) => blank || quoted);
  return length > 0 && lines[nextSaying(lines, at + length)]?.quoted === true ? length : 0;
};

export const isSeparator = ({ text }: MailLine): boolean => SEPARATOR.test(text);
export const isRule = ({ text }: MailLine): boolean => RULE.test(text);
export const isForwardMark = ({ text }: MailLine): boolean => FORWARD.test(text);

const WROTE_LAST = recognizer(wroteLast);
const WROTE_WITHIN = recognizer(wroteWithin);
const DATE_OPENER = recognizer(dateOpener);
const ADDRESS = /[^\s<>"]{1,64}@[^\s<>"]{1,200}/u;
const ADDRESS_LAST = /<[^<>\s]{1,64}@[^<>\s]{1,200}\s?>\s?[:：]$/u;
const ENDS_SO = /(?:[:：>\])]|-{2,}|\p{L})$/u;
const DIGIT = /\d/;

const isDated = (text: string): boolean => DATE_OPENER.test(text) && DIGIT.test(text);

/** A line, or a few in one, that says who wrote what follows, and when. */
const isAttribution = (text: string): boolean => {
  const said = text.replace(/^[-—* ]{1,12}/u, '').replace(/[-—* ]{1,12}$/u, '');
  if (ADDRESS_LAST.test(said)) return DIGIT.test(said);
  const dated = isDated(said);
  if (WROTE_LAST.test(said)) return dated || ADDRESS.test(said);
  return dated && WROTE_WITHIN.test(said);
};

const ATTRIBUTION_LINES = 4;

/** The lines of one paragraph up to `end`, the last few of them. */
const above = (lines: readonly MailLine[], end: number): readonly MailLine[] => {
  const near = lines.slice(Math.max(0, end - ATTRIBUTION_LINES + 1), end + 1);
  const gap = near.findLastIndex(({ blank, quoted }) => blank || quoted);
  return near.slice(gap + 1);
};

const joined = (lines: readonly MailLine[]): string => lines.map(({ text }) => text).join(' ');

/** Programs break long lines: what opens with a date further up belongs to it, unless a sentence ended there. */
const widened = (paragraph: readonly MailLine[], count: number): number => {
  const opener = paragraph
    .slice(0, paragraph.length - count)
    .findIndex(({ text }) => DATE_OPENER.test(text) && DIGIT.test(text) && !/[.!?]$/.test(text));
  return opener === -1 ? count : paragraph.length - opener;
};

const SAID = recognizer(saidLast);
const BRACKETED = /^\[[^[\]]{2,40}\]$/u;
const WORDS_OF_A_NAME = 8;

/** Right above marked text less is needed: a date, an address, or a name and a verb. A language not listed above has a date at least. */
const isAnnouncement = (text: string): boolean => {
  if (BRACKETED.test(text)) return true;
  if (SAID.test(text)) return isDated(text) || text.split(/\s+/u).length <= WORDS_OF_A_NAME;
  return /[:：]$/u.test(text) && (ADDRESS.test(text) || (DIGIT.test(text) && /\d{4}|\d[:.]\d{2}/.test(text)));
};

const beforeQuote = (lines: readonly MailLine[], end: number): boolean =>
  lines[nextSaying(lines, end + 1)]?.quoted === true;

/** How many lines, ending with the one at `end`, announce what follows; 0 for none. */
export const attributionLines = (lines: readonly MailLine[], end: number): number => {
  const last = lines[end];
  if (!last || last.blank || last.quoted || !ENDS_SO.test(last.text)) return 0;
  const paragraph = above(lines, end);
  const counts = paragraph.map((_, at) => at + 1);
  const count = counts.find((one) => isAttribution(joined(paragraph.slice(-one))));
  if (count !== undefined) return widened(paragraph, count);
  return beforeQuote(lines, end) && isAnnouncement(last.text) ? 1 : 0;
};

/** What some people set before each line instead of the usual mark. Not the marks of a list. */
const OWN_MARK = /^(?:[#|:%}~]{1,2}|[-=]{1,2}[\]|)])/u;

/** Lines below an announcement that share a mark of their sender's own are marked as well. */
export const withOwnMarks = (lines: readonly MailLine[]): readonly MailLine[] => {
  for (const [at, line] of lines.entries()) {
    if (line.blank || line.quoted || !(SAID.test(line.text) || attributionLines(lines, at) > 0)) continue;
    const from = nextSaying(lines, at + 1);
    const mark = OWN_MARK.exec(lines[from]?.text ?? '')?.[0];
    if (mark !== undefined)
      return lines.map((one, nth) => (nth >= from && one.text.startsWith(mark) ? { ...one, quoted: true } : one));
  }
  return lines;
};
