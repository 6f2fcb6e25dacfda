// Runs beside a run whose servers and services must end with it, in a session of its own, so that no signal to the run's terminal
// or process group reaches it. Standard input is a pipe that nobody writes to: it closes when the run's process is gone, however
// that came about.
import { rmSync } from 'node:fs';
import { endStarted } from './started.ts';

const file = process.argv[2] ?? '';
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);

process.stdin.resume();
await new Promise((resolve) => process.stdin.once('close', resolve));
const found = await endStarted(file);
if (found.length > 0)
  console.log(
    `${new Date().toISOString()} the run was gone; ended ${found.map(({ what, pid }) => `${what} (${pid})`).join(', ')}`,
  );
rmSync(file, { force: true });
