import { assignmentRequested, poolCommand } from '@sluice/contracts';
import { eventually } from '@sluice/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { aPool } from '../testing/a-pool.ts';
import { aPlaybookWith, aRequest, inquiryIdOf, needing } from '../testing/a-request.ts';
import { aRouter, onlyPools, type Router } from '../testing/a-router.ts';

const range = (count: number): readonly number[] => Array.from({ length: count }, (_, at) => at);
const countBy = (keys: readonly (string | null)[]): Readonly<Record<string, number>> =>
  keys.reduce<Record<string, number>>(
    (counts, key) => ({ ...counts, [String(key)]: (counts[String(key)] ?? 0) + 1 }),
    {},
  );

const LONG = 120_000;

describe('ten thousand at once', () => {
  let world: Router;
  afterEach(() => world.close());

  it(
    'are each given to one owner, though many ask twice and two routers decide on the same pools',
    { timeout: LONG },
    async () => {
      const pools = ['north', 'south', 'east', 'west'];
      const owners = range(5).map((at) => ({ key: `owner-${at}`, capacity: 500 }));
      world = aRouter(aPlaybookWith(Object.fromEntries(pools.map((pool) => [pool, aPool(owners)]))));
      const requests = range(10_000)
        .map((at) => aRequest(`inquiry ${at}`, { pool: pools[at % pools.length] ?? '' }))
        .map(assignmentRequested.v1.of);
      const again = requests.filter((_request, at) => at % 10 === 0);
      await world.send(requests);
      await world.send(again.toReversed(), { spread: true });
      await world.run(2, { of: onlyPools });
      await eventually(() => expect(world.journal()).toHaveLength(requests.length + again.length), { within: LONG });

      const assigned = world.assigned();
      expect(new Set(assigned.map(({ inquiryId }) => inquiryId)).size).toBe(10_000);
      expect(assigned).toHaveLength(10_000);
      expect(Object.values(countBy(assigned.map(({ pool, owner }) => `${pool} ${owner ?? ''}`)))).toEqual(
        range(20).map(() => 500),
      );
      expect(world.changes().filter(({ change }) => change === 'refused')).toHaveLength(again.length);
    },
  );

  it('clicks give each inquiry to whoever was first, and the others read who that was', { timeout: LONG }, async () => {
    const people = range(10).map((at) => ({ key: `person-${at}`, capacity: 10 }));
    world = aRouter(aPlaybookWith({ sales: aPool(people) }));
    const names = range(100).map((at) => `inquiry ${at}`);
    await world.send(
      names.map((name) => aRequest(name, needing('a skill that nobody has'))).map(assignmentRequested.v1.of),
    );
    await world.run(2, { of: onlyPools });
    await eventually(() => expect(world.assigned()).toHaveLength(100), { within: LONG });

    // Everybody wants every one of them, and clicks ten times.
    const claims = names.flatMap((name) =>
      people.map(({ key }) => ({ do: 'claim', inquiryId: inquiryIdOf(name), owner: key }) as const),
    );
    const clicks = claims.map((what) =>
      poolCommand.v1.of({
        brand: 'default',
        pool: 'sales',
        command: what,
        by: 'console',
        why: null,
        orderedAt: '2026-01-05T10:00:00.000Z',
      }),
    );
    await world.send(clicks, { spread: true });
    for (const _again of range(9)) await world.send(clicks);
    await eventually(() => expect(world.journal()).toHaveLength(10_100), { within: LONG });

    const owned = world.assigned().filter(({ owner }) => owner !== null);
    expect(owned.map(({ inquiryId }) => inquiryId).sort()).toEqual(names.map(inquiryIdOf).sort());
    expect(countBy(owned.map(({ owner }) => owner))).toEqual(Object.fromEntries(people.map(({ key }) => [key, 10])));
    expect(world.changes().filter(({ change }) => change === 'refused')).toHaveLength(9_900);
  });
});
