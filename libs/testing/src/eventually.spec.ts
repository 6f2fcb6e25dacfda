import { expect, it } from 'vitest';
import { eventually } from './eventually.ts';

it('gives the result once the check no longer throws', async () => {
  let tries = 0;
  const result = await eventually(() => {
    tries += 1;
    if (tries < 3) throw new Error('not yet');
    return tries;
  });
  expect(result).toBe(3);
});

it('fails with the reason of the last try', async () => {
  await expect(
    eventually(
      () => {
        throw new Error('still missing');
      },
      { within: 50 },
    ),
  ).rejects.toThrow('still missing');
});
