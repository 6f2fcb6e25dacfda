import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { root, tallyDir } from '../commands/checkout.ts';
import { readTally } from '../commands/tally.ts';
import { TALLY_DIR } from '../commands/tally-reporter.ts';
import { executorOf, type Checked } from './batch.ts';

const VITEST = join(root, 'node_modules', 'vitest', 'vitest.mjs');
export const REPORTER = join(root, 'libs', 'tooling', 'src', 'commands', 'tally-reporter.ts');

/** One run of vitest over the tests of these projects. What came of each project stands in its tally, which Nx keeps with the result. */
const runTests = async (folders: readonly string[]): Promise<ReadonlyMap<string, Checked>> => {
  const tallyOf = (folder: string): string => join(tallyDir('unit'), folder, 'tally');
  // What an earlier run found says nothing of this one.
  for (const folder of folders) rmSync(tallyOf(folder), { force: true });
  const child = spawn(
    process.execPath,
    [
      VITEST,
      'run',
      '--project',
      'unit',
      '--reporter=default',
      `--reporter=${REPORTER}`,
      ...folders.map((folder) => `${folder}/`),
    ],
    { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], env: { ...process.env, [TALLY_DIR]: tallyDir('unit') } },
  );
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  const tallies = folders.map((folder) => ({ folder, ...readTally(tallyOf(folder)) }));
  const isUnexplained = code !== 0 && tallies.every(({ failed }) => failed === 0);
  return new Map(
    tallies.map(({ folder, passed, failed }) => [
      folder,
      { success: failed === 0 && !isUnexplained, terminalOutput: `${passed} passed, ${failed} failed` },
    ]),
  );
};

export const { one, all } = executorOf(runTests);
