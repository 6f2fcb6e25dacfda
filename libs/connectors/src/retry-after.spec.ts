import { describe, expect, it } from 'vitest';
import { retryAfterMs } from './retry-after.ts';

describe('Retry-After', () => {
  it.each([
    ['3', 3_000],
    [' 0.5 ', 500],
    ['0', 0],
    ['Thu, 01 Jan 1970 00:00:10 GMT', 9_000],
    ['Thu, 01 Jan 1970 00:00:00 GMT', 0],
    ['999999999', 3_600_000],
    ['soon', null],
    ['', null],
    [null, null],
  ])('%s is %s ms', (header, expected) => {
    expect(retryAfterMs(header, 1_000)).toBe(expected);
  });
});
