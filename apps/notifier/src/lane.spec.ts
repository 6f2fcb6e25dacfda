import { eventually } from '@sluice/testing';
import { describe, expect, it } from 'vitest';
import type { DestinationReport, LaneTerms } from './domain/lane-pace.ts';
import { Lane } from './lane.ts';
import type { LeasedEffect } from './ports/ledger.port.ts';
import { aLeasedEffect } from './testing/a-planned-effect.ts';

const generous: LaneTerms = { concurrency: 3, perSecond: 1_000, burst: 1_000, breaker: { failures: 2, restMs: 150 } };
const WELL: DestinationReport = { kind: 'well' };

/** A lane over a number of due effects, whose calls end when the test says so. */
const aLane = (
  effects: number,
  {
    terms = generous,
    report = () => WELL,
  }: { readonly terms?: LaneTerms; readonly report?: (call: number) => DestinationReport } = {},
) => {
  const due = Array.from({ length: effects }, () => aLeasedEffect());
  const open: { readonly effect: LeasedEffect; readonly end: () => void }[] = [];
  const errors: unknown[] = [];
  let performed = 0;
  const lane = new Lane({
    lane: 'l',
    terms,
    take: async (_lane, count) => due.splice(0, count),
    perform: (effect) =>
      new Promise((resolve) => {
        const number = (performed += 1);
        open.push({ effect, end: () => resolve(report(number)) });
      }),
    onError: (error) => errors.push(error),
  });
  const endAll = (): void => open.splice(0).forEach(({ end }) => end());
  return { lane, due, open, errors, endAll, performed: () => performed };
};

describe('a lane', () => {
  it('does as many at a time as it may, and the next as one ends', async () => {
    const { lane, open, performed } = aLane(5);
    lane.wake();
    await eventually(() => expect(open).toHaveLength(3));
    open.shift()?.end();
    await eventually(() => expect(performed()).toBe(4));
    expect(open).toHaveLength(3);
    open.splice(0).forEach(({ end }) => end());
    await eventually(() => expect(performed()).toBe(5));
    open.splice(0).forEach(({ end }) => end());
    await lane.stop();
  });

  it('takes work that came while it was asleep once it is woken', async () => {
    const { lane, due, endAll, performed } = aLane(0);
    lane.wake();
    due.push(aLeasedEffect());
    lane.wake();
    await eventually(() => expect(performed()).toBe(1));
    endAll();
    await lane.stop();
  });

  it('leaves a failing destination alone, then tries with one call', async () => {
    const { lane, endAll, open, performed } = aLane(6, {
      terms: { ...generous, breaker: { failures: 3, restMs: 150 } },
      report: (call) => (call <= 3 ? { kind: 'unwell', afterMs: null } : WELL),
    });
    lane.wake();
    await eventually(() => expect(performed()).toBe(3));
    // The third failure is the one that rests the lane; two more had begun by then.
    open.splice(0, 1)[0]?.end();
    await eventually(() => expect(performed()).toBe(4));
    open.splice(0, 1)[0]?.end();
    await eventually(() => expect(performed()).toBe(5));
    open.splice(0, 1)[0]?.end();
    await eventually(() => expect(lane.isResting).toBe(true));
    expect([performed(), open.length]).toEqual([5, 2]);
    await eventually(() => expect(lane.isResting).toBe(false));
    expect(performed()).toBe(5);
    endAll();
    await eventually(() => expect(performed()).toBe(6));
    endAll();
    await lane.stop();
  });

  it('waits for what is under way when it stops, and begins nothing more', async () => {
    const { lane, endAll, performed } = aLane(10);
    lane.wake();
    await eventually(() => expect(performed()).toBe(3));
    let stopped = false;
    const stopping = lane.stop().then(() => {
      stopped = true;
    });
    await Promise.resolve();
    expect(stopped).toBe(false);
    endAll();
    await stopping;
    expect(performed()).toBe(3);
  });

  it('goes on after a turn and a taking that failed', async () => {
    let takes = 0;
    const errors: unknown[] = [];
    const lane = new Lane({
      lane: 'l',
      terms: generous,
      onError: (error) => errors.push(error),
      take: async () => {
        takes += 1;
        if (takes === 1) throw new Error('database away');
        return takes === 2 ? [aLeasedEffect()] : [];
      },
      perform: async () => {
        throw new Error('ledger away');
      },
    });
    lane.wake();
    await eventually(() => expect(errors).toHaveLength(1));
    lane.wake();
    await eventually(() => expect(errors).toHaveLength(2));
    await lane.stop();
    expect(takes).toBeGreaterThanOrEqual(2);
  });
});
