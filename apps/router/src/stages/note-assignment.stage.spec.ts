import { inquiryAssigned, inquiryCommand, type InquiryAssigned, type InquiryCommand } from '@sluice/contracts';
import { uuidV5, type InquiryId } from '@sluice/kernel';
import { stageSpec } from '@sluice/stage/testing';
import { describe, expect, it } from 'vitest';
import type { ConversationPlaces } from '../domain/assignment/conversation-places.ts';
import { aClockPlaybook } from '../testing/clock-playbook.ts';
import { noteAssignment } from './note-assignment.stage.ts';

const given = stageSpec(noteAssignment, aClockPlaybook(1));
const conversationId = '22222222-2222-5222-8222-222222222222';
const idOf = (n: number): string => `${n}1111111-1111-5111-8111-111111111111`;
const at = (hour: string): string => `2026-01-05T${hour}:00:00.000Z`;

const assigned = (owner: string | null, over: Partial<Record<keyof InquiryAssigned, unknown>> = {}): InquiryAssigned =>
  inquiryAssigned.v1.parse({
    inquiryId: idOf(1),
    conversationId,
    brand: 'default',
    pool: 'sales',
    owner,
    status: owner === null ? 'held' : 'assigned',
    considered: [],
    assignedAt: at('09'),
    ...over,
  });
const asked = (command: InquiryCommand['command'], over: object = {}): InquiryCommand =>
  inquiryCommand.v1.parse({
    inquiryId: idOf(1),
    conversationId,
    command,
    by: 'demo',
    why: 'sold',
    at: at('12'),
    ...over,
  });

/** What is remembered, and what was said, after all of these in order. */
const after = (...inputs: readonly (InquiryAssigned | InquiryCommand)[]) => {
  let remembered: Readonly<Record<string, ConversationPlaces>> = {};
  const said = inputs.flatMap((input) => {
    const { outcome } = given(input, remembered).when(null);
    remembered = { ...remembered, ...('remember' in outcome ? (outcome.remember as typeof remembered) : {}) };
    return outcome.kind === 'emit' ? outcome.events : [];
  });
  const ordered = said
    .filter(({ type }) => type === 'pool.command.v1')
    .map(({ key, data }) => ({ key, ...(data as { readonly command: object }).command }));
  return { said, ordered, remembered: remembered[conversationId] };
};

describe('the clocks are told', () => {
  it('whose it is, and that it is nobody’s', () => {
    given(assigned('ada'))
      .when(null)
      .thenEmits({ signal: { kind: 'assigned', owner: 'ada' }, by: 'assign-owner', at: at('09') });
    given(assigned(null))
      .when(null)
      .thenEmits({ signal: { kind: 'assigned', owner: null } });
  });

  it('who took it, which ends the wait for a person as a claim does that is made otherwise', () => {
    given(assigned('ada', { by: 'claim' }))
      .when(null)
      .thenEmits({ signal: { kind: 'claimed', owner: 'ada' }, by: 'ada', at: at('09') });
    given(assigned('ada', { by: 'rotation' }))
      .when(null)
      .thenEmits({ signal: { kind: 'assigned', owner: 'ada' } });
  });
});

describe('a conversation that is closed', () => {
  it('gives back the places of all its inquiries, each in its own pool, and says who closed it and why', () => {
    const { said, ordered, remembered } = after(
      assigned('ada'),
      assigned(null, { inquiryId: idOf(2), pool: 'support' }),
      asked({ do: 'close' }),
    );
    expect(ordered).toEqual([
      { key: 'sales', do: 'release', inquiryId: idOf(1) },
      { key: 'support', do: 'release', inquiryId: idOf(2) },
    ]);
    expect(said.at(-1)?.data).toMatchObject({ brand: 'default', by: 'demo', why: 'sold' });
    expect(remembered).toEqual({ places: {}, closed: [idOf(1), idOf(2)] });
  });

  it('gives back in the pool where the inquiry is by now', () => {
    expect(after(assigned(null), assigned('desk-one', { pool: 'desk' }), asked({ do: 'close' })).ordered).toEqual([
      { key: 'desk', do: 'release', inquiryId: idOf(1) },
    ]);
  });

  it('gives back at once what a pool gives after it was closed, whichever was heard first', () => {
    expect(after(asked({ do: 'close' }), assigned('ada')).ordered).toEqual([
      { key: 'sales', do: 'release', inquiryId: idOf(1) },
    ]);
  });

  it('leaves to its owner what the customer wrote afterwards', () => {
    const later = assigned('grace', { inquiryId: idOf(3), assignedAt: at('15') });
    expect(after(assigned('ada'), asked({ do: 'close' }), later).ordered).toHaveLength(1);
    expect(after(assigned('ada'), later, asked({ do: 'close' })).ordered).toEqual([
      { key: 'sales', do: 'release', inquiryId: idOf(1) },
    ]);
  });

  it('asks nothing twice', () => {
    expect(after(assigned('ada'), asked({ do: 'close' }), asked({ do: 'close' })).ordered).toHaveLength(1);
  });
});

describe('a conversation that nobody closes', () => {
  const many = (count: number, ownerOf: (n: number) => string | null = () => 'ada') =>
    Array.from({ length: count }, (_, n) =>
      assigned(ownerOf(n), {
        inquiryId: uuidV5('many', String(n)),
        assignedAt: new Date(Date.parse(at('09')) + n * 1_000).toISOString(),
      }),
    );
  const manyId = (n: number): string => uuidV5('many', String(n));

  it('holds a hundred places, and gives the oldest back for one more', () => {
    expect(after(...many(100)).ordered).toEqual([]);
    const { ordered, said, remembered } = after(...many(103));
    expect(ordered).toEqual([0, 1, 2].map((n) => ({ key: 'sales', do: 'release', inquiryId: manyId(n) })));
    expect(said.at(-1)?.data).toMatchObject({ by: 'assign-owner', why: 'its conversation holds too many places' });
    expect(Object.keys(remembered?.places ?? {})).toHaveLength(100);
  });

  it('gives back none that waits, and hears of those that are left to their pools once somebody has them', () => {
    expect(
      after(...many(102, (n) => (n < 50 ? null : 'ada'))).ordered.map(
        (order) => 'inquiryId' in order && order.inquiryId,
      ),
    ).toEqual([manyId(50), manyId(51)]);
    const { ordered, remembered } = after(...many(102, () => null), assigned('ada', { inquiryId: manyId(0) }));
    expect(ordered).toEqual([]);
    expect(Object.keys(remembered?.places ?? {})).toHaveLength(100);
    expect(remembered?.places[manyId(0)]).toMatchObject({ owner: 'ada' });
  });

  it('and held more before there was a bound, comes down to it two by two', () => {
    const places = Object.fromEntries(
      many(150).map(({ inquiryId, assignedAt }) => [
        inquiryId,
        { brand: 'default', pool: 'sales', owner: 'ada', since: assignedAt },
      ]),
    );
    const { outcome } = given(assigned('ada', { inquiryId: manyId(149) }), {
      [conversationId]: { places, closed: [] },
    }).when(null);
    const released = [0, 1].map((n) => ({
      type: 'pool.command.v1',
      data: { command: { do: 'release', inquiryId: manyId(n) } },
    }));
    expect(outcome).toMatchObject({ events: [{ type: 'sla.signalled.v1' }, ...released] });
  });

  it('remembers what was closed for as long as something may still be given of it', () => {
    const rounds = Array.from({ length: 4 }, (_, round) => [
      ...many(100).map((one) => ({ ...one, inquiryId: uuidV5(String(round), one.inquiryId) as InquiryId })),
      asked({ do: 'close' }, { inquiryId: uuidV5(String(round), manyId(0)) }),
    ]);
    const { ordered, remembered } = after(...rounds.flat());
    expect(ordered).toHaveLength(400);
    expect(remembered?.places).toEqual({});
    expect(remembered?.closed).toHaveLength(200);
    expect(remembered?.closed).toContain(uuidV5('3', manyId(99)));
  });
});

describe('an inquiry that somebody takes', () => {
  const claim = asked({ do: 'claim', owner: 'grace' });

  it('is claimed in the pool that has it, and nowhere where none has', () => {
    expect(after(assigned(null), claim).ordered).toEqual([
      { key: 'sales', do: 'claim', inquiryId: idOf(1), owner: 'grace' },
    ]);
    expect(after(claim).ordered).toEqual([]);
  });

  it('is not asked for again by who has it', () => {
    expect(after(assigned('grace'), claim).ordered).toEqual([]);
  });
});

it('what else people say of an inquiry moves no place', () => {
  expect(
    after(assigned('ada'), asked({ do: 'reply' }), asked({ do: 'pause', reason: 'waiting', until: null })).ordered,
  ).toEqual([]);
});
