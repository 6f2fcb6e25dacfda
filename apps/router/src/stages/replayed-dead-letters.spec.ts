import {
  deadLetterHeaderNames,
  deadLetterTopicOf,
  effectRequested,
  headerNames,
  inquiryCommand,
  inquiryRouted,
  inquiryScored,
  slaClocksMoved,
  type InquiryCommand,
} from '@sluice/contracts';
import type { AnyStage } from '@sluice/stage';
import { eventually } from '@sluice/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aPool } from '../testing/a-pool.ts';
import { conversationIdOf, inquiryIdOf } from '../testing/a-request.ts';
import { aRouter, type Router } from '../testing/a-router.ts';
import { aScored } from '../testing/a-scored.ts';
import { aClockPlaybook } from '../testing/clock-playbook.ts';
import { assignOwner } from './assign-owner.stage.ts';
import { followConversation } from './follow-conversation.stage.ts';

const TALK = 'talk';
const at = (hour: string) => `2026-01-05T${hour}:00:00.000Z`;
const playbook = aClockPlaybook(600, {
  pools: { desk: aPool([{ key: 'ada' }, { key: 'bob' }]) },
  routes: [{ id: 'desk', when: 'true', queue: 'sales', pool: 'desk', sla: { followup: 600 } }],
});

/** While it has a defect, the stage can decide no input of this kind. */
let defect: 'scored' | 'command' | null = null;
const stages = [
  {
    ...followConversation,
    decide: (...args: Parameters<typeof followConversation.decide>) => {
      const [input] = args;
      if (defect !== null && (defect === 'scored' ? 'decision' in input : 'command' in input))
        throw new Error('a defect that will be mended');
      return followConversation.decide(...args);
    },
  },
  assignOwner,
] as readonly unknown[] as readonly AnyStage[];

let world: Router;
beforeEach(async () => {
  defect = null;
  world = aRouter(playbook);
  await world.run(1, { of: stages });
});
afterEach(() => world.close());

/** All that was sent is decided or a dead letter, and nothing more follows from it. */
const isQuiet = () =>
  eventually(() => expect(world.undecided()).toHaveLength(world.deadLetters().length), { within: 10_000 });

const write = async (name: string, hour: string): Promise<void> => {
  await world.send([inquiryScored.v1.of(aScored(name, { conversation: TALK, receivedAt: at(hour) }))]);
  await isQuiet();
};
const say = async (name: string, command: InquiryCommand['command'], hour: string): Promise<void> => {
  const about = { inquiryId: inquiryIdOf(name), conversationId: conversationIdOf(TALK) };
  await world.send([inquiryCommand.v1.of({ ...about, command, by: 'ada', why: null, at: at(hour) })]);
  await isQuiet();
};

const ADDED = new Set<string>(Object.values(deadLetterHeaderNames));
/** As the API puts dead letters back: each record as it was, on the topic that it came from. */
const putBack = async (topic: string): Promise<void> => {
  const letters = world.records(deadLetterTopicOf(topic, followConversation.name));
  expect(letters).toHaveLength(1);
  await world.publish(
    letters.map(({ key, value, headers, partition, offset }) => ({
      topic,
      key,
      value,
      headers: {
        ...Object.fromEntries(Object.entries(headers).filter(([name]) => !ADDED.has(name))),
        [headerNames.replayOf]: `${topic}/${partition}/${offset}`,
      },
    })),
  );
  await isQuiet();
};

const times = (ids: readonly string[], name: string): number => ids.filter((id) => id === inquiryIdOf(name)).length;
const routed = (name: string) =>
  times(
    world.read(inquiryRouted.v1).map(({ inquiryId }) => inquiryId),
    name,
  );
const assigned = (name: string) =>
  times(
    world.assigned().map(({ inquiryId }) => inquiryId),
    name,
  );
const told = (name: string) =>
  world
    .read(effectRequested.v1)
    .flatMap(({ inquiryId, effectId }) => (inquiryId === inquiryIdOf(name) ? effectId : []));
/** Every change of the conversation's clock, in the order of its revisions. */
const moves = () =>
  world
    .read(slaClocksMoved.v1)
    .flatMap(({ inquiryId, moves: of }) => of.map((move) => ({ inquiryId, ...move })))
    .sort((a, b) => a.revision - b.revision)
    .map(
      ({ inquiryId, change, at: moment }) =>
        `${inquiryId === inquiryIdOf('late') ? 'late' : 'next'} ${change} ${moment}`,
    );

describe('an inquiry that was a dead letter, and is put back after its conversation has moved on', () => {
  beforeEach(async () => {
    defect = 'scored';
    await write('late', '08');
    defect = null;
    await write('next', '09');
  });

  it('is routed and given to somebody once, and its promise counts from when it was written', async () => {
    await putBack(inquiryScored.v1.type);
    expect([routed('late'), assigned('late'), routed('next'), assigned('next')]).toEqual([1, 1, 1, 1]);
    expect(moves()).toEqual([`next started ${at('09')}`, `late tightened ${at('08')}`]);
  });

  it.each(['reply', 'close'] as const)(
    'starts no clock that a later %s of the conversation has stopped',
    async (done) => {
      await say('next', { do: done }, '10');
      await putBack(inquiryScored.v1.type);
      expect([routed('late'), assigned('late')]).toEqual([1, 1]);
      expect(moves()).toEqual([`next started ${at('09')}`, `next stopped ${at('10')}`]);
    },
  );

  it('twice is given to nobody else, and nobody is told of it again', async () => {
    await putBack(inquiryScored.v1.type);
    const [before, effects] = [moves(), told('late')];
    await putBack(inquiryScored.v1.type);
    expect([assigned('late'), moves(), told('late')]).toEqual([1, before, effects]);
    expect(new Set(effects).size).toBe(effects.length);
    // Said twice, under one id: whoever subscribes knows it for the same.
    const ids = world.records(inquiryRouted.v1.type).map(({ headers }) => String(headers[headerNames.id]));
    expect([routed('late'), new Set(ids).size]).toEqual([2, 2]);
  });
});

describe('an answer that was a dead letter, and is put back after the customer has written again', () => {
  it('stops no wait that began after it', async () => {
    await write('late', '08');
    defect = 'command';
    await say('late', { do: 'reply' }, '09');
    defect = null;
    await say('late', { do: 'reply' }, '10');
    await write('next', '11');
    const before = moves();
    await putBack(inquiryCommand.v1.type);
    expect(moves()).toEqual(before);
    expect(before.at(-1)).toBe(`next restarted ${at('11')}`);
  });
});
