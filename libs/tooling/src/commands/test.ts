import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { recordChild } from '../process/started.ts';
import { Stack } from '../stack/start-stack.ts';
import { environmentOf } from '../stack/addresses.ts';
import { REPORTER } from '../nx/unit.ts';
import { root, stateDir, tallyDir } from './checkout.ts';
import { guardedRun, type Guard } from './guarded-run.ts';
import { createProgress } from './progress.ts';
import { ONE_FAILED, readTallies, sumOf, type Tally } from './tally.ts';
import { TALLY_DIR } from './tally-reporter.ts';

const MINUTE_MS = 60_000;
const RUNGS = ['lint', 'types', 'unit', 'int', 'e2e'] as const;
type Rung = (typeof RUNGS)[number];

const { say, step, elapsed } = createProgress();
const { values, positionals } = parseArgs({
  /** Parts of the names of test files; all where there is none. */
  allowPositionals: true,
  allowNegative: true,
  options: {
    only: { type: 'string', multiple: true, default: [] },
    keep: { type: 'boolean', default: false },
    infra: { type: 'string', default: 'native' },
    /** `--no-cache` does everything again. */
    cache: { type: 'boolean', default: true },
    /** Minutes after which the run is ended, whatever it is at. */
    limit: { type: 'string', default: '80' },
  },
});
if (values.infra !== 'native' && values.infra !== 'compose')
  throw new Error(`--infra=${values.infra}: tests take servers away, so they need their own: native or compose`);
const unknown = values.only.find((name) => !RUNGS.some((rung) => rung === name));
if (unknown !== undefined) throw new Error(`--only ${unknown}: write one of ${RUNGS.join(', ')}`);
if (!/^\d+$/u.test(values.limit)) throw new Error(`--limit ${values.limit}: write a number of minutes`);
const infrastructure = values.infra;
const wanted = (name: Rung): boolean => values.only.length === 0 || values.only.includes(name);

const dir = join(stateDir, `test-${randomUUID().slice(0, 8)}`);
mkdirSync(dir, { recursive: true });
/** What is known of each rung that has ended, and of the one that runs. */
const known = new Map<Rung, () => Tally>();

const total = (): Tally => sumOf(RUNGS.filter(wanted).map((rung) => known.get(rung)?.() ?? ONE_FAILED));

const sayTotal = (): Tally => {
  const tally = total();
  say(`\nAfter ${elapsed()}:`);
  say(`${tally.passed} passed, ${tally.failed} failed`);
  return tally;
};

/** Runs a command of node_modules in a process group of its own, so that its workers end with it. Its exit code. */
const run = (guard: Guard, args: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<number> => {
  guard.check();
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [...args], {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
      detached: true,
      env: { ...process.env, NX_DAEMON: 'false', NX_NO_CLOUD: 'true', NX_TUI: 'false', ...environment },
    });
    recordChild(child, {
      what:
        args
          .find((arg) => !arg.startsWith('-'))
          ?.split('/')
          .at(-1) ?? 'node',
      kind: 'group',
    });
    child.on('exit', (code) => resolve(code ?? 1));
  });
};

const bin = (...path: string[]): string => join(root, 'node_modules', ...path);

/** One target of all projects. What has not changed since it was last found well is not done again: its result is remembered. */
const nx = (guard: Guard, target: string): Promise<number> =>
  run(guard, [
    bin('nx', 'dist', 'bin', 'nx.js'),
    'run-many',
    '--target',
    target,
    '--outputStyle=static',
    ...(values.cache ? [] : ['--skipNxCache']),
  ]);

/** A check without a test runner counts as one. */
const check = async (guard: Guard, name: Rung): Promise<void> => {
  if (!wanted(name)) return;
  known.set(name, () => ONE_FAILED);
  say(`\n== ${name}`);
  const isGreen = (await nx(guard, name)) === 0;
  say(`== ${name}: ${isGreen ? 'passed' : 'failed'} after ${elapsed()}`);
  known.set(name, () => (isGreen ? { passed: 1, failed: 0 } : ONE_FAILED));
};

/** Runs tests, and counts what their reporter has written: also of a run that is cut off, or that Nx remembers. */
const tests = async (project: Rung, work: () => Promise<number>): Promise<void> => {
  if (!wanted(project)) return;
  rmSync(tallyDir(project), { recursive: true, force: true });
  known.set(project, () => readTallies(tallyDir(project)) ?? ONE_FAILED);
  say(`\n== ${project}`);
  const code = await work();
  const { passed, failed } = readTallies(tallyDir(project)) ?? ONE_FAILED;
  known.set(project, () => ({ passed, failed: Math.max(failed, code === 0 ? 0 : 1) }));
};

const vitest = (guard: Guard, project: Rung, environment: NodeJS.ProcessEnv = {}): Promise<number> =>
  run(
    guard,
    [
      bin('vitest', 'vitest.mjs'),
      'run',
      '--project',
      project,
      '--reporter=default',
      `--reporter=${REPORTER}`,
      ...positionals,
    ],
    { ...environment, [TALLY_DIR]: tallyDir(project) },
  );

/** A rung that needs servers which do not come up has failed, and the run goes on to say so. */
const withServers = async (stack: Stack, work: () => Promise<void>): Promise<void> => {
  try {
    await step('starting servers for the tests', () => stack.startServers());
    await work();
  } catch (error) {
    say(`  ${error instanceof Error ? error.message : String(error)}`);
  } finally {
    // Tests start services of their own: what there is to stop is read anew.
    await step('stopping what the tests started', () => new Stack({ root, dir: stack.dir, addresses: null }).stop());
  }
};

const runAll = async (guard: Guard): Promise<number> => {
  // Without a project graph the layer rule warns and passes.
  if (wanted('lint')) await run(guard, [bin('nx', 'dist', 'bin', 'nx.js'), 'graph', '--file', join(dir, 'graph.json')]);
  await check(guard, 'lint');
  await check(guard, 'types');
  await tests('unit', () => (positionals.length > 0 ? vitest(guard, 'unit') : nx(guard, 'unit')));
  if (wanted('int') || wanted('e2e')) {
    const stack = new Stack({ root, dir: join(dir, 'stack'), step, addresses: null, infrastructure });
    await withServers(stack, async () => {
      await tests('int', () => vitest(guard, 'int', environmentOf(stack.addresses)));
      await tests('e2e', () => vitest(guard, 'e2e', { SLUICE_TEST_STACK: join(dir, 'stack'), SLUICE_CHECKOUT: root }));
    });
  }
  const { passed, failed } = sayTotal();
  if (failed === 0 && !values.keep) rmSync(dir, { recursive: true, force: true });
  return failed === 0 && passed > 0 ? 0 : 1;
};

await guardedRun({ say, limitMs: Number(values.limit) * MINUTE_MS, onCut: sayTotal }, runAll);
