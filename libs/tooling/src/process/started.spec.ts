import { spawn } from 'node:child_process';
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '@sluice/testing';
import { isAlive, startTimeOf, thisProcess } from './identity.mjs';
import { spawnDetached } from './spawn.ts';
import { endStarted, leftOf, recordStarted, STARTED_FILE } from './started.ts';

/** That of the run which runs these tests. */
const outer = process.env[STARTED_FILE];
let dir: string;
let file: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'sluice-started-'));
  file = join(dir, 'started');
  process.env[STARTED_FILE] = file;
});
afterEach(async () => {
  // Also after a test that failed: what it left would hold this run's pipes open.
  await endStarted(file);
  if (outer === undefined) delete process.env[STARTED_FILE];
  else process.env[STARTED_FILE] = outer;
  rmSync(dir, { recursive: true });
});

const WAITS = 'setInterval(() => undefined, 1000);';
const detached = (what: string, kind: 'service' | 'server', code = WAITS) =>
  spawnDetached({ what, kind, command: process.execPath, args: ['--eval', code], log: join(dir, `${what}.log`) });
const says = (what: string) =>
  `process.on('SIGTERM', () => { require('node:fs').appendFileSync(${JSON.stringify(join(dir, 'ended'))}, '${what}\\n'); process.exit(); }); ${WAITS} console.log('up');`;
const isUp = (what: string) => eventually(() => expect(readFileSync(join(dir, `${what}.log`), 'utf8')).toContain('up'));

describe('what a run has started', () => {
  it('is ended: services before servers, and servers in the order opposite to their start, each waited for', async () => {
    const records = [
      await detached('database', 'server', says('database')),
      await detached('broker', 'server', says('broker')),
      await detached('router', 'service', says('router')),
    ];
    for (const what of ['database', 'broker', 'router']) await isUp(what);
    expect((await endStarted(file)).map(({ what }) => what)).toEqual(['database', 'broker', 'router']);
    expect(records.filter(isAlive)).toEqual([]);
    expect(readFileSync(join(dir, 'ended'), 'utf8')).toBe('router\nbroker\ndatabase\n');
    expect(leftOf(file)).toEqual([]);
  });

  it('is ended with its children where it is a group, also when its leader is gone', async () => {
    const code = `const { spawn } = require('node:child_process'); const child = spawn(process.execPath, ['--eval', ${JSON.stringify(WAITS)}]); console.log(String(child.pid)); ${WAITS}`;
    const leader = spawn(process.execPath, ['--eval', code], { detached: true, stdio: ['ignore', 'pipe', 'ignore'] });
    const pid = leader.pid ?? 0;
    recordStarted({ pid, startedAt: startTimeOf(pid) ?? '', what: 'vitest', kind: 'group', signal: 'SIGTERM' });
    const child = Number(await new Promise((resolve) => leader.stdout.once('data', (data) => resolve(String(data)))));
    expect(startTimeOf(child)).not.toBeNull();
    leader.kill('SIGKILL');
    await eventually(() => expect(startTimeOf(pid)).toBeNull());
    expect((await endStarted(file)).map(({ what }) => what)).toEqual(['vitest']);
    expect(startTimeOf(child)).toBeNull();
  });

  it('leaves alone whoever has got a pid since, and passes over a line that was cut off', async () => {
    recordStarted({ ...thisProcess(), startedAt: 'long ago', what: 'router', kind: 'service', signal: 'SIGKILL' });
    recordStarted({ ...thisProcess(), startedAt: 'long ago', what: 'vitest', kind: 'service', signal: 'SIGKILL' });
    appendFileSync(file, '{"pid":1,');
    expect(await endStarted(file)).toEqual([]);
  });
});
