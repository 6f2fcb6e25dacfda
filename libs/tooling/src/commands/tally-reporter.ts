import { appendFileSync } from 'node:fs';
import type { Reporter, TestCase, TestModule, TestSpecification } from 'vitest/node';

/** Names the file into which a run of vitest writes what became of each test, as it becomes known. */
export const TALLY_FILE = 'SLUICE_TALLY_FILE';

/** One line each; `readTally` adds them up. */
const write = (line: string): void => {
  const file = process.env[TALLY_FILE];
  if (file) appendFileSync(file, `${line}\n`);
};

const outcomes = { passed: 'passed', failed: 'failed', skipped: 'skipped', pending: 'skipped' } as const;

/** So that a run which is cut off can still say what it had found. */
export class TallyReporter implements Reporter {
  onTestRunStart(specifications: readonly TestSpecification[]): void {
    write(`files ${specifications.length}`);
  }

  onTestModuleCollected(module: TestModule): void {
    write(`collected ${[...module.children.allTests()].length}`);
  }

  onTestCaseResult(test: TestCase): void {
    write(outcomes[test.result().state]);
  }

  onTestModuleEnd(module: TestModule): void {
    // A file that can't be loaded, or whose hook fails, fails without a failed test.
    const hasFailedTest = [...module.children.allTests()].some((test) => test.result().state === 'failed');
    if (!module.ok() && !hasFailedTest) write('failed a file');
  }

  onTestRunEnd(_modules: readonly TestModule[], unhandled: readonly unknown[]): void {
    for (const _error of unhandled) write('failed outside any test');
    write('ended');
  }
}

/** Vitest wants it so. */
// eslint-disable-next-line no-restricted-syntax
export default TallyReporter;
