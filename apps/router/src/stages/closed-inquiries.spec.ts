import {
  assignmentRequested,
  inquiryCommand,
  poolCommand,
  type DomainEvent,
  type InquiryCommand,
} from '@sluice/contracts';
import { eventually } from '@sluice/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aPool } from '../testing/a-pool.ts';
import { aPlaybookWith, aRequest, inquiryIdOf } from '../testing/a-request.ts';
import { anAssignmentWorld } from '../testing/an-assignment-world.ts';

const WITHIN = { within: 10_000 };
const dueAt = (name: string, hour: string) => {
  const { routing } = aRequest(name);
  return aRequest(name, {
    routing: { ...routing, sla: [{ clock: 'first_human', minutes: 60, dueAt: `2026-01-05T${hour}:00:00.000Z` }] },
  });
};
const say = (name: string, command: InquiryCommand['command']): DomainEvent =>
  inquiryCommand.v1.of({
    inquiryId: inquiryIdOf(name),
    conversationId: aRequest(name).conversationId,
    command,
    by: 'console',
    why: null,
    at: new Date().toISOString(),
  });

let world: ReturnType<typeof anAssignmentWorld>;
beforeEach(async () => {
  world = anAssignmentWorld(
    aPlaybookWith({
      sales: aPool([
        { key: 'ada', capacity: 1 },
        { key: 'grace', capacity: 1, away: true },
      ]),
    }),
  );
  await world.run(2, { noting: true });
});
afterEach(() => world.close());

const ownersOf = () => Object.fromEntries(world.assigned().map(({ inquiryId, owner }) => [inquiryId, owner]));

/** Everything that was said has been decided: nothing more follows from it. */
const isQuiet = async (): Promise<void> => {
  await eventually(() => expect(world.undecided()).toEqual([]), WITHIN);
};

describe('an inquiry that is closed', () => {
  it('frees its owner’s place, and who waits with the nearest deadline is given it (T-03)', async () => {
    await world.send([assignmentRequested.v1.of(dueAt('first', '10'))]);
    await eventually(() => expect(ownersOf()[inquiryIdOf('first')]).toBe('ada'), WITHIN);
    for (const [name, hour] of [
      ['late', '14'],
      ['soon', '11'],
      ['later', '15'],
    ] as const)
      await world.send([assignmentRequested.v1.of(dueAt(name, hour))]);
    await eventually(() => expect(world.assigned()).toHaveLength(4), WITHIN);

    await world.send([say('first', { do: 'close' })]);
    await eventually(() => expect(ownersOf()[inquiryIdOf('soon')]).toBe('ada'), WITHIN);
    await isQuiet();
    expect(ownersOf()).toMatchObject({ [inquiryIdOf('late')]: null, [inquiryIdOf('later')]: null });
    expect(world.changes().filter(({ change }) => change === 'released')).toMatchObject([
      { owner: 'ada', inquiryId: inquiryIdOf('first') },
    ]);
    expect(world.replay()).toEqual([]);
  });

  it('while it waits is given to nobody any more', async () => {
    for (const name of ['first', 'waiting']) await world.send([assignmentRequested.v1.of(dueAt(name, '10'))]);
    await eventually(() => expect(world.assigned()).toHaveLength(2), WITHIN);
    await world.send([say('waiting', { do: 'close' })]);
    await isQuiet();
    await world.send([say('first', { do: 'close' })]);
    await eventually(
      () => expect(world.changes().filter(({ change }) => change === 'released')).toHaveLength(2),
      WITHIN,
    );
    await isQuiet();
    expect(ownersOf()).toEqual({ [inquiryIdOf('first')]: 'ada', [inquiryIdOf('waiting')]: null });
    expect(world.replay()).toEqual([]);
  });
});

it('who takes an inquiry through its pool stops the wait for a person, and who says so of the inquiry gets it in the pool', async () => {
  const needs = { skills: ['a skill that nobody has'], territory: null, language: null };
  for (const name of ['by pool', 'by inquiry'])
    await world.send([assignmentRequested.v1.of(aRequest(name, { routing: { ...aRequest(name).routing, needs } }))]);
  await eventually(() => expect(world.signals()).toHaveLength(2), WITHIN);
  await world.send([
    poolCommand.v1.of({
      brand: 'default',
      pool: 'sales',
      command: { do: 'claim', inquiryId: inquiryIdOf('by pool'), owner: 'ada' },
      by: 'console',
      why: null,
      orderedAt: '2026-01-05T10:00:00.000Z',
    }),
  ]);
  await eventually(
    () => expect(world.signals()).toContainEqual({ inquiryId: inquiryIdOf('by pool'), kind: 'claimed', owner: 'ada' }),
    WITHIN,
  );
  await world.send([say('by pool', { do: 'close' }), say('by inquiry', { do: 'claim', owner: 'ada' })]);
  await isQuiet();
  await world.send([say('by inquiry', { do: 'claim', owner: 'ada' })]);
  await eventually(
    () =>
      expect(world.signals()).toContainEqual({ inquiryId: inquiryIdOf('by inquiry'), kind: 'claimed', owner: 'ada' }),
    WITHIN,
  );
  await isQuiet();
  expect(world.replay()).toEqual([]);
});
