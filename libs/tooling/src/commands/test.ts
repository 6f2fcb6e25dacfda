import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Stack } from '../stack/start-stack.ts';
import { environmentOf } from '../stack/addresses.ts';
import { root, stateDir } from './checkout.ts';
import { createProgress } from './progress.ts';

interface Tally {
  readonly passed: number;
  readonly failed: number;
}

const { say, step, elapsed } = createProgress();
const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true, default: [] },
    keep: { type: 'boolean', default: false },
    infra: { type: 'string', default: 'native' },
  },
});
if (values.infra !== 'native' && values.infra !== 'compose')
  throw new Error(`--infra=${values.infra}: tests take servers away, so they need their own: native or compose`);
const infrastructure = values.infra;
const wanted = (name: string): boolean => values.only.length === 0 || values.only.includes(name);

const run = (args: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<number> =>
  new Promise((resolve) => {
    const child = spawn(process.execPath, [...args], {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, NX_DAEMON: 'false', NX_NO_CLOUD: 'true', ...environment },
    });
    child.on('exit', (code) => resolve(code ?? 1));
  });

const bin = (...path: string[]): string => join(root, 'node_modules', ...path);

/** A check without a test runner counts as one. */
const check = async (name: string, args: readonly string[]): Promise<Tally> => {
  if (!wanted(name)) return { passed: 0, failed: 0 };
  say(`\n== ${name}`);
  const isGreen = (await run(args)) === 0;
  say(`== ${name}: ${isGreen ? 'passed' : 'failed'} after ${elapsed()}`);
  return { passed: Number(isGreen), failed: Number(!isGreen) };
};

const vitest = async (project: string, dir: string, environment: NodeJS.ProcessEnv = {}): Promise<Tally> => {
  if (!wanted(project)) return { passed: 0, failed: 0 };
  say(`\n== ${project}`);
  const report = join(dir, `${project}.json`);
  const code = await run(
    [
      bin('vitest', 'vitest.mjs'),
      'run',
      '--project',
      project,
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${report}`,
    ],
    environment,
  );
  try {
    const { numPassedTests, numFailedTests, success } = JSON.parse(readFileSync(report, 'utf8')) as {
      numPassedTests: number;
      numFailedTests: number;
      success: boolean;
    };
    // A file that can't be loaded fails without a failed test.
    return { passed: numPassedTests, failed: Math.max(numFailedTests, success && code === 0 ? 0 : 1) };
  } catch {
    return { passed: 0, failed: 1 };
  }
};

/** A rung that needs servers which do not come up has failed, and the run goes on to say so. */
const withServers = async (stack: Stack, work: () => Promise<Tally[]>): Promise<Tally[]> => {
  try {
    await step('starting servers for the tests', () => stack.startServers());
    return await work();
  } catch (error) {
    say(`  ${error instanceof Error ? error.message : String(error)}`);
    return [{ passed: 0, failed: 1 }];
  } finally {
    // Tests start services of their own: what there is to stop is read anew.
    await step('stopping what the tests started', () => new Stack({ root, dir: stack.dir, addresses: null }).stop());
  }
};

const dir = join(stateDir, `test-${randomUUID().slice(0, 8)}`);
mkdirSync(dir, { recursive: true });
// Without a project graph the layer rule warns and passes.
if (wanted('lint')) await run([bin('nx', 'dist', 'bin', 'nx.js'), 'graph', '--file', join(dir, 'graph.json')]);
const tallies: Tally[] = [
  await check('format', [bin('prettier', 'bin', 'prettier.cjs'), '--check', '--log-level', 'warn', '.']),
  await check('lint', [bin('eslint', 'bin', 'eslint.js'), '.', '--max-warnings', '0']),
  await check('types', [bin('typescript', 'bin', 'tsc'), '--noEmit', '-p', '.']),
  await vitest('unit', dir),
];
if (wanted('int') || wanted('e2e')) {
  const stack = new Stack({ root, dir: join(dir, 'stack'), step, addresses: null, infrastructure });
  tallies.push(
    ...(await withServers(stack, async () => [
      await vitest('int', dir, environmentOf(stack.addresses)),
      await vitest('e2e', dir, { SLUICE_TEST_STACK: join(dir, 'stack'), SLUICE_CHECKOUT: root }),
    ])),
  );
}
const passed = tallies.reduce((sum, tally) => sum + tally.passed, 0);
const failed = tallies.reduce((sum, tally) => sum + tally.failed, 0);
if (failed === 0 && !values.keep) rmSync(dir, { recursive: true, force: true });
say(`\nAfter ${elapsed()}:`);
say(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
