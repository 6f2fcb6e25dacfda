import { LIST_FRONT } from '@sluice/stage';
import { describe, expect, it } from 'vitest';
import { aPool, anInquiry, dueAt, ownersIn, PoolBench } from '../../testing/a-pool.ts';

const id = (name: string) => name as never;
const LATER = '2026-01-05T10:00:00.000Z';
const oneEach = (...keys: readonly string[]) => aPool(keys.map((key) => ({ key, capacity: 1 })));

/** A full pool of one, and two who wait: `soon` came later and is due earlier. */
const aFullPool = () => {
  const bench = new PoolBench(oneEach('ada'));
  bench.request(anInquiry('first'));
  bench.request(anInquiry('late', dueAt('2026-01-05T14:00:00.000Z')));
  bench.request(anInquiry('soon', dueAt('2026-01-05T12:00:00.000Z')), { now: LATER });
  return bench;
};
const releaseFirst = { do: 'release', inquiryId: id('first') } as const;

describe('an inquiry', () => {
  it('is given to somebody of the pool, whose place it fills', () => {
    const bench = new PoolBench(oneEach('ada'));
    expect(bench.request(anInquiry('i')).given).toMatchObject([
      { inquiry: { status: 'owned', owner: 'ada', by: 'only-one' }, status: 'assigned' },
    ]);
    expect(bench.pool).toMatchObject({ owners: { ada: { open: 1 } }, waiting: 0 });
  });

  it('waits where the playbook says hold, and says who could not take it', () => {
    const bench = new PoolBench(aPool([{ key: 'ada', away: true }]));
    expect(bench.request(anInquiry('i')).given).toMatchObject([
      { inquiry: { owner: null }, status: 'held', considered: [{ owner: 'ada', excludedBecause: 'away' }] },
    ]);
    expect([bench.waiting(), bench.pool.waiting]).toEqual([['i'], 1]);
  });

  it('goes to the named owner where the playbook says default', () => {
    const bench = new PoolBench(
      aPool([{ key: 'ada', away: true }], { noneAvailable: { do: 'default', owner: 'ada' } }),
    );
    expect(bench.request(anInquiry('i')).given).toMatchObject([
      { inquiry: { owner: 'ada', by: 'default' }, status: 'defaulted' },
    ]);
    expect(bench.pool).toMatchObject({ owners: { ada: { open: 1 } }, waiting: 0 });
  });

  it('is handed to another pool where the playbook says overflow, and waits where it has been round', () => {
    const pool = aPool([], { noneAvailable: { do: 'overflow', pool: 'desk' } });
    expect(new PoolBench(pool).request(anInquiry('i'))).toMatchObject({
      given: [],
      handOver: { to: 'desk' },
      moved: [{ pool: 'desk', status: 'moving' }],
      pool: { waiting: 0 },
    });
    expect(new PoolBench(pool).request(anInquiry('i'), { overflowedFrom: ['desk'] })).toMatchObject({
      given: [{ status: 'held' }],
      handOver: null,
    });
  });

  it('comes from another pool as overflowed', () => {
    expect(
      new PoolBench(aPool([{ key: 'ada' }])).request(anInquiry('i'), { overflowedFrom: ['sales'] }).given,
    ).toMatchObject([{ inquiry: { owner: 'ada' }, status: 'overflowed' }]);
  });

  it('is not given twice when it asks twice', () => {
    const bench = new PoolBench(aPool([{ key: 'ada' }, { key: 'grace' }]));
    bench.request(anInquiry('i'));
    expect(bench.request(anInquiry('i'))).toMatchObject({
      given: [],
      changes: [{ change: 'refused', because: 'it has this owner already' }],
    });
    expect(bench.pool.owners).toMatchObject({ ada: { open: 1 } });
  });

  it('keeps its place in the line, and what gave it back, when it asks again while it waits', () => {
    const bench = aFullPool();
    const before = bench.inquiries.get('late');
    expect(bench.request(anInquiry('late', dueAt('2026-01-05T14:00:00.000Z')), { now: LATER })).toMatchObject({
      given: [],
      changes: [{ change: 'refused', because: 'it waits here already' }],
    });
    expect([bench.inquiries.get('late'), bench.pool.waiting]).toEqual([before, 2]);
  });
});

describe('a place that becomes free', () => {
  it('is given to whoever is due first, and not to whoever comes next', () => {
    const bench = aFullPool();
    bench.request(anInquiry('newcomer'));
    expect(ownersIn(bench.obey(releaseFirst))).toEqual([['soon', 'ada']]);
    expect([bench.waiting(), bench.pool.waiting]).toEqual([['late', 'newcomer'], 2]);
    bench.obey({ do: 'limit', owner: 'ada', capacity: 2 });
    expect(ownersIn(bench.request(anInquiry('another')))).toEqual([['another', null]]);
    expect(bench.ownerOf('late')).toBe('ada');
  });

  it('is given to a VIP before others', () => {
    const bench = aFullPool();
    bench.request(anInquiry('vip', { vip: true }));
    expect(ownersIn(bench.obey(releaseFirst))).toEqual([['vip', 'ada']]);
  });

  it('is given to whoever it suits', () => {
    const bench = new PoolBench(aPool([{ key: 'ada', capacity: 1, languages: ['en'] }]));
    bench.request(anInquiry('first'));
    bench.request(anInquiry('german', { needs: { skills: [], territory: null, language: 'de' } }));
    bench.request(anInquiry('english'));
    expect(ownersIn(bench.obey(releaseFirst))).toEqual([['english', 'ada']]);
  });

  it('says how it came about, and since when it had waited', () => {
    expect(aFullPool().obey(releaseFirst).given).toMatchObject([
      {
        inquiry: { owner: 'ada', by: 'only-one', status: 'owned' },
        status: 'assigned',
        considered: [{ owner: 'ada', excludedBecause: null, share: 1 }],
        heldSince: LATER,
      },
    ]);
  });

  it.each([
    {
      what: 'a return',
      how: (bench: PoolBench) => {
        bench.obey({ do: 'leave', owner: 'ada', until: null });
        bench.obey(releaseFirst);
        return bench.obey({ do: 'return', owner: 'ada' });
      },
    },
    { what: 'a higher limit', how: (bench: PoolBench) => bench.obey({ do: 'limit', owner: 'ada', capacity: 2 }) },
    {
      what: 'a leave that is over, when the pool is due',
      how: (bench: PoolBench) => {
        bench.obey({ do: 'leave', owner: 'ada', until: LATER });
        bench.obey(releaseFirst);
        return bench.due(LATER);
      },
    },
  ])('comes with $what', ({ how }) => {
    expect(ownersIn(how(aFullPool()))).toEqual([['soon', 'ada']]);
  });

  it('comes with another owner in the playbook, to those who wait before the inquiry that brings it', () => {
    const bench = aFullPool();
    bench.staff(oneEach('ada', 'grace'));
    expect(ownersIn(bench.request(anInquiry('newcomer')))).toEqual([
      ['soon', 'grace'],
      ['newcomer', null],
    ]);
  });

  it('is free once, however often it is said to be', () => {
    const bench = aFullPool();
    bench.obey(releaseFirst);
    expect(bench.obey(releaseFirst)).toMatchObject({
      given: [],
      changes: [{ change: 'refused', because: 'it is released' }],
    });
    expect(bench.pool.owners).toMatchObject({ ada: { open: 1 } });
  });
});

describe('a line that is longer than one decision sees', () => {
  const GERMAN = { needs: { skills: ['german'], territory: null, language: null } };
  const count = 3 * LIST_FRONT;
  /** Every second one needs German, and everybody comes a second later. */
  const aLongLine = (bench: PoolBench) => {
    for (let n = 0; n < count; n += 1)
      bench.request(anInquiry(`i${String(n).padStart(2, '0')}`, n % 2 ? GERMAN : {}), {
        now: new Date(Date.parse(LATER) + n * 1_000).toISOString(),
      });
  };
  const END = '2026-01-05T12:00:00.000Z';

  it('is given in its order, over all groups, and as much of it as there is room for', () => {
    const bench = new PoolBench(aPool([{ key: 'ada', capacity: 0, skills: ['german'] }]));
    aLongLine(bench);
    const names = bench.waiting();
    expect(names).toEqual([...names].sort());
    const room = count - 2;
    expect(ownersIn(bench.obey({ do: 'limit', owner: 'ada', capacity: room }, END))).toEqual(
      names.slice(0, room).map((name) => [name, 'ada']),
    );
    expect([bench.waiting(), bench.pool.waiting]).toEqual([names.slice(room), 2]);
  });

  it('is left to the next decision once as many were given as one gives', () => {
    const bench = new PoolBench(aPool([{ key: 'ada', capacity: 0, skills: ['german'] }]));
    aLongLine(bench);
    const before = bench.decisions.length;
    bench.obey({ do: 'limit', owner: 'ada', capacity: count }, END);
    const decisions = bench.decisions.slice(before);
    expect(decisions.reduce((sum, given) => sum + given)).toBe(count);
    expect(Math.max(...decisions)).toBe(LIST_FRONT);
    expect(bench.pool).toMatchObject({ waiting: 0, dueAt: null, owners: { ada: { open: count } } });
  });

  it('keeps nobody from their turn by those before them whom nobody can take', () => {
    const bench = new PoolBench(
      aPool([
        { key: 'ada', capacity: 0, skills: ['german'] },
        { key: 'ben', capacity: 0 },
      ]),
    );
    aLongLine(bench);
    const given = ownersIn(bench.obey({ do: 'limit', owner: 'ben', capacity: count }, END)).map(([name]) => name);
    expect(given).toEqual([...given].sort());
    expect(given).toHaveLength(count / 2);
    expect(bench.waiting().every((name) => Number(name.slice(1)) % 2 === 1)).toBe(true);
    expect(bench.pool.dueAt).toBeNull();
  });

  it('is no bound: people are told once that it is long, and again only after it was shorter', () => {
    const bench = new PoolBench(aPool([], { longLine: 3 }));
    const told = (name: string) =>
      bench
        .request(anInquiry(name))
        .changes.filter(({ change }) => change === 'long-line')
        .map(({ because }) => because);
    expect(['a', 'b', 'c', 'd', 'e'].flatMap(told)).toEqual(['3 wait']);
    expect(bench.waiting()).toHaveLength(5);
    for (const name of ['a', 'b', 'c']) bench.obey({ do: 'release', inquiryId: id(name) });
    expect(['f', 'g'].flatMap(told)).toEqual(['3 wait']);
  });
});

describe('a claim', () => {
  const aWaiting = () => {
    const bench = new PoolBench(
      aPool([
        { key: 'ada', capacity: 0 },
        { key: 'grace', capacity: 0 },
      ]),
    );
    bench.request(anInquiry('i'));
    bench.staff(oneEach('ada', 'grace'));
    return bench;
  };
  const claim = (owner: string) => ({ do: 'claim', inquiryId: id('i'), owner }) as const;

  it('is given to whoever is first, and the second reads who that was', () => {
    const bench = aWaiting();
    expect(bench.obey(claim('nobody')).changes).toMatchObject([
      { change: 'refused', because: 'nobody of that name is in the pool' },
    ]);
    expect(bench.obey(claim('ada')).given).toMatchObject([{ inquiry: { owner: 'ada', by: 'claim' } }]);
    expect(bench.obey(claim('grace'))).toMatchObject({
      given: [],
      changes: [{ change: 'refused', because: 'ada has it' }],
    });
    expect(bench.pool).toMatchObject({ owners: { ada: { open: 1 } }, waiting: 0 });
  });

  it.each([
    { what: 'is away', state: { left: { until: null } }, because: 'left' },
    { what: 'is full', state: { open: 1 }, because: 'capacity 1 reached' },
  ])('of somebody who $what changes nothing', ({ state, because }) => {
    const bench = aWaiting();
    bench.pool = {
      ...bench.pool,
      owners: { ada: { credit: 0, open: 0, extra: 0, left: null, capacity: null, ...state } },
    };
    const before = bench.pool;
    expect(bench.obey(claim('ada'))).toMatchObject({ given: [], changes: [{ change: 'refused', because }] });
    expect([bench.pool, bench.waiting()]).toEqual([before, ['i']]);
  });

  it('of whoever was given it says, once, that they have taken it, and moves nothing', () => {
    const bench = new PoolBench(oneEach('ada', 'grace'));
    bench.request(anInquiry('i'));
    const { pool } = bench;
    expect(bench.obey(claim('ada')).given).toMatchObject([{ inquiry: { owner: 'ada', by: 'claim' }, heldSince: null }]);
    expect(bench.pool).toBe(pool);
    expect(bench.obey(claim('ada'))).toMatchObject({
      given: [],
      changes: [{ change: 'refused', because: 'ada has it' }],
    });
  });
});

describe('an inquiry that is given back', () => {
  it('goes to somebody else, never in a ring', () => {
    const bench = new PoolBench(aPool(['ada', 'grace', 'linus'].map((key) => ({ key }))));
    bench.request(anInquiry('i'));
    const owners = [bench.ownerOf('i')];
    for (let n = 0; n < 2; n += 1) {
      bench.obey({ do: 'decline', inquiryId: id('i'), owner: String(owners.at(-1)) });
      owners.push(bench.ownerOf('i'));
    }
    expect(new Set(owners)).toEqual(new Set(['ada', 'grace', 'linus']));
    expect(bench.obey({ do: 'decline', inquiryId: id('i'), owner: 'ada' })).toMatchObject({
      changes: [{ change: 'refused', because: 'linus has it' }],
    });
    expect(bench.pool).toMatchObject({
      waiting: 0,
      owners: { ada: { open: 0 }, grace: { open: 0 }, linus: { open: 1 } },
    });
  });

  it('waits when everybody gave it back, and says that nobody has it', () => {
    const bench = new PoolBench(aPool([{ key: 'ada' }]));
    bench.request(anInquiry('i'));
    expect(bench.obey({ do: 'decline', inquiryId: id('i'), owner: 'ada' }).given).toMatchObject([
      { inquiry: { owner: null, by: null, past: ['ada'] }, status: 'held' },
    ]);
    expect([bench.waiting(), bench.pool.waiting]).toEqual([['i'], 1]);
  });

  it('is no reason to pass over others: who gave back all that is seen of the line is given what is behind it', () => {
    const bench = new PoolBench(oneEach('ada'));
    for (let n = 0; n < LIST_FRONT + 1; n += 1) {
      bench.request(anInquiry(`given back ${n}`, { vip: true }));
      bench.obey({ do: 'decline', inquiryId: id(`given back ${n}`), owner: 'ada' });
    }
    bench.obey({ do: 'limit', owner: 'ada', capacity: 0 });
    bench.request(anInquiry('other'));
    expect(ownersIn(bench.obey({ do: 'limit', owner: 'ada', capacity: 1 }))).toEqual([['other', 'ada']]);
  });
});

describe('an inquiry that moves to another pool', () => {
  it('is taken back from where it was, so that nobody gets it there', () => {
    const bench = aFullPool();
    const known = bench.inquiries.get('soon') ?? null;
    const support = new PoolBench(aPool([{ key: 'margaret' }]), { name: 'support' });
    expect(support.request(anInquiry('soon'), { known })).toMatchObject({
      given: [{ inquiry: { owner: 'margaret', pool: 'support' } }],
      withdraw: { inquiryId: 'soon', pool: 'sales', owner: null },
    });
    bench.inquiries.delete('soon');
    bench.obey({ do: 'withdraw', inquiryId: id('soon'), owner: null });
    expect([bench.waiting(), bench.pool.waiting]).toEqual([['late'], 1]);
  });

  it('gives the place of whoever had it there to those who wait', () => {
    const bench = aFullPool();
    bench.inquiries.delete('first');
    expect(ownersIn(bench.obey({ do: 'withdraw', inquiryId: id('first'), owner: 'ada' }))).toEqual([['soon', 'ada']]);
  });
});
