import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Watchdog } from './health.ts';

describe('the watchdog', () => {
  let isExcused: boolean;
  let found: number;
  let watchdog: Watchdog;

  beforeEach(() => {
    vi.useFakeTimers();
    [isExcused, found] = [false, 0];
    watchdog = new Watchdog({
      stuckAfterMs: 1_000,
      isExcused: () => isExcused,
      onStuck: () => {
        found += 1;
      },
    });
    watchdog.start();
  });
  afterEach(() => {
    watchdog.stop();
    vi.useRealTimers();
  });

  const never = () => void watchdog.watch(() => new Promise<never>(() => undefined));

  it('finds work that does not end, whatever else goes on', async () => {
    never();
    for (let n = 0; n < 20; n += 1) {
      await watchdog.watch(async () => undefined);
      await vi.advanceTimersByTimeAsync(100);
    }
    expect(found).toBeGreaterThan(0);
  });

  it('lets work that ends in time, well or badly, be', async () => {
    for (let n = 0; n < 20; n += 1) {
      const work = watchdog.watch(
        () => new Promise<void>((resolve, reject) => setTimeout(n % 2 ? resolve : () => reject(new Error('bad')), 900)),
      );
      await Promise.all([work.catch(() => undefined), vi.advanceTimersByTimeAsync(900)]);
    }
    expect(found).toBe(0);
  });

  it('does not count the time during which there was an excuse', async () => {
    isExcused = true;
    never();
    await vi.advanceTimersByTimeAsync(60_000);
    isExcused = false;
    await vi.advanceTimersByTimeAsync(900);
    expect(found).toBe(0);
    await vi.advanceTimersByTimeAsync(300);
    expect(found).toBeGreaterThan(0);
  });

  it('forgets what was taken away, and looks at nothing once it is stopped', async () => {
    const taken = new AbortController();
    void watchdog.watch(() => new Promise<never>(() => undefined), taken.signal);
    taken.abort();
    await vi.advanceTimersByTimeAsync(5_000);
    never();
    watchdog.stop();
    await vi.advanceTimersByTimeAsync(5_000);
    expect(found).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
  });
});
