import type { Removed } from '../ports/inquiry-parser.port.ts';
import { linesOf, nextSaying, type MailLine } from './mail-lines.ts';
import {
  attributionLines,
  headLines,
  isForwardMark,
  isHeaderBlock,
  isRule,
  isSeparator,
  withOwnMarks,
} from './quote-lines.ts';
import { bannerLines, findEnding } from './signature-lines.ts';

export interface Stripped {
  readonly text: string;
  /** What was taken out, in UTF-16 units of the text that was given. */
  readonly removed: readonly Removed[];
}

type Mark = Removed['kind'] | null;

const WRAPPED_CHARACTERS = 60;

/** A quoted line that a program broke in two: its second half carries no mark. */
const isWrapped = (lines: readonly MailLine[], at: number): boolean => {
  const [before, line, after] = [lines[at - 1], lines[at], lines[at + 1]];
  return (
    line !== undefined &&
    !line.blank &&
    before?.quoted === true &&
    after?.quoted === true &&
    before.length >= WRAPPED_CHARACTERS
  );
};

interface Tail {
  readonly from: number;
  readonly isForward: boolean;
}

/** The lines above that belong to what begins at `at`: a rule, and the space around it. */
const withRule = (lines: readonly MailLine[], at: number): number => {
  const above =
    at -
    1 -
    lines
      .slice(Math.max(0, at - 3), at)
      .reverse()
      .findIndex(({ blank }) => !blank);
  const line = lines[above];
  return line && above < at && isRule(line) ? above : at;
};

/** Everything from here on was said before, though no line is marked: `from` is the end where there is no such place. */
const findTail = (lines: readonly MailLine[], subjectIsForward: boolean): Tail => {
  let named = 0;
  for (const [at, line] of lines.entries()) {
    if (line.blank || line.quoted) continue;
    if (headLines(lines, at) > 0) {
      named = at + headLines(lines, at);
      continue;
    }
    if (at < named) continue;
    if (isForwardMark(line)) return { from: at, isForward: true };
    if (isSeparator(line)) return { from: at, isForward: subjectIsForward };
    if (isHeaderBlock(lines, at)) return { from: withRule(lines, at), isForward: subjectIsForward };
    const announced = attributionLines(lines, at);
    if (announced > 0 && lines[nextSaying(lines, at + 1)]?.quoted !== true)
      return { from: at - announced + 1, isForward: false };
  }
  return { from: lines.length, isForward: false };
};

const markQuotes = (lines: readonly MailLine[], marks: Mark[], end: number): void => {
  for (let at = 0; at < end; at += 1) {
    if (lines[at]?.quoted || isWrapped(lines, at)) marks[at] = 'quote';
    marks.fill('quote', at, at + headLines(lines, at));
    const announced = attributionLines(lines, at);
    for (let above = 0; above < announced; above += 1) marks[at - above] = 'quote';
  }
};

/** Footers below each other that are looked for: an answer collects one from each list and gateway it passed. */
const FOOTERS = 4;

interface Stretch {
  readonly from: number;
  readonly end: number;
}

/** A footer goes first: a signature is short, and what is below it would make it long. */
const markEnding = (lines: readonly MailLine[], marks: Mark[], { from, end }: Stretch): void => {
  let below = end;
  for (let times = 0; times < FOOTERS; times += 1) {
    const ending = findEnding(lines.slice(from, below));
    if (!ending) return;
    marks.fill(ending.kind, from + ending.at, below);
    below = from + ending.at;
    if (ending.kind === 'signature') return;
  }
};

/** Each stretch of own lines may end in a signature: above a quote, and below it. */
const markEndings = (lines: readonly MailLine[], marks: Mark[], end: number): void => {
  let from = 0;
  for (let at = 0; at <= end; at += 1) {
    if (at < end && marks[at] === null) continue;
    markEnding(lines, marks, { from, end: at });
    from = at + 1;
  }
};

/** Neighbouring lines of one kind as one stretch, with the blank lines between them. */
const stretches = (lines: readonly MailLine[], marks: readonly Mark[]): readonly Removed[] => {
  const found: Removed[] = [];
  let current: Mark = null;
  lines.forEach(({ start, end, blank }, at) => {
    const kind = marks[at] ?? null;
    const last = found.at(-1);
    if (blank) return;
    if (kind !== null && last && current === kind) found[found.length - 1] = { ...last, end };
    else if (kind !== null) found.push({ kind, start, end });
    current = kind;
  });
  return found;
};

const without = (text: string, removed: readonly Removed[]): string => {
  let from = 0;
  const kept = removed.map(({ start, end }) => {
    const piece = text.slice(from, start);
    from = end;
    return piece;
  });
  return [...kept, text.slice(from)]
    .join('')
    .replaceAll(/\n[^\S\n]*\n(?:[^\S\n]*\n)+/g, '\n\n')
    .trim();
};

const strippedAt = (text: string, lines: readonly MailLine[], tail: Tail): Stripped => {
  const marks: Mark[] = lines.map(() => null);
  marks.fill('footer', 0, Math.min(bannerLines(lines), tail.from));
  markQuotes(lines, marks, tail.from);
  markEndings(lines, marks, tail.from);
  if (!tail.isForward) marks.fill('quote', tail.from);
  const removed = stretches(lines, marks);
  return { text: without(text, removed), removed };
};

/**
 * Takes quotes, signatures and legal footers out of a plain-text mail; what somebody forwards is what they send, and stays.
 * Who answers below an unmarked quote can't be told from who they quote: then only what is marked goes. A mail that is nothing
 * else stays whole: better noise than silence. Its time grows with the text's length and no faster.
 */
export const stripReply = (text: string, { isForward = false }: { readonly isForward?: boolean } = {}): Stripped => {
  const lines = withOwnMarks(linesOf(text));
  const stripped = strippedAt(text, lines, findTail(lines, isForward));
  if (stripped.text !== '') return stripped;
  const marked = strippedAt(text, lines, { from: lines.length, isForward });
  return marked.text === '' ? { text: text.trim(), removed: [] } : marked;
};
