import { describe, expect, it } from 'vitest';
import { allowance, begun, ended, freshPace, type LaneTerms, type Pace } from './lane-pace.ts';

const terms: LaneTerms = { concurrency: 4, perSecond: 2, burst: 3, breaker: { failures: 3, restMs: 1_000 } };
const WELL = { kind: 'well' } as const;
const UNWELL = { kind: 'unwell', afterMs: null } as const;
const failing = (times: number, now = 0): Pace =>
  Array.from({ length: times }).reduce<Pace>(
    (pace) => ended(pace, terms, { now, report: UNWELL }),
    freshPace(terms, 0),
  );

describe('a lane’s pace', () => {
  it('lets a quiet lane begin a burst, then as many as time gives back', () => {
    const pace = begun(freshPace(terms, 0), terms, { now: 0, calls: 3 });
    expect(allowance(freshPace(terms, 0), terms, { now: 0, running: 0 })).toEqual({ count: 3, againAt: 500 });
    expect(allowance(pace, terms, { now: 0, running: 0 })).toEqual({ count: 0, againAt: 500 });
    expect(allowance(pace, terms, { now: 500, running: 0 }).count).toBe(1);
    expect(allowance(pace, terms, { now: 60_000, running: 0 }).count).toBe(3);
  });

  it('never has more under way than it may, and then waits for an end, not for a time', () => {
    const generous = { ...terms, burst: 100 };
    expect(allowance(freshPace(generous, 0), generous, { now: 0, running: 3 })).toEqual({ count: 1, againAt: null });
    expect(allowance(freshPace(generous, 0), generous, { now: 0, running: 4 })).toEqual({ count: 0, againAt: null });
  });

  it('gives a destination the peace it asks for, at once', () => {
    const pace = ended(freshPace(terms, 0), terms, { now: 100, report: { kind: 'unwell', afterMs: 3_000 } });
    expect(allowance(pace, terms, { now: 3_099, running: 0 })).toEqual({ count: 0, againAt: 3_100 });
    expect(allowance(pace, terms, { now: 3_100, running: 0 }).count).toBe(3);
  });

  it('rests after failures in a row, then tries with one call', () => {
    expect(allowance(failing(2), terms, { now: 1, running: 0 }).count).toBe(3);
    const resting = failing(3);
    expect(allowance(resting, terms, { now: 999, running: 0 })).toEqual({ count: 0, againAt: 1_000 });
    expect(allowance(resting, terms, { now: 1_000, running: 0 }).count).toBe(1);
    expect(allowance(resting, terms, { now: 1_000, running: 1 }).count).toBe(0);
  });

  it('rests again when the trial fails, and is itself again when it does not', () => {
    const resting = failing(3);
    expect(
      allowance(ended(resting, terms, { now: 1_000, report: UNWELL }), terms, { now: 1_999, running: 0 }).count,
    ).toBe(0);
    expect(
      allowance(ended(resting, terms, { now: 1_000, report: WELL }), terms, { now: 1_000, running: 0 }).count,
    ).toBe(3);
  });

  it('counts failures in a row only', () => {
    const recovered = ended(failing(2), terms, { now: 0, report: WELL });
    expect(allowance(ended(recovered, terms, { now: 0, report: UNWELL }), terms, { now: 1, running: 0 }).count).toBe(3);
  });
});
