import { appendFileSync, mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Reporter, SerializedError, TestCase, TestModule, TestSpecification } from 'vitest/node';
import { projectFolderOf } from '../nx/folders.ts';

/** Names the folder into which a run of vitest writes what becomes of each test, as it becomes known: a file for each project. */
export const TALLY_DIR = 'SLUICE_TALLY_DIR';

const LEFT_BEHIND_MS = 60_000;
const outcomes = { passed: 'passed', failed: 'failed', skipped: 'skipped', pending: 'skipped' } as const;

/** So that a run which is cut off can still say what it had found, and a cached one what it found then. `readTally` adds the lines up. */
export class TallyReporter implements Reporter {
  readonly #files = new Set<string>();

  onTestRunStart(specifications: readonly TestSpecification[]): void {
    for (const [file, ofProject] of Map.groupBy(specifications, ({ moduleId }) => this.#fileOf(moduleId))) {
      this.#files.add(file);
      mkdirSync(dirname(file), { recursive: true });
      rmSync(file, { force: true });
      this.#write(file, `files ${ofProject.length}`);
    }
  }

  onTestModuleCollected(module: TestModule): void {
    this.#write(this.#fileOf(module.moduleId), `collected ${[...module.children.allTests()].length}`);
  }

  onTestCaseResult(test: TestCase): void {
    this.#write(this.#fileOf(test.module.moduleId), outcomes[test.result().state]);
  }

  onTestModuleEnd(module: TestModule): void {
    // A file that can't be loaded, or whose hook fails, fails without a failed test.
    const hasFailedTest = [...module.children.allTests()].some((test) => test.result().state === 'failed');
    if (!module.ok() && !hasFailedTest) this.#write(this.#fileOf(module.moduleId), 'failed a file');
  }

  onTestRunEnd(_modules: readonly TestModule[], unhandled: readonly SerializedError[]): void {
    for (const { VITEST_TEST_PATH: path } of unhandled)
      // Where nobody knows whose it was, it is no project's success.
      for (const file of typeof path === 'string' ? [this.#fileOf(path)] : this.#files)
        this.#write(file, 'failed outside any test');
    for (const file of this.#files) this.#write(file, 'ended');
    // A process that a test has left behind holds our pipes open, and vitest waits for their end.
    setTimeout(() => {
      console.log('vitest is done and does not end: a test has left something behind. Ending it.');
      process.exit();
    }, LEFT_BEHIND_MS).unref();
  }

  #fileOf(moduleId: string): string {
    return join(process.env[TALLY_DIR] ?? '', projectFolderOf(moduleId), 'tally');
  }

  #write(file: string, line: string): void {
    if (process.env[TALLY_DIR]) appendFileSync(file, `${line}\n`);
  }
}

/** Vitest wants it so. */
// eslint-disable-next-line no-restricted-syntax
export default TallyReporter;
