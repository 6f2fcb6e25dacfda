import { describe, expect, it } from 'vitest';
import { createFaultPlan, faultSchedule, type FaultSchedule } from './fault-plan.ts';

const planOf = (schedule: FaultSchedule) => {
  const plan = createFaultPlan();
  plan.replace(faultSchedule.parse(schedule));
  return plan;
};

const run = (schedule: FaultSchedule, requests: number): readonly boolean[] => {
  const plan = planOf(schedule);
  return Array.from({ length: requests }, () => plan.meet({ path: '/slack/api/chat.postMessage' }) !== null);
};

describe('a fault schedule', () => {
  it('skips, then meets as many requests as it was told', () => {
    expect(run({ faults: [{ status: 500, skip: 1, count: 2 }] }, 5)).toEqual([false, true, true, false, false]);
  });

  it('meets only the path it names', () => {
    const plan = planOf({ faults: [{ path: 'conversations.history', reset: true }] });
    expect(plan.meet({ path: '/slack/api/chat.postMessage' })).toBeNull();
    expect(plan.meet({ path: '/slack/api/conversations.history' })).toMatchObject({ reset: true });
  });

  it('meets the same requests again under the same seed', () => {
    const seeded = (seed: number) => run({ seed, faults: [{ probability: 0.3, reset: true }] }, 200);
    expect(seeded(7)).toEqual(seeded(7));
    expect(seeded(7)).not.toEqual(seeded(8));
    expect(seeded(7).filter(Boolean).length).toBeGreaterThan(30);
    expect(seeded(7).filter(Boolean).length).toBeLessThan(90);
  });

  it('goes on to the next line when one lets a request through', () => {
    const plan = planOf({ faults: [{ latencyMs: 5_000, count: 1 }, { latencyMs: 500 }] });
    expect([plan.meet({ path: '/a' })?.latencyMs, plan.meet({ path: '/a' })?.latencyMs]).toEqual([5_000, 500]);
    expect(plan.lines().map(({ met }) => met)).toEqual([1, 1]);
  });

  it('refuses a field it does not know', () => {
    expect(faultSchedule.safeParse({ faults: [{ latency: 5 }] }).success).toBe(false);
  });
});
