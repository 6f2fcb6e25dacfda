/** A line of a plain-text mail, and where it stands. */
export interface MailLine {
  /** Without the space around it; at most LOOKED_AT characters, so that no rule takes longer on a longer line. */
  readonly text: string;
  /** In UTF-16 units of the whole text; `end` is behind the line break. */
  readonly start: number;
  readonly end: number;
  readonly blank: boolean;
  /** Marked as said before, by its sender's program. */
  readonly quoted: boolean;
  /** Characters of the whole line. */
  readonly length: number;
}

const LOOKED_AT = 600;
/** The end of `<address>:` whose line was broken before its bracket. */
const BROKEN_ADDRESS = /^>\s?[:：]$/;

/** Some programs mark what was said before with its sender's name or initials; the prompts of two shells look the same. */
const INITIALS = /^(?!SQL>|PS>|C>)\p{Lu}\p{L}{0,11}>(?=\s|$)/u;

/** Those that stand before more than one line: a single one may be anything. */
const initialsIn = (lines: readonly MailLine[]): ReadonlySet<string> => {
  const [once, again] = [new Set<string>(), new Set<string>()];
  for (const { text } of lines) {
    const [found] = INITIALS.exec(text) ?? [];
    if (found !== undefined) (once.has(found) ? again : once).add(found);
  }
  return again;
};

export const linesOf = (text: string): readonly MailLine[] => {
  const lines = plainLinesOf(text);
  const initials = initialsIn(lines);
  return initials.size === 0
    ? lines
    : lines.map((line) => ({ ...line, quoted: line.quoted || initials.has(INITIALS.exec(line.text)?.[0] ?? '') }));
};

const plainLinesOf = (text: string): readonly MailLine[] => {
  let start = 0;
  return text.split('\n').map((raw) => {
    const end = start + raw.length + 1;
    const seen = raw.slice(0, LOOKED_AT).trim();
    const line = {
      text: seen,
      start,
      end: Math.min(end, text.length),
      blank: seen === '',
      quoted: seen.startsWith('>') && !BROKEN_ADDRESS.test(seen),
      length: raw.length,
    };
    start = end;
    return line;
  });
};

/** The first line at or after `from` that says something. */
export const nextSaying = (lines: readonly MailLine[], from: number): number => {
  const at = lines.slice(from, from + SKIPPED).findIndex(({ blank }) => !blank);
  return at === -1 ? lines.length : from + at;
};

/** Blank lines that are looked past: a mail of nothing but line breaks must not cost more per line than another. */
const SKIPPED = 5;
