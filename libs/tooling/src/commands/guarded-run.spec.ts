import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { eventually } from '@sluice/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTimeOf } from '../process/identity.mjs';

const SMALL_RUN = fileURLToPath(new URL('testing/small-run.ts', import.meta.url));
const ARGS = ['--disable-warning=ExperimentalWarning', SMALL_RUN];

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'sluice-guard-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

interface Running {
  readonly child: ChildProcess;
  /** What it has said so far. */
  said(): string;
  /** Settled with its exit code, or the signal that killed it. */
  readonly ended: Promise<number | string | null>;
}

const follow = (child: ChildProcess): Running => {
  let said = '';
  child.stdout?.on('data', (data: Buffer) => (said += data.toString()));
  child.stderr?.on('data', (data: Buffer) => (said += data.toString()));
  return {
    child,
    said: () => said,
    ended: new Promise((resolve) => child.once('close', (code, signal) => resolve(code ?? signal))),
  };
};

const start = (then: string): Running => follow(spawn(process.execPath, [...ARGS, dir, then]));

/** The pid of the service that the run has started. */
const serviceOf = (running: Running): Promise<number> =>
  eventually(() => {
    const pid = /started (\d+)/u.exec(running.said())?.[1];
    expect(pid).not.toBeUndefined();
    return Number(pid);
  });

const isGone = (pid: number): Promise<void> =>
  eventually(() => expect(startTimeOf(pid)).toBeNull(), { within: 15_000 });

const recordsLeft = (): readonly string[] =>
  readdirSync(join(dir, 'started')).filter((name) => name.endsWith('.jsonl'));

describe('a run ends what it has started', () => {
  it.each([
    ['when its work is done', 'end', 3, /^started \d+\n {2}ended what was left running: router \(\d+\)\n$/u],
    ['when it takes longer than it may', 'limit', 1, /cut: it has taken/u],
    ['when an error is caught by nobody', 'throw', 1, /cut: .*a defect nobody catches/u],
  ] as const)('%s', async (_when, then, code, said) => {
    const running = start(then);
    const service = await serviceOf(running);
    expect(await running.ended).toBe(code);
    expect(startTimeOf(service)).toBeNull();
    expect(running.said()).toMatch(said);
    await eventually(() => expect(recordsLeft()).toEqual([]));
  });

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('when it is asked to by %s, also when it is told so twice at once', async (signal, code) => {
    const running = start('wait');
    const service = await serviceOf(running);
    running.child.kill(signal);
    running.child.kill(signal);
    expect(await running.ended).toBe(code);
    expect(startTimeOf(service)).toBeNull();
    expect(running.said()).toContain(`cut: asked by ${signal}`);
  });

  it('when it is killed: a guardian does it', async () => {
    const running = start('wait');
    const service = await serviceOf(running);
    running.child.kill('SIGKILL');
    expect(await running.ended).toBe('SIGKILL');
    await isGone(service);
    await eventually(() => expect(recordsLeft()).toEqual([]));
  });

  it('when whoever started it is killed', async () => {
    const code = `require('node:child_process').spawn(process.execPath, ${JSON.stringify([...ARGS, dir, 'wait'])}, { stdio: 'inherit' })`;
    const starter = follow(spawn(process.execPath, ['--eval', code]));
    const service = await serviceOf(starter);
    starter.child.kill('SIGKILL');
    await isGone(service);
    await eventually(() => expect(starter.said()).toContain('cut: whoever started this run is gone'));
  });

  it('when it is killed together with its guardian: the next run does it, and says so', async () => {
    const running = start('wait');
    const service = await serviceOf(running);
    const record = readFileSync(join(dir, 'started', recordsLeft()[0] ?? ''), 'utf8').split('\n')[0] ?? '';
    process.kill((JSON.parse(record) as { readonly guardian: number }).guardian, 'SIGKILL');
    running.child.kill('SIGKILL');
    await running.ended;
    expect(startTimeOf(service)).not.toBeNull();
    const next = start('end');
    expect(await next.ended).toBe(3);
    expect(next.said()).toContain(`ended what an earlier run left behind: router (${service})`);
    expect(startTimeOf(service)).toBeNull();
  });
});
