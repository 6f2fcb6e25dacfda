import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RateLimit } from '../create-rate-limiter.ts';
import type { RateLimiter } from '../ports/rate-limiter.port.ts';

/** What every rate limiter must do. `open` gives one with no history; the suite closes it. */
export const rateLimiterSuite = (name: string, open: (limit: RateLimit) => Promise<RateLimiter>): void => {
  describe(`${name} as a rate limiter`, () => {
    let limiter: RateLimiter;
    beforeEach(async () => {
      limiter = await open({ points: 3, durationSeconds: 1 });
    });
    afterEach(() => limiter.close());

    it('allows as many as the limit, then refuses and says until when', async () => {
      const verdicts = [];
      for (let n = 0; n < 4; n += 1) verdicts.push(await limiter.consume('source'));
      expect(verdicts.map(({ allowed, limit, remaining }) => ({ allowed, limit, remaining }))).toEqual([
        { allowed: true, limit: 3, remaining: 2 },
        { allowed: true, limit: 3, remaining: 1 },
        { allowed: true, limit: 3, remaining: 0 },
        { allowed: false, limit: 3, remaining: 0 },
      ]);
      expect(verdicts[3]?.resetMs).toBeGreaterThan(0);
      expect(verdicts[3]?.resetMs).toBeLessThanOrEqual(1000);
    });

    it('allows again in the next window', async () => {
      for (let n = 0; n < 4; n += 1) await limiter.consume('source');
      await expect
        .poll(async () => (await limiter.consume('source')).allowed, { timeout: 3000, interval: 100 })
        .toBe(true);
    });

    it('counts each key for itself', async () => {
      for (let n = 0; n < 4; n += 1) await limiter.consume('busy');
      expect(await limiter.consume('quiet')).toMatchObject({ allowed: true, remaining: 2 });
    });

    it('takes several points at once', async () => {
      expect(await limiter.consume('batch', 3)).toMatchObject({ allowed: true, remaining: 0 });
      expect(await limiter.consume('batch')).toMatchObject({ allowed: false });
    });

    it('never allows more than the limit when all ask at once', async () => {
      const verdicts = await Promise.all(Array.from({ length: 20 }, () => limiter.consume('rush')));
      expect(verdicts.filter(({ allowed }) => allowed)).toHaveLength(3);
    });
  });
};
