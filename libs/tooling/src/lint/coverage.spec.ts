import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from '../commands/checkout.ts';

const rows = readFileSync(join(root, 'docs', 'coverage.md'), 'utf8')
  .split('\n')
  .map((line) => /^\| (?<box>[^|]+) \| [^|]+ \| `(?<file>[^`]+)` \| (?<test>.+) \|$/u.exec(line)?.groups)
  .flatMap((groups) =>
    groups ? [{ box: groups['box'] ?? '', file: groups['file'] ?? '', test: groups['test'] ?? '' }] : [],
  );

/** A test's name may stand on several lines where it is part of a table. */
const onOneLine = (text: string): string => text.replaceAll(/\s+/gu, ' ');

describe('docs/coverage.md', () => {
  it('claims boxes', () => expect(rows.length).toBeGreaterThan(80));

  it.each(rows)('$box is shown by a test that exists: $test', ({ file, test }) => {
    expect(existsSync(join(root, file))).toBe(true);
    expect(onOneLine(readFileSync(join(root, file), 'utf8'))).toContain(test);
  });
});
