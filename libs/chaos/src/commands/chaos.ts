import { randomInt } from 'node:crypto';
import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { guardedRun, root, stateDir } from '@sluice/tooling';
import { lastRelease } from '../older-build.ts';
import { faultTable, hasFailed, summaryOf } from '../report.ts';
import { runChaos, type ChaosReport } from '../run-chaos.ts';

const MINUTE_MS = 60_000;
const SHOWN = 10;

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '20' },
    seed: { type: 'string' },
    brokers: { type: 'string', default: '3' },
    /** The commit that is upgraded from; the last release unless told. */
    from: { type: 'string' },
    only: { type: 'string', multiple: true, default: [] },
    /** Keeps the state of a run that went well. */
    keep: { type: 'boolean', default: false },
    /** Only shows what the runs so far have found, together. */
    table: { type: 'boolean', default: false },
  },
});
const reportOf = (name: string): string => join(stateDir, `chaos-${name}.json`);
const numberOf = (option: string, text: string): number => {
  if (!/^\d+$/.test(text)) throw new Error(`--${option} ${text}: write a whole number`);
  return Number(text);
};

const run = async (): Promise<number> => {
  const seed = values.seed === undefined ? randomInt(1_000_000) : numberOf('seed', values.seed);
  if (values.brokers !== '1' && values.brokers !== '3') throw new Error(`--brokers ${values.brokers}: write 1 or 3`);

  const dir = join(stateDir, `chaos-${seed}`);
  rmSync(dir, { recursive: true, force: true });
  mkdirSync(dir, { recursive: true });
  const report = await runChaos({
    root,
    dir,
    seed,
    brokers: values.brokers === '1' ? 1 : 3,
    set: 'whole',
    only: values.only,
    from: values.from ?? lastRelease(root),
    forMs: numberOf('minutes', values.minutes) * MINUTE_MS,
    say: (text) => console.log(text),
  });
  writeFileSync(reportOf(String(seed)), JSON.stringify(report, null, 2));
  console.log(`\n${summaryOf(report).join('\n')}\n\n${faultTable([report])}\n`);
  for (const { invariant, violations } of report.findings) {
    for (const { inquiryId, what } of violations.slice(0, SHOWN))
      console.log(`${invariant}: ${inquiryId ?? ''} ${what}`);
  }
  const failed = hasFailed(report);
  if (!failed && !values.keep) rmSync(dir, { recursive: true, force: true });
  console.log(`again: npm run chaos -- --seed ${seed} --minutes ${values.minutes} --brokers ${values.brokers}`);
  return failed ? 1 : 0;
};

const showTable = (): void => {
  const reports = globSync(reportOf('*'))
    .sort()
    .map((path) => JSON.parse(readFileSync(path, 'utf8')) as ChaosReport);
  console.log(`${reports.flatMap((report) => [...summaryOf(report), '']).join('\n')}\n${faultTable(reports)}`);
};

if (values.table) showTable();
else await guardedRun({ say: (text) => console.log(text) }, run);
