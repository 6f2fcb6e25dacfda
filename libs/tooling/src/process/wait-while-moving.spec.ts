import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { waitWhileMoving } from './wait-while-moving.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'sluice-wait-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

const patience = () => 1;
/** Lacks something until so many milliseconds have passed. */
const until = (ms: number, words: () => string) => {
  const from = Date.now();
  return async () => (Date.now() - from >= ms ? null : words());
};

describe('waiting for as long as there is progress', () => {
  it('outlasts any time while what is lacking changes', async () => {
    let n = 0;
    await waitWhileMoving(
      until(1_500, () => `${(n += 1)} of many`),
      { what: 'a service', quietMs: 400, sameMs: 400, patience },
    );
    expect(n).toBeGreaterThan(5);
  });

  it('gives up when nothing moves, and says what is lacking', async () => {
    const waiting = waitWhileMoving(
      until(60_000, () => 'kafka: no group'),
      { what: 'router', quietMs: 400, sameMs: 60_000, patience },
    );
    await expect(waiting).rejects.toThrow(/waiting for router: nothing has moved for \d+ s \(kafka: no group\)/);
  });

  it('goes on while the log grows, though the same is lacking', async () => {
    const log = join(dir, 'log');
    await waitWhileMoving(
      until(1_500, () => {
        appendFileSync(log, 'joining\n');
        return 'joining';
      }),
      { what: 'a service', log, quietMs: 400, sameMs: 60_000, patience },
    );
  });

  it('is not deceived for ever by one who is busy and comes no nearer', async () => {
    let n = 0;
    const waiting = waitWhileMoving(
      until(60_000, () => 'no database'),
      { what: 'router', sign: () => (n += 1), quietMs: 300, sameMs: 900, patience },
    );
    await expect(waiting).rejects.toThrow(/the same for \d+ s \(no database\)/);
  });

  it('takes a look that throws for a lack, and waits longer on a busy machine', async () => {
    await waitWhileMoving(
      until(1_200, () => {
        throw new Error('connection refused');
      }),
      { what: 'a service', quietMs: 400, sameMs: 60_000, patience: () => 10 },
    );
  });
});
