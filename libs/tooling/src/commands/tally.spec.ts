import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readTally, sumOf } from './tally.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'sluice-tally-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

const tallyOf = (...lines: readonly string[]) => {
  const file = join(dir, 'tally');
  writeFileSync(file, lines.map((line) => `${line}\n`).join(''));
  return readTally(file);
};

describe('the tally of a run of tests', () => {
  it('counts what passed and what failed, and no test that was skipped', () => {
    expect(tallyOf('files 1', 'collected 3', 'passed', 'failed', 'skipped', 'ended')).toEqual({ passed: 1, failed: 1 });
  });

  it('counts a file that could not be loaded, and an error outside any test', () => {
    expect(tallyOf('files 2', 'collected 1', 'passed', 'failed a file', 'failed outside any test', 'ended')).toEqual({
      passed: 1,
      failed: 2,
    });
  });

  it('counts as failed what was still to come when the run was cut off', () => {
    // One test had passed, two of the file were to come, and of two files nothing was known.
    expect(tallyOf('files 3', 'collected 3', 'passed')).toEqual({ passed: 1, failed: 4 });
  });

  it('is a failure where nothing was written, or the end is missing', () => {
    expect(readTally(join(dir, 'none'))).toEqual({ passed: 0, failed: 1 });
    expect(tallyOf('files 1', 'collected 1', 'passed')).toEqual({ passed: 1, failed: 1 });
  });

  it('adds up', () => {
    expect(
      sumOf([
        { passed: 1, failed: 2 },
        { passed: 3, failed: 4 },
      ]),
    ).toEqual({ passed: 4, failed: 6 });
  });
});
