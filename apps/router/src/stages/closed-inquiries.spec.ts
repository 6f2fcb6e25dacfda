import { inquiryCommand, inquiryScored, poolCommand, slaClocksMoved, type InquiryCommand } from '@sluice/contracts';
import { eventually } from '@sluice/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aPool } from '../testing/a-pool.ts';
import { conversationIdOf, inquiryIdOf } from '../testing/a-request.ts';
import { aRouter, type Router } from '../testing/a-router.ts';
import { aScored } from '../testing/a-scored.ts';
import { aClockPlaybook } from '../testing/clock-playbook.ts';

const WITHIN = { within: 10_000 };

const playbook = aClockPlaybook(60, {
  pools: {
    desk: aPool([
      { key: 'ada', capacity: 1 },
      { key: 'grace', capacity: 1, away: true },
    ]),
  },
  routes: [{ id: 'desk', when: 'true', queue: 'sales', pool: 'desk', sla: { first_human: 60 } }],
  sla: {
    clocks: { first_human: { stops: ['claimed', 'replied'] }, followup: { stops: ['replied'], ladder: 'ladder' } },
  },
});

let world: Router;
beforeEach(async () => {
  world = aRouter(playbook);
  await world.run(2);
});
afterEach(() => world.close());

const write = (name: string, hour = '09') =>
  world.send([inquiryScored.v1.of(aScored(name, { receivedAt: `2026-01-05T${hour}:00:00.000Z` }))]);
const say = (name: string, command: InquiryCommand['command']) =>
  world.send([
    inquiryCommand.v1.of({
      inquiryId: inquiryIdOf(name),
      conversationId: conversationIdOf(name),
      command,
      by: 'console',
      why: null,
      at: new Date().toISOString(),
    }),
  ]);
const ownersOf = () => Object.fromEntries(world.assigned().map(({ inquiryId, owner }) => [inquiryId, owner]));
const stopped = (name: string) =>
  world
    .read(slaClocksMoved.v1)
    .filter(({ inquiryId }) => inquiryId === inquiryIdOf(name))
    .flatMap(({ owner, moves }) =>
      moves.flatMap(({ change, because }) => (change === 'stopped' ? [{ because, owner }] : [])),
    );

/** Everything that was said has been decided: nothing more follows from it. */
const isQuiet = async (): Promise<void> => {
  await eventually(() => expect(world.undecided()).toEqual([]), WITHIN);
};

describe('an inquiry that is closed', () => {
  it('frees its owner’s place, and who waits with the nearest deadline is given it (T-03)', async () => {
    await write('first', '10');
    await eventually(() => expect(ownersOf()[inquiryIdOf('first')]).toBe('ada'), WITHIN);
    for (const [name, hour] of [
      ['late', '14'],
      ['soon', '11'],
      ['later', '15'],
    ] as const)
      await write(name, hour);
    await eventually(() => expect(world.assigned()).toHaveLength(4), WITHIN);

    await say('first', { do: 'close' });
    await eventually(() => expect(ownersOf()[inquiryIdOf('soon')]).toBe('ada'), WITHIN);
    await isQuiet();
    expect(ownersOf()).toMatchObject({ [inquiryIdOf('late')]: null, [inquiryIdOf('later')]: null });
    expect(world.changes().filter(({ change }) => change === 'released')).toMatchObject([
      { owner: 'ada', inquiryId: inquiryIdOf('first') },
    ]);
    expect([world.replay(), world.deadLetters()]).toEqual([[], []]);
  });

  it('while it waits is given to nobody any more', async () => {
    for (const name of ['first', 'waiting']) {
      await write(name);
      await isQuiet();
    }
    await say('waiting', { do: 'close' });
    await isQuiet();
    await say('first', { do: 'close' });
    await isQuiet();
    expect(world.changes().filter(({ change }) => change === 'released')).toHaveLength(2);
    expect(ownersOf()).toEqual({ [inquiryIdOf('first')]: 'ada', [inquiryIdOf('waiting')]: null });
    expect(world.replay()).toEqual([]);
  });
});

describe('a claim', () => {
  it('stops the wait for a person whether it is said of the pool or of the inquiry', async () => {
    await write('first');
    await isQuiet();
    for (const name of ['by pool', 'by inquiry']) await write(name);
    await isQuiet();
    await say('first', { do: 'close' });
    await isQuiet();
    const given = ['by pool', 'by inquiry'].find((name) => ownersOf()[inquiryIdOf(name)] === 'ada') ?? '';
    // Ada has one of them by rotation: nobody has taken it yet.
    expect(stopped(given)).toEqual([]);
    await world.send([
      poolCommand.v1.of({
        brand: 'default',
        pool: 'desk',
        command: { do: 'claim', inquiryId: inquiryIdOf(given), owner: 'ada' },
        by: 'console',
        why: null,
        orderedAt: '2026-01-05T10:00:00.000Z',
      }),
    ]);
    await isQuiet();
    expect(stopped(given)).toEqual([{ because: 'claimed', owner: 'ada' }]);
    const other = given === 'by pool' ? 'by inquiry' : 'by pool';
    await say(given, { do: 'close' });
    await isQuiet();
    await say(other, { do: 'claim', owner: 'ada' });
    await isQuiet();
    expect(stopped(other)).toEqual([{ because: 'claimed', owner: 'ada' }]);
    expect(world.replay()).toEqual([]);
  });

  it('that its pool refuses stops no clock and makes nobody the owner', async () => {
    await write('first');
    await isQuiet();
    await write('waiting');
    await isQuiet();
    for (const owner of ['nobody', 'grace', 'ada']) await say('waiting', { do: 'claim', owner });
    await say('first', { do: 'claim', owner: 'grace' });
    await isQuiet();
    expect(
      world
        .changes()
        .filter(({ change }) => change === 'refused')
        .map(({ owner, because }) => `${owner ?? ''}: ${because ?? ''}`)
        .sort(),
    ).toEqual([
      'ada: capacity 1 reached',
      'grace: ada has it',
      'grace: away',
      'nobody: nobody of that name is in the pool',
    ]);
    expect([stopped('first'), stopped('waiting')]).toEqual([[], []]);
    expect(ownersOf()).toEqual({ [inquiryIdOf('first')]: 'ada', [inquiryIdOf('waiting')]: null });
    await say('first', { do: 'reply' });
    await isQuiet();
    expect(stopped('first')).toEqual([{ because: 'replied', owner: 'ada' }]);
  });
});
