import { describe, expect, it } from 'vitest';
import { aPool, anInquiry, ownersIn, PoolBench } from '../../testing/a-pool.ts';

describe('an owner who is named', () => {
  it.each(['constructor', '__proto__', 'to\u0000String'])('is refused for %j, who is not in the pool', (owner) => {
    const bench = new PoolBench(aPool([{ key: 'ada' }]));
    bench.request(anInquiry('i'));
    const before = bench.pool;
    expect(bench.obey({ do: 'leave', owner, until: null }).changes).toMatchObject([{ change: 'refused', owner }]);
    expect(bench.pool).toBe(before);
  });

  it('is refused for somebody who is not in the pool', () => {
    expect(new PoolBench(aPool([])).obey({ do: 'leave', owner: 'nobody', until: null }).changes).toMatchObject([
      { change: 'refused', owner: 'nobody' },
    ]);
  });

  it('is owed no more than is carried over, and what is more is said', () => {
    const keys = ['ada', 'grace', 'linus', 'edsger', 'barbara', 'ken'];
    const bench = new PoolBench(aPool(keys.map((key) => ({ key }))));
    // Everybody goes with their first inquiry: the last should have had a sixth, a fifth, … and a half of the five, and had none.
    const forgiven = keys.slice(0, -1).flatMap((_key, at) => {
      const update = bench.request(anInquiry(`i${at}`));
      bench.obey({ do: 'leave', owner: ownersIn(update)[0]?.[1] ?? '', until: null });
      return update.changes.filter(({ change }) => change === 'forgiven');
    });
    expect(bench.pool.owners['ken']?.credit).toBe(1_000_000_000);
    expect(forgiven).toMatchObject([{ owner: 'ken', because: 'no more than 1 is carried over' }]);
    expect(forgiven[0]?.turns).toBeCloseTo(1 / 6 + 1 / 5 + 1 / 4 + 1 / 3 + 1 / 2 - 1);
  });

  it('keeps its credit while its owner is away, and nobody else loses theirs', () => {
    const bench = new PoolBench(aPool([{ key: 'ada' }, { key: 'grace' }, { key: 'linus' }]));
    for (let n = 0; n < 4; n += 1) bench.request(anInquiry(`before${n}`));
    const credits = () => Object.values(bench.pool.owners).map(({ credit }) => credit);
    const before = credits();
    bench.obey({ do: 'leave', owner: 'linus', until: null });
    bench.obey({ do: 'return', owner: 'linus' });
    bench.staff(aPool([...bench.roster.owners, { key: 'edsger' }]));
    bench.due();
    expect(credits()).toEqual(before);
  });
});
