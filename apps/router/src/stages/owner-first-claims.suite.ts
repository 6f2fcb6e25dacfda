import { assignmentRequested, inquiryAssigned, poolCommand, type PoolCommand } from '@sluice/contracts';
import type { DueTimes, StateStore } from '@sluice/stage';
import { eventually } from '@sluice/testing';
import { afterEach, expect, it } from 'vitest';
import { aPool } from '../testing/a-pool.ts';
import { aPlaybookWith, aRequest, inquiryIdOf, needing } from '../testing/a-request.ts';
import { aRouter, onlyPools, type Router } from '../testing/a-router.ts';

const WITHIN = { within: 20_000 };
const command = (what: PoolCommand['command']) =>
  poolCommand.v1.of({
    brand: 'default',
    pool: 'sales',
    command: what,
    by: 'ops',
    why: null,
    orderedAt: '2026-01-05T10:00:00.000Z',
  });

/** A claim knows no contact, and its pool remembers whose a contact is: both hold on any store, and the stage goes on. */
export const ownerFirstClaims = (where: string, createStore: () => Promise<StateStore & DueTimes>): void => {
  let world: Router;
  afterEach(() => world.close());

  it(`${where}: what was assigned, declined and claimed by somebody else makes the contact theirs`, async () => {
    world = aRouter(
      aPlaybookWith({
        sales: aPool([{ key: 'ada', skills: ['contracts'] }, { key: 'grace' }], { repeat: 'owner-first' }),
      }),
      { stateStore: await createStore() },
    );
    await world.run(1, { of: onlyPools });
    const contactId = 'c'.repeat(64) as never;
    const say = async (event: Parameters<Router['send']>[0][number]): Promise<void> => {
      await world.send([event]);
      await eventually(
        () => expect(world.undecided().filter((one) => one.startsWith('assign-owner'))).toEqual([]),
        WITHIN,
      );
    };
    const ownersOf = (id: string) =>
      world
        .read(inquiryAssigned.v1)
        .filter(({ inquiryId }) => inquiryId === id)
        .map(({ owner, by }) => [owner, by ?? null] as const);
    const [first, next] = [inquiryIdOf('first'), inquiryIdOf('next')];

    // Nobody but Ada is given what is about contracts; who takes it themselves may.
    await say(assignmentRequested.v1.of(aRequest('first', { contactId, ...needing('contracts') })));
    await say(command({ do: 'decline', inquiryId: first, owner: 'ada' }));
    await say(command({ do: 'claim', inquiryId: first, owner: 'grace' }));
    await say(assignmentRequested.v1.of(aRequest('next', { contactId })));

    expect(ownersOf(first)).toEqual([
      ['ada', 'only-one'],
      [null, null],
      ['grace', 'claim'],
    ]);
    expect(ownersOf(next)).toEqual([['grace', 'repeat-customer']]);
    expect([world.deadLetters(), world.replay()]).toEqual([[], []]);
  });
};
