import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { examine } from '../infra/examine.ts';
import { Stack } from '../stack/start-stack.ts';
import { root, stateDir } from './checkout.ts';
import { printFindings } from './doctor.ts';
import { createProgress } from './progress.ts';
import { samples, send } from './samples.ts';
import { showFlow } from './show.ts';

const TAIL_LINES = 15;
const { step, say, elapsed } = createProgress();

/** `--scale classifier=3 --scale router=2` */
const scaleOf = (wishes: readonly string[]): Readonly<Record<string, number>> =>
  Object.fromEntries(wishes.map((wish) => {
    const [name = '', count = ''] = wish.split('=');
    if (!/^\d+$/.test(count)) throw new Error(`--scale ${wish}: write <service>=<number of replicas>`);
    return [name, Number(count)];
  }));

const newestLog = (): string | null => {
  const logs = join(stateDir, 'logs');
  if (!existsSync(logs)) return null;
  const files = readdirSync(logs).map((name) => join(logs, name));
  return files.sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs)[0] ?? null;
};

const guiltyLog = (error: Error): string | null => {
  const named = /waiting for (\w+) to be ready/.exec(error.message)?.[1];
  return named ? join(stateDir, 'logs', `${named}-0.log`) : newestLog();
};

const explain = (error: unknown): void => {
  const failure = error instanceof Error ? error : new Error(String(error));
  say(`\n  It did not work: ${failure.message}`);
  const log = guiltyLog(failure);
  if (log && existsSync(log)) say(`\n  The last lines of ${log}:\n${readFileSync(log, 'utf8').trimEnd().split('\n').slice(-TAIL_LINES).map((text) => `    ${text}`).join('\n')}`);
  say('\n  `npm run doctor` says what this machine lacks; `npm stop` ends what was started; then `npm start` goes on where it was.');
};

const { values } = parseArgs({ options: { detach: { type: 'boolean', default: false }, scale: { type: 'string', multiple: true, default: [] }, samples: { type: 'boolean', default: true } }, allowNegative: true });
const stack = new Stack({ root, dir: stateDir, step, scale: scaleOf(values.scale) });

const bringUp = async (): Promise<void> => {
  if (!printFindings(await examine(root))) throw new Error('this machine lacks what is marked above');
  await stack.start();
  if (!values.samples) return;
  say('\n  Six inquiries, on their way through the chain:\n');
  const sent = [];
  for (const sample of samples()) sent.push(await send(sample, stack.run));
  await showFlow(sent, stack.run);
};

try {
  say('Sluice');
  await bringUp();
  say(`\n  Up after ${elapsed()}. Addresses and secrets: .sluice/run.json; logs: .sluice/logs/.\n  Intake ${stack.run.services['ingest']?.[0]?.url}/docs · API ${stack.run.services['api']?.[0]?.url}/docs`);
} catch (error) {
  explain(error);
  process.exit(1);
}

if (!values.detach) {
  say('  Ctrl-C stops everything.');
  const { promise: asked, resolve } = Promise.withResolvers<void>();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  const alive = setInterval(() => undefined, 60_000);
  await asked;
  clearInterval(alive);
  await step('stopping', () => stack.stop());
}
