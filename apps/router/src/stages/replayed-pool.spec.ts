import { assignmentRequested, poolCommand, type DomainEvent, type PoolCommand } from '@sluice/contracts';
import { eventually } from '@sluice/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { aPool } from '../testing/a-pool.ts';
import { aPlaybookWith, aRequest, inquiryIdOf } from '../testing/a-request.ts';
import { aRouter, onlyPools, type Router } from '../testing/a-router.ts';

const range = (count: number): readonly number[] => Array.from({ length: count }, (_, at) => at);
const command = (what: PoolCommand['command']): DomainEvent =>
  poolCommand.v1.of({
    brand: 'default',
    pool: 'sales',
    command: what,
    by: 'ops',
    why: null,
    orderedAt: '2026-01-05T10:00:00.000Z',
  });

/** A day of a pool: more come than may be taken, some are done, somebody leaves and comes back, somebody gives one back. */
const day = range(60).flatMap((at): readonly DomainEvent[] => [
  assignmentRequested.v1.of(aRequest(`inquiry ${at}`, at % 9 === 0 ? { contactId: 'c'.repeat(64) as never } : {})),
  ...(at % 2 === 1 ? [command({ do: 'release', inquiryId: inquiryIdOf(`inquiry ${at - 1}`) })] : []),
  ...(at === 10 ? [command({ do: 'leave', owner: 'ada', until: null })] : []),
  ...(at === 15
    ? [
        command({ do: 'claim', inquiryId: inquiryIdOf('inquiry 14'), owner: 'grace' }),
        command({ do: 'decline', inquiryId: inquiryIdOf('inquiry 1'), owner: 'grace' }),
      ]
    : []),
  ...(at === 20
    ? [
        command({ do: 'return', owner: 'ada' }),
        command({ do: 'credit', owner: 'linus', turns: 2 }),
        command({ do: 'skip', owner: 'ada', turns: 1 }),
      ]
    : []),
]);

describe('a day of a pool', () => {
  let world: Router;
  afterEach(() => world.close());

  it('is decided again from the journal with the same owners, and holds nothing personal', async () => {
    const owners = [
      { key: 'ada', weight: 2, capacity: 3 },
      { key: 'grace', capacity: 3 },
      { key: 'linus', capacity: 3 },
    ];
    world = aRouter(aPlaybookWith({ sales: aPool(owners, { repeat: 'owner-first' }) }));
    await world.run(1, { of: onlyPools });
    for (const event of day) await world.send([event]);
    // What the pool says to itself is decided too: everything is done when nothing more is said.
    const isDone = () => {
      const toItself = world.read(poolCommand.v1).filter(({ by }) => by === 'assign-owner').length;
      expect(world.journal()).toHaveLength(day.length + toItself);
    };
    await eventually(isDone, { within: 15_000 });

    expect(world.assigned().some(({ owner, heldSince }) => owner !== null && heldSince !== undefined)).toBe(true);
    expect(world.deadLetters()).toEqual([]);
    expect(world.replay()).toEqual([]);
    expect(JSON.stringify(world.journal())).not.toMatch(/ada@example|A secret of the sender|Ada Example/);
  });
});
