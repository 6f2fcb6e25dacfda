import { describe, expect, it } from 'vitest';
import { aPool, anUnowned, NOW, PoolBench } from '../../testing/a-pool.ts';

describe('a place that is changed by name', () => {
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
      const { given, changes } = bench.request(anUnowned(`i${at}`));
      bench.obey({ do: 'leave', owner: given?.owner ?? '', until: null });
      return changes.filter(({ change }) => change === 'forgiven');
    });
    expect(bench.memory.owners['ken']?.credit).toBe(1_000_000_000);
    expect(forgiven).toMatchObject([{ owner: 'ken', because: 'no more than 1 is carried over' }]);
    expect(forgiven[0]?.turns).toBeCloseTo(1 / 6 + 1 / 5 + 1 / 4 + 1 / 3 + 1 / 2 - 1);
  });

  it('keeps its credit while its owner is away, and nobody else loses theirs', () => {
    const bench = new PoolBench(aPool([{ key: 'ada' }, { key: 'grace' }, { key: 'linus' }]));
    for (let n = 0; n < 4; n += 1) bench.request(anUnowned(`before${n}`));
    const credits = () => Object.values(bench.memory.owners).map(({ credit }) => credit);
    const before = credits();
    bench.obey({ do: 'leave', owner: 'linus', until: null });
    bench.obey({ do: 'return', owner: 'linus' });
    bench.pool = aPool([...bench.pool.owners, { key: 'edsger' }]);
    bench.obey({ do: 'look' }, NOW);
    expect(credits()).toEqual(before);
  });
});
