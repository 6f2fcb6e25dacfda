import { describe, expect, it } from 'vitest';
import { growthOf } from './memory.ts';

const looked = (total: number, rss: Readonly<Record<string, number>>) => ({
  total,
  memory: Object.fromEntries(Object.entries(rss).map(([name, rssMb]) => [name, { rssMb, heapMb: rssMb / 2 }])),
});

describe('the growth of memory', () => {
  it('is looked at from 4,000 inquiries to the last, for each service from where it began to run', () => {
    const growth = growthOf(
      [
        looked(1_000, { router: 200 }),
        looked(4_000, { router: 400 }),
        looked(8_000, { router: 410, api: 200 }),
        looked(200_000, { router: 420, api: 300 }),
      ],
      4_000,
    );
    expect(growth?.['router']).toMatchObject({ from: { inquiries: 4_000, rssMb: 400 }, to: { inquiries: 200_000 } });
    expect(growth?.['api']).toMatchObject({ from: { inquiries: 8_000 }, share: 0.5, flat: false });
  });

  it.each([
    ['ten percent more', 440, true],
    ['eleven percent more', 444, false],
    ['less', 300, true],
  ])('%s than 400 MB is flat: %d MB, %s', (_what, mb, flat) => {
    expect(growthOf([looked(4_000, { api: 400 }), looked(200_000, { api: mb })], 4_000)?.['api']?.flat).toBe(flat);
  });

  it('is not told from a single look', () => {
    expect(growthOf([looked(1_000, { api: 100 }), looked(4_000, { api: 400 })], 4_000)).toBeNull();
  });
});
