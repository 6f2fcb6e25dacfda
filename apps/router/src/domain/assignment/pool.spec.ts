import { describe, expect, it } from 'vitest';
import { aPool, anUnowned, PoolBench } from '../../testing/a-pool.ts';

const id = (name: string) => name as never;
const LATER = '2026-01-05T10:00:00.000Z';
const oneEach = (...keys: readonly string[]) => aPool(keys.map((key) => ({ key, capacity: 1 })));

/** A full pool of one, and two who wait: `soon` came later and is due earlier. */
const aFullPool = () => {
  const bench = new PoolBench(oneEach('ada'));
  bench.request(anUnowned('first'));
  bench.request(anUnowned('late', { dueAt: '2026-01-05T14:00:00.000Z' }));
  bench.request(anUnowned('soon', { dueAt: '2026-01-05T12:00:00.000Z', heldSince: LATER }));
  return bench;
};

describe('an inquiry', () => {
  it('is given to somebody of the pool, whose place it fills', () => {
    const bench = new PoolBench(oneEach('ada'));
    expect(bench.request(anUnowned('i')).given).toMatchObject({ owner: 'ada', status: 'assigned', by: 'only-one' });
    expect(bench.memory.owners).toMatchObject({ ada: { open: 1 } });
  });

  it('waits where the playbook says hold, and says who could not take it', () => {
    const bench = new PoolBench(aPool([{ key: 'ada', away: true }]));
    expect(bench.request(anUnowned('i'))).toMatchObject({
      given: { owner: null, status: 'held', considered: [{ owner: 'ada', excludedBecause: 'away' }] },
      pool: { waiting: [{ inquiryId: 'i' }] },
    });
  });

  it('goes to the named owner where the playbook says default', () => {
    const bench = new PoolBench(
      aPool([{ key: 'ada', away: true }], { noneAvailable: { do: 'default', owner: 'ada' } }),
    );
    expect(bench.request(anUnowned('i')).given).toMatchObject({ owner: 'ada', status: 'defaulted', by: 'default' });
  });

  it('is handed to another pool where the playbook says overflow, and waits where it has been round', () => {
    const pool = aPool([], { noneAvailable: { do: 'overflow', pool: 'desk' } });
    expect(new PoolBench(pool).request(anUnowned('i'))).toMatchObject({
      given: null,
      handOver: { to: 'desk' },
      inquiry: { pool: 'desk', status: 'moving' },
    });
    expect(new PoolBench(pool).request(anUnowned('i'), { overflowedFrom: ['desk'] })).toMatchObject({
      given: { status: 'held' },
      handOver: null,
    });
  });

  it('comes from another pool as overflowed', () => {
    expect(
      new PoolBench(aPool([{ key: 'ada' }])).request(anUnowned('i'), { overflowedFrom: ['sales'] }).given,
    ).toMatchObject({ owner: 'ada', status: 'overflowed' });
  });

  it('is a dead letter when as many wait as may', () => {
    const bench = new PoolBench(aPool([], { holdAtMost: 1 }));
    expect(bench.request(anUnowned('i')).isFull).toBe(false);
    expect(bench.request(anUnowned('j')).isFull).toBe(true);
  });

  it('is not given twice when it asks twice', () => {
    const bench = new PoolBench(aPool([{ key: 'ada' }, { key: 'grace' }]));
    bench.request(anUnowned('i'));
    expect(bench.request(anUnowned('i'))).toMatchObject({
      given: null,
      changes: [{ change: 'refused', because: 'it has this owner already' }],
    });
    expect(bench.memory.owners).toMatchObject({ ada: { open: 1 } });
  });
});

describe('a place that becomes free', () => {
  it('is given to whoever is due first, and not to whoever comes next', () => {
    const bench = aFullPool();
    const freed = bench.move({ do: 'release', inquiryId: id('first') });
    expect(freed.offers.map(({ unowned, owner }) => [unowned.inquiryId, owner])).toEqual([['soon', 'ada']]);
    bench.request(anUnowned('newcomer'));
    expect(bench.settle(freed)).toEqual([['soon', 'ada']]);
    expect(bench.memory.waiting.map(({ inquiryId }) => inquiryId)).toEqual(['late', 'newcomer']);
  });

  it('is given to a VIP before others', () => {
    const bench = aFullPool();
    bench.request(anUnowned('vip', { vip: true }));
    expect(bench.settle(bench.move({ do: 'release', inquiryId: id('first') }))).toEqual([['vip', 'ada']]);
  });

  it('is given to whoever it suits', () => {
    const bench = new PoolBench(aPool([{ key: 'ada', capacity: 1, languages: ['en'] }]));
    bench.request(anUnowned('first'));
    bench.request(anUnowned('german', { needs: { skills: [], territory: null, language: 'de' } }));
    bench.request(anUnowned('english'));
    expect(bench.settle(bench.move({ do: 'release', inquiryId: id('first') }))).toEqual([['english', 'ada']]);
  });

  it.each([
    {
      what: 'a return',
      how: (bench: PoolBench) => {
        bench.obey({ do: 'leave', owner: 'ada', until: null });
        bench.move({ do: 'release', inquiryId: id('first') });
        return bench.obey({ do: 'return', owner: 'ada' });
      },
    },
    { what: 'a higher limit', how: (bench: PoolBench) => bench.obey({ do: 'limit', owner: 'ada', capacity: 2 }) },
    {
      what: 'another owner in the playbook',
      how: (bench: PoolBench) => {
        bench.pool = oneEach('ada', 'grace');
        return bench.request(anUnowned('newcomer'));
      },
    },
    {
      what: 'a leave that is over, when somebody looks',
      how: (bench: PoolBench) => {
        bench.obey({ do: 'leave', owner: 'ada', until: LATER });
        bench.move({ do: 'release', inquiryId: id('first') });
        return bench.obey({ do: 'look' }, LATER);
      },
    },
  ])('comes with $what', ({ how }) => {
    const bench = aFullPool();
    expect(how(bench).offers.map(({ unowned }) => unowned.inquiryId)).toEqual(['soon']);
  });

  it('is free once, however often it is said to be', () => {
    const bench = aFullPool();
    bench.settle(bench.move({ do: 'release', inquiryId: id('first') }));
    expect(bench.move({ do: 'release', inquiryId: id('first') })).toMatchObject({
      offers: [],
      changes: [{ change: 'refused', because: 'it is released' }],
    });
    expect(bench.memory.owners).toMatchObject({ ada: { open: 1 } });
  });
});

describe('an offer is looked at afresh', () => {
  const offered = () => {
    const bench = aFullPool();
    return { bench, freed: bench.move({ do: 'release', inquiryId: id('first') }) };
  };

  it('and goes to somebody else when its owner has left meanwhile', () => {
    const { bench, freed } = offered();
    bench.obey({ do: 'leave', owner: 'ada', until: null });
    expect(bench.settle(freed)).toEqual([['soon', null]]);
    expect(bench.memory).toMatchObject({ offered: [], owners: { ada: { open: 0, credit: 0 } } });
    expect(bench.memory.waiting.map(({ inquiryId }) => inquiryId)).toEqual(['soon', 'late']);
  });

  it('and comes to nothing when the inquiry went to another pool, so that the next gets the place', () => {
    const { bench, freed } = offered();
    const moved = bench.inquiries.get('soon');
    if (moved) bench.inquiries.set('soon', { ...moved, pool: 'support' });
    expect(bench.settle(freed)).toEqual([
      ['soon', null],
      ['late', 'ada'],
    ]);
  });

  it('and the turn is undone for all when it came to nothing', () => {
    const bench = new PoolBench(
      aPool([
        { key: 'ada', capacity: 0 },
        { key: 'grace', capacity: 0, weight: 2 },
      ]),
    );
    bench.request(anUnowned('i'));
    // Both have room at once, so that both are owed their share of what is promised.
    bench.pool = aPool([
      { key: 'ada', capacity: 1 },
      { key: 'grace', capacity: 1, weight: 2 },
    ]);
    bench.request(anUnowned('german', { needs: { skills: ['german'], territory: null, language: null } }));
    expect(bench.memory.offered).toMatchObject([{ owner: 'grace', turn: { ada: 333_333_333, grace: -333_333_333 } }]);
    expect(bench.memory.owners).toMatchObject({
      ada: { credit: 333_333_333 },
      grace: { credit: -333_333_333, open: 1 },
    });
    bench.move({ do: 'withdraw', inquiryId: id('i'), owner: null });
    expect(bench.memory.owners).toMatchObject({ ada: { credit: 0, open: 0 }, grace: { credit: 0, open: 0 } });
  });

  it('and comes to nothing when somebody claimed it meanwhile', () => {
    const { bench, freed } = offered();
    bench.pool = oneEach('ada', 'grace');
    bench.request(anUnowned('newcomer'));
    expect(bench.move({ do: 'claim', inquiryId: id('soon'), owner: 'grace' })).toMatchObject({
      changes: [{ change: 'refused', because: 'capacity 1 reached' }],
    });
    expect(bench.move({ do: 'claim', inquiryId: id('soon'), owner: 'ada' }).given).toMatchObject({
      owner: 'ada',
      by: 'claim',
    });
    expect(bench.settle(freed)).toEqual([['soon', null]]);
    expect(bench.ownerOf('soon')).toBe('ada');
  });
});

describe('a claim', () => {
  it('is given to whoever is first, and the second reads who that was', () => {
    const bench = new PoolBench(
      aPool([
        { key: 'ada', away: true },
        { key: 'grace', away: true },
      ]),
    );
    bench.request(anUnowned('i'));
    bench.pool = aPool([{ key: 'ada' }, { key: 'grace' }]);
    expect(bench.move({ do: 'claim', inquiryId: id('i'), owner: 'nobody' }).changes).toMatchObject([
      { change: 'refused', because: 'nobody of that name is in the pool' },
    ]);
    bench.memory = {
      ...bench.memory,
      rosters: {
        test: { hash: '', pool: { owners: [{ key: 'ada' }, { key: 'grace' }], noneAvailable: { do: 'hold' } } },
      },
    };
    expect(bench.move({ do: 'claim', inquiryId: id('i'), owner: 'ada' }).given).toMatchObject({ owner: 'ada' });
    expect(bench.move({ do: 'claim', inquiryId: id('i'), owner: 'grace' })).toMatchObject({
      given: null,
      changes: [{ change: 'refused', because: 'ada has it' }],
    });
  });
});

describe('an inquiry that is given back', () => {
  it('goes to somebody else, never in a ring', () => {
    const bench = new PoolBench(aPool(['ada', 'grace', 'linus'].map((key) => ({ key }))));
    bench.request(anUnowned('i'));
    const owners = [bench.ownerOf('i')];
    for (let n = 0; n < 2; n += 1) {
      bench.settle(bench.move({ do: 'decline', inquiryId: id('i'), owner: String(owners.at(-1)) }));
      owners.push(bench.ownerOf('i'));
    }
    expect(new Set(owners)).toEqual(new Set(['ada', 'grace', 'linus']));
    expect(bench.move({ do: 'decline', inquiryId: id('i'), owner: 'ada' })).toMatchObject({
      changes: [{ change: 'refused', because: 'linus has it' }],
    });
  });

  it('waits when everybody gave it back', () => {
    const bench = new PoolBench(aPool([{ key: 'ada' }]));
    bench.request(anUnowned('i'));
    expect(bench.settle(bench.move({ do: 'decline', inquiryId: id('i'), owner: 'ada' }))).toEqual([]);
    expect(bench.memory.waiting.map(({ inquiryId }) => inquiryId)).toEqual(['i']);
  });
});

describe('an inquiry that moves to another pool', () => {
  it('is taken back from where it was, so that nobody gets it there', () => {
    const bench = aFullPool();
    expect(
      bench.move({ do: 'withdraw', inquiryId: id('soon'), owner: null }).pool.waiting.map(({ inquiryId }) => inquiryId),
    ).toEqual(['late']);
    const support = new PoolBench(aPool([{ key: 'margaret' }]), 'support');
    const known = bench.inquiries.get('soon') ?? null;
    expect(support.request(anUnowned('soon'), { known })).toMatchObject({
      given: { owner: 'margaret' },
      withdraw: { pool: 'sales', owner: null },
    });
  });
});
