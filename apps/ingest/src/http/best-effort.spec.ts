import { TransientError } from '@sluice/kernel';
import { eventually } from '@sluice/testing';
import { expect, it } from 'vitest';
import { createBestEffort } from './best-effort.ts';

const away = async (): Promise<string> => {
  throw new TransientError('asking Postgres: no connection');
};

it('gives what was asked for', async () => {
  expect(await createBestEffort()(async () => 'known', 'unknown')).toBe('known');
});

it('does without while the world is unwell, and leaves it alone for a while', async () => {
  const bestEffort = createBestEffort({ patienceMs: 1_000, restMs: 50 });
  let asked = 0;
  const ask = async (): Promise<string> => {
    asked += 1;
    return 'known';
  };
  expect([await bestEffort(away, 'unknown'), await bestEffort(ask, 'unknown'), asked]).toEqual([
    'unknown',
    'unknown',
    0,
  ]);
  await eventually(async () => expect(await bestEffort(ask, 'unknown')).toBe('known'));
});

it('waits no longer than it is worth', async () => {
  const bestEffort = createBestEffort({ patienceMs: 20, restMs: 0 });
  expect(await bestEffort(() => new Promise<string>(() => undefined), 'unknown')).toBe('unknown');
});

it('hides no defect', async () => {
  const broken = async (): Promise<string> => {
    throw new RangeError('a defect');
  };
  await expect(createBestEffort()(broken, 'unknown')).rejects.toThrow(RangeError);
});
