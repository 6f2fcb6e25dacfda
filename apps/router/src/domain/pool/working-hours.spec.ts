import type { Calendar, Owner } from '@sluice/policy';
import { describe, expect, it } from 'vitest';
import { aPool, anInquiry, ownersIn, PoolBench } from '../../testing/a-pool.ts';

const weekday = ['09:00-12:00', '13:00-17:00'];
/** Mondays to Fridays with a lunch break, in Berlin: 10:00 UTC is 11:00 there in January. */
const office: Calendar = {
  zone: 'Europe/Berlin',
  week: {
    monday: weekday,
    tuesday: weekday,
    wednesday: weekday,
    thursday: weekday,
    friday: weekday,
    saturday: [],
    sunday: [],
  },
  holidays: [{ date: '01-06', name: 'Epiphany', hours: [] }],
};
const staffed = (owners: readonly (Partial<Owner> & Pick<Owner, 'key'>)[]): PoolBench =>
  new PoolBench(aPool(owners), { calendars: { office } });
const id = (name: string) => name as never;
const MORNING = '2026-01-05T09:00:00.000Z';
const LUNCH = '2026-01-05T11:30:00.000Z';
const EVENING = '2026-01-05T18:00:00.000Z';

describe('who keeps hours', () => {
  it.each([
    { at: MORNING, because: null },
    { at: LUNCH, because: 'off duty until 2026-01-05T12:00:00.000Z' },
    { at: EVENING, because: 'off duty until 2026-01-07T08:00:00.000Z' },
  ])('at $at: $because', ({ at, because }) => {
    const { given } = staffed([{ key: 'ada', hours: 'office' }]).request(anInquiry('i'), { now: at });
    expect(given).toMatchObject([
      {
        inquiry: { owner: because === null ? 'ada' : null },
        considered: [{ owner: 'ada', excludedBecause: because }],
      },
    ]);
  });

  it('is owed nothing for what came when they were off duty, and comes back to their share of what comes then', () => {
    const bench = staffed([{ key: 'ada', hours: 'office' }, { key: 'grace' }]);
    for (let n = 0; n < 20; n += 1) bench.request(anInquiry(`night ${n}`), { now: EVENING });
    const day = Array.from({ length: 10 }, (_, n) =>
      ownersIn(bench.request(anInquiry(`day ${n}`), { now: '2026-01-07T09:00:00.000Z' })),
    );
    expect(day.flat().filter(([, owner]) => owner === 'ada')).toHaveLength(5);
  });

  it('may take something themselves at any hour, but not while on leave', () => {
    const bench = staffed([
      { key: 'ada', hours: 'office' },
      { key: 'grace', leave: [{ from: '2026-01-01', to: '2026-01-09' }] },
    ]);
    bench.request(anInquiry('i'), { now: EVENING });
    expect(bench.obey({ do: 'claim', inquiryId: id('i'), owner: 'grace' }, EVENING)).toMatchObject({
      given: [],
      changes: [{ change: 'refused', because: 'on leave until 2026-01-09' }],
    });
    expect(bench.obey({ do: 'claim', inquiryId: id('i'), owner: 'ada' }, EVENING).given).toMatchObject([
      { inquiry: { owner: 'ada', by: 'claim' } },
    ]);
  });
});

describe('a pool in which somebody waits is due', () => {
  const dueAt = (owners: Parameters<typeof staffed>[0], { now = EVENING, left = null as string | null } = {}) => {
    const bench = staffed(owners);
    bench.request(anInquiry('i'), { now });
    if (left !== null) bench.obey({ do: 'leave', owner: 'ada', until: left }, now);
    return bench.pool.dueAt;
  };

  it.each([
    { what: 'when their day begins', owners: [{ key: 'ada', hours: 'office' }], at: '2026-01-07T08:00:00.000Z' },
    {
      what: 'on the day after a leave',
      owners: [{ key: 'ada', leave: [{ from: '2026-01-05', to: '2026-01-09' }] }],
      at: '2026-01-10T00:00:00.000Z',
    },
    {
      what: 'when the first of several is there',
      owners: [
        { key: 'ada', leave: [{ from: '2026-01-05', to: '2026-01-09' }] },
        { key: 'grace', hours: 'office' },
      ],
      at: '2026-01-07T08:00:00.000Z',
    },
  ])('$what', ({ owners, at }) => expect(dueAt(owners)).toBe(at));

  it('when somebody returns who said until when they left, in whatever form they said it', () => {
    expect(dueAt([{ key: 'ada', capacity: 0 }], { left: '2026-01-06T10:30:00Z' })).toBe('2026-01-06T10:30:00.000Z');
  });

  it('and gives what waits once that moment has come, not before', () => {
    const bench = staffed([{ key: 'ada', hours: 'office' }]);
    bench.request(anInquiry('i'), { now: EVENING });
    expect(ownersIn(bench.due('2026-01-07T07:59:59.999Z'))).toEqual([]);
    expect(bench.pool.dueAt).toBe('2026-01-07T08:00:00.000Z');
    expect(ownersIn(bench.due('2026-01-07T08:00:00.000Z'))).toEqual([['i', 'ada']]);
    expect(bench.pool.dueAt).toBeNull();
  });

  it('never where time alone brings nobody, or nobody waits', () => {
    expect(dueAt([{ key: 'ada', away: true }])).toBeNull();
    const bench = staffed([{ key: 'ada', hours: 'office' }]);
    bench.request(anInquiry('i'), { now: MORNING });
    expect(bench.pool.dueAt).toBeNull();
  });
});
