import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTimeOf } from './identity.mjs';
import { withLock } from './lock.mjs';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'sluice lock ü-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

const lock = () => join(dir, 'lock');
const held = async () => 'held';

/** A process that takes the lock so many times, and writes down when it has it and when it gives it back. */
const contender = (name: string, times: number) => {
  const code = `
    import { appendFileSync } from 'node:fs';
    import { setTimeout as pause } from 'node:timers/promises';
    import { withLock } from ${JSON.stringify(new URL('lock.mjs', import.meta.url).href)};
    for (let n = 0; n < ${times}; n += 1)
      await withLock(${JSON.stringify(lock())}, { purpose: '${name}' }, async () => {
        appendFileSync(${JSON.stringify(join(dir, 'log'))}, 'in ${name}\\n');
        await pause(5);
        appendFileSync(${JSON.stringify(join(dir, 'log'))}, 'out ${name}\\n');
      });`;
  return spawn(process.execPath, ['--input-type=module', '--eval', code], { stdio: ['ignore', 'ignore', 'inherit'] });
};

const endOf = (child: ReturnType<typeof spawn>) => new Promise<number | null>((resolve) => child.once('exit', resolve));

const linesOf = (file: string): readonly string[] => readFileSync(join(dir, file), 'utf8').trim().split('\n');

describe('a lock', () => {
  it('is held by one process at a time, however many want it', async () => {
    const children = ['a', 'b', 'c', 'd'].map((name) => contender(name, 5));
    expect(await Promise.all(children.map(endOf))).toEqual([0, 0, 0, 0]);
    const lines = linesOf('log');
    expect(lines).toHaveLength(40);
    for (let at = 0; at < lines.length; at += 2) expect(lines[at + 1]).toBe(lines[at]?.replace('in', 'out'));
  });

  it('is taken over from a holder that was killed, by one of those who wait', async () => {
    const killed = spawn(process.execPath, ['--eval', 'setInterval(() => undefined, 1000)']);
    const record = { pid: killed.pid ?? 0, startedAt: startTimeOf(killed.pid ?? 0), purpose: 'npm start' };
    await withLock(lock(), { purpose: 'test' }, held);
    const file = join(lock(), readdirSync(lock())[0] ?? '');
    writeFileSync(file, JSON.stringify(record));
    const children = ['a', 'b', 'c'].map((name) => contender(name, 1));
    killed.kill('SIGKILL');
    await Promise.all(children.map(endOf));
    expect(linesOf('log').map((line) => line.split(' ')[0])).toEqual(['in', 'out', 'in', 'out', 'in', 'out']);
  });

  it('is not held by another process that got the pid of its holder', async () => {
    await withLock(lock(), { purpose: 'test' }, held);
    const file = join(lock(), readdirSync(lock())[0] ?? '');
    writeFileSync(file, JSON.stringify({ pid: process.pid, startedAt: 'long ago', purpose: 'npm start' }));
    expect(await withLock(lock(), { purpose: 'test' }, held)).toBe('held');
  });

  it('tells whoever waits who holds it, once, and lets them give up', async () => {
    const told: unknown[] = [];
    let looks = 0;
    const giveUp = () => {
      looks += 1;
      if (looks === 3) throw new Error('enough');
    };
    await withLock(lock(), { purpose: 'npm start' }, async () => {
      const waiting = withLock(
        lock(),
        { purpose: 'npm stop', onWait: ({ pid, purpose }) => told.push([pid, purpose]), check: giveUp },
        held,
      );
      await expect(waiting).rejects.toThrow('enough');
    });
    expect(told).toEqual([[process.pid, 'npm start']]);
    expect(await withLock(lock(), { purpose: 'npm stop' }, held)).toBe('held');
  });

  it('is given back by work that fails', async () => {
    await expect(withLock(lock(), { purpose: 'a' }, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await withLock(lock(), { purpose: 'b' }, held)).toBe('held');
  });
});
