import {
  assignmentRequested,
  effectRequested,
  inquiryAssigned,
  poolChanged,
  poolCommand,
  poolDue,
  type AssignmentRequested,
  type DomainEvent,
  type PoolCommand,
  type PoolDue,
} from '@sluice/contracts';
import { playbookSchema, type Playbook } from '@sluice/policy';
import type { Moment } from '@sluice/stage';
import { stageSpec } from '@sluice/stage/testing';
import { describe, expect, it } from 'vitest';
import { keysOf, listsOf, type AssignmentFacts, type AssignmentState } from '../domain/pool/pool-state.ts';
import { aPool } from '../testing/a-pool.ts';
import { aPlaybookWith, aRequest, inquiryIdOf } from '../testing/a-request.ts';
import { ofType } from '../testing/a-conversation.ts';
import { assignOwner } from './assign-owner.stage.ts';

type Remembered = Readonly<Record<string, AssignmentState>>;
type Input = AssignmentRequested | PoolCommand | PoolDue;

/** What a real gather reads of the playbook before anything is remembered. */
const gathered = (playbook: Playbook, input: Input): Promise<AssignmentFacts> =>
  assignOwner.gather(
    input,
    {},
    { playbook, playbookHash: '0'.repeat(64) as never, signal: new AbortController().signal },
  );

/** The pools of a brand, decided input by input on what was remembered before. */
class Pools {
  remembered: Remembered = {};
  /** What the last decision wrote. */
  written: Remembered = {};
  readonly #playbook: Playbook;

  constructor(playbook: Playbook) {
    this.#playbook = playbook;
  }

  async decide(input: Input, over: Partial<Moment<Playbook>> = {}): Promise<readonly DomainEvent[]> {
    const facts = await gathered(this.#playbook, input);
    const { outcome } = stageSpec(assignOwner, this.#playbook)(input, this.remembered).when(facts, over);
    const written = 'remember' in outcome ? (outcome.remember as Remembered) : {};
    // What the runner refuses: a key that was not declared, and that no list showed.
    const declared = new Set([
      ...keysOf(input, facts),
      ...(listsOf(input).length > 0 ? Object.keys(this.remembered) : []),
    ]);
    expect(Object.keys(written).filter((key) => !declared.has(key))).toEqual([]);
    this.written = written;
    this.remembered = { ...this.remembered, ...written };
    return outcome.kind === 'emit' ? outcome.events : [];
  }

  inquiry(name: string): AssignmentState | undefined {
    return this.remembered[`default/inquiry/${inquiryIdOf(name)}`];
  }
}

const pools = (sales: Parameters<typeof aPool>) =>
  new Pools(aPlaybookWith({ sales: aPool(...sales), desk: aPool([{ key: 'desk-one' }]) }));
const command = (what: PoolCommand['command']): PoolCommand => ({
  brand: 'default',
  pool: 'sales',
  command: what,
  by: 'ops',
  why: 'a reason',
  orderedAt: '2026-01-05T10:00:00.000Z',
});
const release = (name: string) => command({ do: 'release', inquiryId: inquiryIdOf(name) });
const typesOf = (events: readonly DomainEvent[]) => events.map(({ type }) => type);
const ASSIGNED = [inquiryAssigned.v1.type, effectRequested.v1.type, effectRequested.v1.type];

describe('assign-owner', () => {
  it('gives an inquiry to an owner, says why, and tells everybody concerned', async () => {
    const world = pools([[{ key: 'ada' }, { key: 'grace', away: true }]]);
    const events = await world.decide(aRequest('i'));
    expect(typesOf(events)).toEqual(ASSIGNED);
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
    expect(events.slice(1).map(({ data }) => data)).toMatchObject([
      { target: '#sales', content: { summary: 'A secret of the sender', owner: 'ada', queue: 'sales' } },
      { target: 'subscribers', content: { type: 'inquiry.routed', data: { owner: 'ada' } } },
    ]);
    expect(world.remembered['default/sales']).toMatchObject({ kind: 'pool', owners: { ada: { open: 1 } } });
    expect(world.inquiry('i')).toMatchObject({ status: 'owned', owner: 'ada', pool: 'sales' });
  });

  it('tells nobody of what nobody is to be told of', async () => {
    const world = pools([[{ key: 'ada' }]]);
    expect(typesOf(await world.decide(aRequest('i', { tell: [] })))).toEqual([inquiryAssigned.v1.type]);
  });

  it('hands an inquiry to the pool that takes what overflows, which names both', async () => {
    const world = pools([[{ key: 'ada', away: true }], { noneAvailable: { do: 'overflow', pool: 'desk' } }]);
    const needs = { skills: ['rare'], territory: null, language: null };
    const first = await world.decide(aRequest('i', { needs }));
    expect(typesOf(first)).toEqual([assignmentRequested.v1.type]);
    expect(first[0]).toMatchObject({
      key: 'desk',
      data: { pool: 'desk', overflowedFrom: ['sales'], passedOver: [{ owner: 'ada', excludedBecause: 'away' }] },
    });
    const second = await world.decide(first[0]?.data as AssignmentRequested);
    expect(second[0]?.data).toMatchObject({
      pool: 'desk',
      owner: 'desk-one',
      status: 'overflowed',
      overflowedFrom: ['sales'],
      considered: [{ owner: 'ada' }, { owner: 'desk-one' }],
    });
  });

  it('tells who has it when it was waited for, without a word of the message', async () => {
    const world = pools([[{ key: 'ada', capacity: 1 }]]);
    await world.decide(aRequest('first'));
    const held = await world.decide(aRequest('second'));
    expect(held[0]?.data).toMatchObject({ owner: null, status: 'held' });
    const freed = await world.decide(release('first'));
    expect(typesOf(freed)).toEqual([
      inquiryAssigned.v1.type,
      poolChanged.v1.type,
      effectRequested.v1.type,
      effectRequested.v1.type,
    ]);
    expect(freed[0]?.data).toMatchObject({
      inquiryId: inquiryIdOf('second'),
      owner: 'ada',
      status: 'assigned',
      by: 'only-one',
      heldSince: '2026-01-05T09:00:00.000Z',
    });
    expect(freed[1]?.data).toMatchObject({
      by: 'ops',
      why: 'a reason',
      changes: [{ change: 'released', owner: 'ada' }],
    });
    expect(freed.slice(2).map(({ data }) => data)).toMatchObject([
      { content: { owner: 'ada', queue: 'sales', subject: null } },
      { content: { type: 'inquiry.assigned', data: { owner: 'ada' } } },
    ]);
    expect(JSON.stringify([world.remembered, freed])).not.toMatch(/secret/);
  });

  it('tells of each of several that one decision gives under ids of their own', async () => {
    const world = pools([[{ key: 'ada', capacity: 0 }]]);
    for (const name of ['a', 'b', 'c']) await world.decide(aRequest(name));
    const events = await world.decide(command({ do: 'limit', owner: 'ada', capacity: 9 }));
    const effects = ofType(events, effectRequested.v1);
    expect(effects).toHaveLength(6);
    expect(new Set(effects.map(({ effectId }) => effectId)).size).toBe(6);
  });

  it("gives a contact's next inquiry to whoever had the last, where the playbook says so", async () => {
    const world = pools([[{ key: 'ada' }, { key: 'grace' }], { repeat: 'owner-first' }]);
    const contactId = 'c'.repeat(64) as never;
    await world.decide(aRequest('other'));
    await world.decide(aRequest('i', { contactId }));
    const again = await world.decide(aRequest('j', { contactId }));
    expect(again[0]?.data).toMatchObject({
      owner: 'grace',
      by: 'repeat-customer',
      considered: [
        { owner: 'ada', excludedBecause: 'repeat customer of grace' },
        { owner: 'grace', share: 1 },
      ],
    });
  });

  it('tells itself whose the contact is where what happened knows no contact: a claim, a place that became free', async () => {
    const world = pools([
      [{ key: 'ada', capacity: 1 }, { key: 'grace' }],
      { repeat: 'owner-first', rememberOwners: 0 },
    ]);
    const contactId = 'c'.repeat(64) as never;
    const toItself = (events: readonly DomainEvent[]) =>
      ofType(events, poolCommand.v1).map(({ command: what }) => what);
    await world.decide(command({ do: 'limit', owner: 'grace', capacity: 0 }));
    await world.decide(aRequest('other'));
    await world.decide(command({ do: 'limit', owner: 'grace', capacity: 0 }));
    await world.decide(aRequest('i', { contactId }));
    const freed = await world.decide(release('other'));
    expect(toItself(freed)).toEqual([{ do: 'remember-owner', owner: 'ada', repeatKey: contactId }]);
    await world.decide(ofType(freed, poolCommand.v1)[0] as PoolCommand);
    expect(world.remembered[`default/sales/contact/${contactId as string}`]).toMatchObject({
      kind: 'contact',
      owner: 'ada',
    });
    await world.decide(command({ do: 'limit', owner: 'ada', capacity: 0 }));
    await world.decide(command({ do: 'decline', inquiryId: inquiryIdOf('i'), owner: 'ada' }));
    await world.decide(command({ do: 'limit', owner: 'grace', capacity: null }));
    expect(world.inquiry('i')).toMatchObject({ owner: 'grace' });
  });

  it('takes an inquiry back from the pool where it waited when it is routed to another', async () => {
    const world = pools([[{ key: 'ada', away: true }]]);
    await world.decide(aRequest('i'));
    const moved = await world.decide(aRequest('i', { pool: 'desk' }));
    expect(typesOf(moved)).toEqual([
      inquiryAssigned.v1.type,
      poolCommand.v1.type,
      effectRequested.v1.type,
      effectRequested.v1.type,
    ]);
    await world.decide(moved[1]?.data as PoolCommand);
    expect(world.remembered['default/sales']).not.toHaveProperty('waiting');
    expect(world.inquiry('i')).toMatchObject({ pool: 'desk', owner: 'desk-one' });
  });

  it('gives nobody in a pool what has gone to another, and the place to the next, before the pool has heard of it too', async () => {
    const world = pools([[{ key: 'ada', capacity: 0 }]]);
    for (const name of ['gone', 'stays']) await world.decide(aRequest(name));
    const moved = await world.decide(aRequest('gone', { pool: 'desk' }));
    const freed = await world.decide(command({ do: 'limit', owner: 'ada', capacity: 1 }));
    expect(ofType(freed, inquiryAssigned.v1)).toMatchObject([{ inquiryId: inquiryIdOf('stays'), owner: 'ada' }]);
    await world.decide(ofType(moved, poolCommand.v1)[0] as PoolCommand);
    expect(world.inquiry('gone')).toMatchObject({ pool: 'desk', owner: 'desk-one' });
  });

  it('says once that a line is long, and tells those who were told of the inquiry; nobody is lost', async () => {
    const world = pools([[], { longLine: 2 }]);
    await world.decide(aRequest('a'));
    const events = await world.decide(aRequest('b'));
    expect(ofType(events, poolChanged.v1)).toMatchObject([
      { changes: [{ change: 'long-line', inquiryId: inquiryIdOf('b'), because: '2 wait' }] },
    ]);
    expect(ofType(events, effectRequested.v1).map(({ kind, content }) => [kind, content['subject'] ?? null])).toEqual([
      ['slack.message', 'A secret subject'],
      ['webhook.delivery', null],
      ['slack.message', '2 wait in the pool sales'],
    ]);
    expect(new Set(ofType(events, effectRequested.v1).map(({ effectId }) => effectId)).size).toBe(3);
    expect(ofType(await world.decide(aRequest('c')), poolChanged.v1)).toEqual([]);
    expect(world.remembered['default/sales']).toMatchObject({ waiting: 3 });
  });

  it('gives what waits once the moment has come that its pool waits for, however slow the clock of this machine is', async () => {
    const world = pools([[{ key: 'ada' }]]);
    await world.decide(command({ do: 'credit', owner: 'ada', turns: 1 }));
    await world.decide(aRequest('seen'));
    const until = '2026-01-05T11:00:00.000Z';
    await world.decide(command({ do: 'leave', owner: 'ada', until }));
    await world.decide(aRequest('waits'));
    expect(assignOwner.state?.dueOf?.(world.remembered['default/sales'] as never, 'default/sales')).toMatchObject({
      at: until,
      event: { type: poolDue.v1.type, key: 'sales' },
    });
    const due: PoolDue = { brand: 'default', pool: 'sales', dueAt: until };
    expect(ofType(await world.decide(due), inquiryAssigned.v1)).toMatchObject([
      { inquiryId: inquiryIdOf('waits'), owner: 'ada', assignedAt: until },
    ]);
    const { remembered } = world;
    expect(await world.decide(due)).toEqual([]);
    expect([world.remembered, Object.keys(world.written)]).toEqual([remembered, ['default/sales']]);
  });

  it('says so when somebody asks what can not be done, and writes nothing', async () => {
    const world = pools([[{ key: 'ada' }]]);
    expect(await world.decide(command({ do: 'credit', owner: 'nobody', turns: 1 }))).toMatchObject([
      {
        type: poolChanged.v1.type,
        data: { changes: [{ change: 'refused', owner: 'nobody', because: 'nobody of that name is in the pool' }] },
      },
    ]);
    expect(world.remembered).toEqual({});
  });

  it('keeps to what the playbook says for the brand, the channel and the intent, and remembers each roster by itself', async () => {
    const { pools: own, ...whole } = aPlaybookWith({ sales: aPool([{ key: 'ada' }]) });
    const playbook: Playbook = playbookSchema.parse({
      ...whole,
      pools: own,
      overrides: {
        channel: { form: { pools: { sales: { owners: [{ key: 'grace' }] } } } },
        intent: { lead: { pools: { sales: { repeat: 'owner-first' } } } },
      },
    });
    const other = aRequest('j', { channel: 'mail', intent: 'other' });
    expect(await gathered(playbook, aRequest('i'))).toEqual({
      roster: 'test (channel form, intent lead)',
      remembersContacts: true,
    });
    expect(await gathered(playbook, other)).toEqual({ roster: 'test', remembersContacts: false });
    const world = new Pools(playbook);
    expect(ofType(await world.decide(aRequest('i')), inquiryAssigned.v1)).toMatchObject([{ owner: 'grace' }]);
    expect(ofType(await world.decide(other), inquiryAssigned.v1)).toMatchObject([{ owner: 'ada' }]);
    // What no inquiry causes still knows both.
    expect(
      ofType(await world.decide(command({ do: 'leave', owner: 'grace', until: null })), poolChanged.v1),
    ).toMatchObject([{ changes: [{ change: 'left' }] }]);
  });

  it('fails for a pool that the playbook does not have', async () => {
    await expect(pools([[]]).decide(aRequest('i', { pool: 'nowhere' }))).rejects.toThrow('no pool "nowhere"');
  });
});

describe('what is remembered of a pool', () => {
  it('does not grow with those who wait, and is small', async () => {
    const owners = Array.from({ length: 20 }, (_, n) => ({
      key: `owner-number-${n}`,
      weight: 1 + (n % 3),
      capacity: 3,
    }));
    const world = pools([owners]);
    for (let n = 0; n < 60; n += 1) await world.decide(aRequest(`i${n}`));
    const size = () => JSON.stringify(world.remembered['default/sales']).length;
    const before = size();
    expect(before).toBeLessThan(2_000);
    for (let n = 60; n < 160; n += 1) await world.decide(aRequest(`i${n}`));
    // The number of those who wait, and nothing else.
    expect(size() - before).toBeLessThan(20);
  });

  it('of an inquiry ends with the retention of the playbook once it is released, of a contact with that of the audit', async () => {
    const playbook = aPlaybookWith({ sales: aPool([{ key: 'ada' }], { repeat: 'owner-first' }) });
    const world = new Pools({ ...playbook, retention: { ...playbook.retention, rawDays: 10, auditDays: 100 } });
    await world.decide(aRequest('i'));
    const expiries = () =>
      Object.fromEntries(
        Object.values(world.remembered).map((value) => [
          value.kind,
          assignOwner.state?.expiresAt?.(value, '2026-01-05T00:00:00.000Z'),
        ]),
      );
    expect(expiries()).toEqual({ pool: null, inquiry: null, contact: '2026-04-15T00:00:00.000Z' });
    await world.decide(release('i'));
    expect(expiries()).toMatchObject({ pool: null, inquiry: '2026-01-15T00:00:00.000Z' });
  });
});
