import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { casesOf } from '@sluice/policy/cases';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { root } from '../commands/checkout.ts';

interface Row {
  readonly box: string;
  readonly file: string;
  readonly test: string;
  readonly part: string;
}

const page = readFileSync(join(root, 'docs', 'coverage.md'), 'utf8').split('\n');
const tableLines = page.filter((line) => line.startsWith('|') && !/^\| (?:box|---)|^\|---/u.test(line));

const rowOf = (line: string): Row | null => {
  const groups = /^\| (?<box>[^|]+) \| [^|]+ \| `(?<file>[^`]+)` \| (?<test>[^|]+) \|(?<part>[^|]*)\|$/u.exec(
    line,
  )?.groups;
  if (!groups) return null;
  const { box = '', file = '', test = '', part = '' } = groups;
  return { box, file, test, part: part.trim() };
};
const rows = tableLines.flatMap((line) => rowOf(line) ?? []);

/** A test's name may stand on several lines where it is part of a table. */
const onOneLine = (text: string): string => text.replaceAll(/\s+/gu, ' ');

/** The titles of a file: the names of its cases, or of its tests. Comments are none. */
const titlesIn = (file: string): string => {
  const text = readFileSync(join(root, file), 'utf8');
  if (file.endsWith('.yaml'))
    return casesOf(parse(text))
      .map(({ name }) => `\n${name}\n`)
      .join('');
  return onOneLine(text.replaceAll(/^\s*(?:\/\/|\/?\*).*$/gmu, ''));
};

const hasTitle = ({ file, test }: Row): boolean =>
  file.endsWith('.yaml') ? titlesIn(file).includes(`\n${test.replaceAll("''", "'")}\n`) : titlesIn(file).includes(test);

describe('docs/coverage.md', () => {
  it('claims boxes, in rows of five columns each', () => {
    expect(rows.length).toBeGreaterThan(80);
    expect(tableLines.filter((line) => rowOf(line) === null)).toEqual([]);
  });

  it.each(rows)('$box is shown by a test that exists: $test', (row) => {
    expect(existsSync(join(root, row.file))).toBe(true);
    expect([row.file, row.test, hasTitle(row)]).toEqual([row.file, row.test, true]);
  });

  it('says what is missing of a box in one way', () => {
    expect(rows.filter(({ part }) => part !== '' && !/^part: \S/u.test(part))).toEqual([]);
  });
});
