import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Tally {
  readonly passed: number;
  readonly failed: number;
}

export const ONE_FAILED: Tally = { passed: 0, failed: 1 };

export const sumOf = (tallies: Iterable<Tally>): Tally => {
  let [passed, failed] = [0, 0];
  for (const tally of tallies) [passed, failed] = [passed + tally.passed, failed + tally.failed];
  return { passed, failed };
};

/**
 * What the reporter wrote so far. What had begun or was to come when the run was cut off counts as failed: each test that was
 * known, and each file whose tests were not.
 */
export const readTally = (file: string): Tally => {
  const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];
  const count = (word: string): number => lines.filter((line) => line === word || line.startsWith(`${word} `)).length;
  const total = (word: string): number =>
    lines.reduce((sum, line) => sum + (line.startsWith(`${word} `) ? Number(line.slice(word.length + 1)) : 0), 0);
  const passed = count('passed');
  const failed = count('failed');
  if (lines.includes('ended')) return { passed, failed };
  const unknownTests = Math.max(
    0,
    total('collected') - passed - lines.filter((line) => line === 'failed').length - count('skipped'),
  );
  const unknownFiles = Math.max(0, total('files') - count('collected'));
  return { passed, failed: Math.max(1, failed + unknownTests + unknownFiles) };
};

/** All tallies below a folder. Null where there is none. */
export const readTallies = (folder: string): Tally | null => {
  const files = globSync('**/tally', { cwd: folder });
  return files.length === 0 ? null : sumOf(files.map((file) => readTally(join(folder, file))));
};
