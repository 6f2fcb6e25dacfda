import { describe, expect, it } from 'vitest';
import { retryAfterMs } from './retry-after.ts';

const NOW = Date.parse('2026-11-25T12:00:00.000Z');
const AT_MOST_MS = 60_000;

describe('Retry-After', () => {
  it.each([
    { header: '3', asks: 3_000 },
    { header: ' 0.5 ', asks: 500 },
    { header: '0', asks: 0 },
    { header: 'Wed, 25 Nov 2026 12:00:09 GMT', asks: 9_000 },
    { header: 'Wednesday, 25-Nov-26 12:00:09 GMT', asks: 9_000 },
    { header: 'Wed Nov 25 12:00:09 2026', asks: 9_000 },
    { header: '2026-11-25T12:00:09Z', asks: 9_000 },
    { header: '2026-11-25T13:00:09+01:00', asks: 9_000 },
  ])('"$header" asks for $asks ms', ({ header, asks }) => {
    expect(retryAfterMs(header, { now: NOW, atMostMs: AT_MOST_MS })).toBe(asks);
  });

  it.each(['61', '999999999', '9'.repeat(400), 'Thu, 01 Jan 2099 00:00:00 GMT', '9999-12-31T23:59:59Z'])(
    '"%s" is held to what we wait at most',
    (header) => {
      expect(retryAfterMs(header, { now: NOW, atMostMs: AT_MOST_MS })).toBe(AT_MOST_MS);
    },
  );

  it('a date that has passed asks for nothing', () => {
    expect(retryAfterMs('Wed, 25 Nov 2026 11:00:00 GMT', { now: NOW, atMostMs: AT_MOST_MS })).toBe(0);
  });

  it.each([null, undefined, '', ' ', 'soon', '-5', '-1', '1e3', '0x10', 'NaN', 'Infinity', '5 s', 'Wed, never'])(
    '%j says nothing',
    (header) => {
      expect(retryAfterMs(header, { now: NOW, atMostMs: AT_MOST_MS })).toBeNull();
    },
  );
});
