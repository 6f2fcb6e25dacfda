import { randomUUID } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { figuresOf, tableOf } from '../bench/report.ts';
import { prepare, runBench } from '../bench/run-bench.ts';
import { runProfile } from '../bench/run-profile.ts';
import { root, stateDir } from './checkout.ts';
import { guardedRun } from './guarded-run.ts';
import { createProgress } from './progress.ts';

const MOST = 200_000;

const { say, step, elapsed } = createProgress();
const { values } = parseArgs({
  options: {
    inquiries: { type: 'string', default: '4000' },
    json: { type: 'boolean', default: false },
    profile: { type: 'boolean', default: false },
    /** A shell command that prints {"per_second": n}: measured in the same run, and set in relation. */
    peer: { type: 'string' },
    keep: { type: 'boolean', default: false },
  },
});
const inquiries = Number(values.inquiries);
if (!Number.isInteger(inquiries) || inquiries < 1_000 || inquiries > MOST)
  throw new Error(`--inquiries ${values.inquiries}: write a number from 1000 to ${MOST}`);

const dir = join(stateDir, `bench-${randomUUID().slice(0, 8)}`);
const options = { root, dir, step, inquiries, peer: values.peer };
const stack = prepare(options);

const profile = async (): Promise<void> => say(`\n${await runProfile(options)}`);

const measure = async (): Promise<void> => {
  const result = await runBench(stack, options);
  writeFileSync(join(stateDir, 'bench.json'), `${JSON.stringify(result, null, 2)}\n`);
  const figures = figuresOf(result);
  say(`\n${tableOf(figures)}\n\nAfter ${elapsed()}. Everything that was measured: .sluice/bench.json`);
  if (values.json) process.once('exit', () => console.log(JSON.stringify(figures)));
};

await guardedRun({ say }, async () => {
  try {
    await stack.start();
    await (values.profile ? profile() : measure());
    return 0;
  } finally {
    await step('stopping', () => prepare(options).stop());
    if (!values.keep) rmSync(dir, { recursive: true, force: true });
  }
});
