import type { AssignmentRequested, PoolCommand } from '@sluice/contracts';
import { playbookSchema, type Playbook } from '@sluice/policy';
import { stageSpec } from '@sluice/stage/testing';
import { describe, expect, it } from 'vitest';
import { aPool } from '../testing/a-pool.ts';
import { aPlaybookWith, aRequest, inquiryIdOf } from '../testing/a-request.ts';
import type { AssignmentMemory } from '../domain/assignment/pool-memory.ts';
import { assignOwner } from './assign-owner.stage.ts';

type Remembered = Readonly<Record<string, AssignmentMemory>>;

const run = (playbook: Playbook, input: AssignmentRequested | PoolCommand, remembered: Remembered = {}) => {
  const facts = {
    playbook: playbook.name,
    remembersContacts: !('command' in input) && playbook.pools[input.pool]?.repeat === 'owner-first',
  };
  const { outcome } = stageSpec(assignOwner, playbook)(input, remembered).when(facts);
  const events = outcome.kind === 'emit' ? outcome.events : [];
  return {
    outcome,
    events,
    types: events.map(({ type }) => type),
    memory: { ...remembered, ...('remember' in outcome ? (outcome.remember as Remembered) : {}) },
  };
};

/** The facts of a real gather: what it reads of the playbook before the memory is. */
const gathered = (playbook: Playbook, input: AssignmentRequested) =>
  assignOwner.gather(
    input,
    {},
    { playbook, playbookHash: '0'.repeat(64) as never, signal: new AbortController().signal },
  );

const command = (what: PoolCommand['command']): PoolCommand => ({
  brand: 'default',
  pool: 'sales',
  command: what,
  by: 'ops',
  why: 'a reason',
  orderedAt: '2026-01-05T10:00:00.000Z',
});
const pools = (sales: Parameters<typeof aPool>) =>
  aPlaybookWith({ sales: aPool(...sales), desk: aPool([{ key: 'desk-one' }]) });
const name = 'default/sales';

describe('assign-owner', () => {
  it('gives an inquiry to an owner, says why, and tells everybody concerned', () => {
    const { events, types, memory } = run(pools([[{ key: 'ada' }, { key: 'grace', away: true }]]), aRequest('i'));
    expect(types).toEqual(['inquiry.assigned.v1', 'effect.requested.v1', 'effect.requested.v1']);
    expect(events[0]?.data).toMatchObject({
      brand: 'default',
      pool: 'sales',
      owner: 'ada',
      status: 'assigned',
      by: 'only-one',
      considered: [
        { owner: 'ada', excludedBecause: null, share: 1, weight: 1, open: 0 },
        { owner: 'grace', excludedBecause: 'away' },
      ],
    });
    expect(memory[name]).toMatchObject({ kind: 'pool', owners: { ada: { open: 1 } } });
    expect(memory[`default/inquiry/${inquiryIdOf('i')}`]).toMatchObject({
      status: 'owned',
      owner: 'ada',
      pool: 'sales',
    });
  });

  it('hands an inquiry to the pool that takes what overflows, which names both', () => {
    const playbook = pools([[{ key: 'ada', away: true }], { noneAvailable: { do: 'overflow', pool: 'desk' } }]);
    const first = run(
      playbook,
      aRequest('i', {
        routing: { ...aRequest('i').routing, needs: { skills: ['rare'], territory: null, language: null } },
      }),
    );
    expect(first.types).toEqual(['assignment.requested.v1']);
    expect(first.events[0]).toMatchObject({
      key: 'desk',
      data: { pool: 'desk', overflowedFrom: ['sales'], passedOver: [{ owner: 'ada', excludedBecause: 'away' }] },
    });
    const second = run(playbook, first.events[0]?.data as AssignmentRequested, first.memory);
    expect(second.events[0]?.data).toMatchObject({
      pool: 'desk',
      owner: 'desk-one',
      status: 'overflowed',
      overflowedFrom: ['sales'],
      considered: [{ owner: 'ada' }, { owner: 'desk-one' }],
    });
  });

  it('tells who has it when it was waited for, without a word of the message', () => {
    const playbook = pools([[{ key: 'ada', capacity: 1 }]]);
    const held = run(playbook, aRequest('second'), run(playbook, aRequest('first')).memory);
    expect(held.events[0]?.data).toMatchObject({ owner: null, status: 'held' });
    const freed = run(playbook, command({ do: 'release', inquiryId: inquiryIdOf('first') }), held.memory);
    expect(freed.types).toEqual(['pool.command.v1', 'pool.changed.v1']);
    expect(freed.events[1]?.data).toMatchObject({
      by: 'ops',
      why: 'a reason',
      changes: [
        { change: 'released', owner: 'ada' },
        { change: 'offered', owner: 'ada' },
      ],
    });
    const given = run(playbook, freed.events[0]?.data as PoolCommand, freed.memory);
    expect(given.types).toEqual(['inquiry.assigned.v1', 'effect.requested.v1', 'effect.requested.v1']);
    expect(given.events[0]?.data).toMatchObject({
      inquiryId: inquiryIdOf('second'),
      owner: 'ada',
      status: 'assigned',
      heldSince: '2026-01-05T09:00:00.000Z',
    });
    expect(given.events.slice(1).map(({ data }) => data)).toMatchObject([
      { content: { owner: 'ada', queue: 'sales' } },
      { content: { type: 'inquiry.assigned', data: { owner: 'ada' } } },
    ]);
    expect(JSON.stringify([given.memory, given.events])).not.toMatch(/secret|ada@example/);
  });

  it("gives a contact's next inquiry to whoever had the last, where the playbook says so", () => {
    const playbook = pools([[{ key: 'ada' }, { key: 'grace' }], { repeat: 'owner-first' }]);
    const contactId = 'c'.repeat(64) as never;
    const { memory } = run(playbook, aRequest('i', { contactId }), run(playbook, aRequest('other')).memory);
    const again = run(playbook, aRequest('j', { contactId }), memory);
    expect(again.events[0]?.data).toMatchObject({
      owner: 'grace',
      by: 'repeat-customer',
      considered: [
        { owner: 'ada', excludedBecause: 'repeat customer of grace' },
        { owner: 'grace', share: 1 },
      ],
    });
  });

  it('takes an inquiry back from the pool where it waited when it is routed to another', () => {
    const playbook = pools([[{ key: 'ada', away: true }]]);
    const { memory } = run(playbook, aRequest('i'));
    const moved = run(playbook, aRequest('i', { pool: 'desk' }), memory);
    expect(moved.types).toEqual([
      'inquiry.assigned.v1',
      'pool.command.v1',
      'effect.requested.v1',
      'effect.requested.v1',
    ]);
    const withdrawn = run(playbook, moved.events[1]?.data as PoolCommand, moved.memory);
    expect(withdrawn.memory[name]).toMatchObject({ waiting: [] });
  });

  it('keeps as a dead letter what nobody may wait with', () => {
    const playbook = pools([[], { holdAtMost: 1 }]);
    const { outcome } = run(playbook, aRequest('j'), run(playbook, aRequest('i')).memory);
    expect(outcome).toMatchObject({ kind: 'reject', reason: 'pool-full' });
  });

  it('says so when somebody asks what can not be done', () => {
    const { events } = run(pools([[{ key: 'ada' }]]), command({ do: 'credit', owner: 'nobody', turns: 1 }));
    expect(events).toMatchObject([
      {
        type: 'pool.changed.v1',
        data: { changes: [{ change: 'refused', owner: 'nobody', because: 'nobody of that name is in the pool' }] },
      },
    ]);
  });

  it('keeps to what the playbook says for the brand, the channel and the intent, and remembers each roster by itself', async () => {
    const whole = pools([[{ key: 'ada' }]]);
    const { brand, channel, decision } = aRequest('i');
    const playbook: Playbook = playbookSchema.parse({
      ...whole,
      overrides: {
        brand: { [brand]: { sinks: { slack: { mode: 'off' } } } },
        channel: { [channel]: { pools: { sales: { owners: [{ key: 'grace' }] } } } },
        intent: { [decision.category]: { pools: { sales: { repeat: 'owner-first' } } } },
      },
    });
    const other = aRequest('j', {
      channel: channel === 'mail' ? 'form' : 'mail',
      decision: { ...decision, category: 'other' },
    });
    const facts = await gathered(playbook, aRequest('i'));
    expect(facts).toEqual({
      playbook: `test (channel ${channel}, intent ${decision.category})`,
      remembersContacts: true,
    });
    expect(await gathered(playbook, other)).toEqual({ playbook: 'test', remembersContacts: false });
    const { outcome } = stageSpec(assignOwner, playbook)(aRequest('i')).when(facts);
    expect(outcome).toMatchObject({
      events: [{ data: { owner: 'grace' } }, { type: 'effect.requested.v1', data: { kind: 'webhook.delivery' } }],
    });
    expect(stageSpec(assignOwner, playbook)(other).when(await gathered(playbook, other)).outcome).toMatchObject({
      events: [{ data: { owner: 'ada' } }, {}],
    });
  });

  it('fails for a pool that the playbook does not have', () => {
    expect(() => run(pools([[]]), aRequest('i', { pool: 'nowhere' }))).toThrow('no pool "nowhere"');
  });
});
