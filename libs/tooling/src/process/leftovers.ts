import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { appendFileSync, closeSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isAlive, thisProcess, type ProcessRecord } from './identity.mjs';
import { endStarted, STARTED_FILE } from './started.ts';

const GUARDIAN = fileURLToPath(new URL('guardian.ts', import.meta.url));

const folderIn = (stateDir: string): string => join(stateDir, 'started');

/** Begins to write down what this process and those below it start, with a guardian that ends it all when this process is gone. Its file. */
export const beginRecord = (stateDir: string): string => {
  const folder = folderIn(stateDir);
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${randomUUID()}.jsonl`);
  const log = openSync(join(folder, 'guardian.log'), 'a');
  const guardian = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', GUARDIAN, file], {
    detached: true,
    stdio: ['pipe', log, log],
  });
  closeSync(log);
  appendFileSync(file, `${JSON.stringify({ owner: thisProcess(), guardian: guardian.pid })}\n`);
  process.env[STARTED_FILE] = file;
  guardian.unref();
  // The pipe stays open until this process ends, and must not keep it from ending.
  (guardian.stdin as unknown as { unref(): void }).unref();
  return file;
};

const ownerOf = (file: string): ProcessRecord | null => {
  try {
    return (JSON.parse(readFileSync(file, 'utf8').split('\n')[0] ?? '') as { owner: ProcessRecord }).owner;
  } catch {
    return null;
  }
};

/** Ends what runs of this checkout left behind that were killed together with their guardian. Returns what it ended, in words. */
export const endLeftovers = async (stateDir: string): Promise<readonly string[]> => {
  const folder = folderIn(stateDir);
  if (!existsSync(folder)) return [];
  const ended: string[] = [];
  for (const name of readdirSync(folder).filter((one) => one.endsWith('.jsonl'))) {
    const file = join(folder, name);
    const owner = ownerOf(file);
    if (owner && isAlive(owner)) continue;
    ended.push(...(await endStarted(file)).map(({ what, pid }) => `${what} (${pid})`));
    rmSync(file, { force: true });
  }
  return ended;
};
