import type { Owner, Pool } from '@sluice/policy';
import { describe, expect, it } from 'vitest';
import { aPool, anInquiry, NOW } from '../../testing/a-pool.ts';
import { chooseOwner } from './choose-owner.ts';
import { newOwner, newPool, type InquiryState, type OwnerState } from './pool-state.ts';

type Owners = readonly (Partial<Owner> & { readonly key: string })[];

interface Given {
  readonly owners: Owners;
  readonly pool?: Partial<Pool>;
  readonly inquiry?: Partial<InquiryState>;
  readonly states?: Readonly<Record<string, Partial<OwnerState>>>;
  readonly now?: string;
}

const choose = ({ owners, pool = {}, inquiry = {}, states = {}, now = NOW }: Given) => {
  const before = {
    ...newPool({ brand: 'default', pool: 'sales' }),
    owners: Object.fromEntries(Object.entries(states).map(([key, state]) => [key, { ...newOwner, ...state }])),
  };
  const { turn, by, considered } = chooseOwner(before, {
    roster: { ...aPool(owners, pool), calendars: {} },
    inquiry: anInquiry('i', inquiry),
    now,
  });
  return {
    owner: turn?.owner.key ?? null,
    by,
    because: Object.fromEntries(considered.map(({ owner, excludedBecause }) => [owner, excludedBecause])),
  };
};
const needs = (over: Partial<InquiryState['needs']>): Partial<InquiryState> => ({
  needs: { skills: [], territory: null, language: null, ...over },
});

describe('who is passed over', () => {
  it.each<{ because: string; who: Partial<Owner>; inquiry?: Partial<InquiryState>; state?: Partial<OwnerState> }>([
    { because: 'away', who: { away: true } },
    { because: 'on leave until 2026-01-09', who: { leave: [{ from: '2026-01-05', to: '2026-01-09' }] } },
    { because: 'left', who: {}, state: { left: { until: null } } },
    { because: 'left until 2026-01-06T09:00:00.000Z', who: {}, state: { left: { until: '2026-01-06T09:00:00.000Z' } } },
    { because: 'skill sales missing', who: { skills: ['support'] }, inquiry: needs({ skills: ['sales'] }) },
    { because: 'territory US not covered', who: { territories: ['DE'] }, inquiry: needs({ territory: 'US' }) },
    { because: 'language de not spoken', who: { languages: ['en'] }, inquiry: needs({ language: 'de' }) },
    { because: 'gave it back before', who: {}, inquiry: { past: ['a'] } },
    { because: 'capacity 0 reached', who: { capacity: 0 } },
    { because: 'capacity 2 reached', who: { capacity: 9 }, state: { capacity: 2, open: 2 } },
  ])('$because', ({ because, who, inquiry = {}, state = {} }) => {
    expect(choose({ owners: [{ key: 'a', ...who }], inquiry, states: { a: state } })).toEqual({
      owner: null,
      by: 'rotation',
      because: { a: because },
    });
  });

  it.each<{ what: string; who: Partial<Owner>; inquiry?: Partial<InquiryState>; state?: Partial<OwnerState> }>([
    { what: 'a leave that is over', who: { leave: [{ from: '2026-01-01', to: '2026-01-04' }] } },
    { what: 'an absence that is over', who: {}, state: { left: { until: NOW } } },
    {
      what: 'nothing that is named: it covers everything',
      who: {},
      inquiry: needs({ territory: 'US', language: 'fr' }),
    },
    { what: 'having given it back before the last two who did', who: {}, inquiry: { past: ['a', 'x', 'y'] } },
    { what: 'the last place', who: { capacity: 3 }, state: { open: 2 } },
  ])('nobody for $what', ({ who, inquiry = {}, state = {} }) => {
    expect(choose({ owners: [{ key: 'a', ...who }], inquiry, states: { a: state } })).toEqual({
      owner: 'a',
      by: 'only-one',
      because: { a: null },
    });
  });
});

describe('who goes before the rotation', () => {
  const two: Owners = [{ key: 'a' }, { key: 'b' }];

  it("is the contact's last owner", () => {
    expect(choose({ owners: two, inquiry: { repeatOwner: 'b' } })).toEqual({
      owner: 'b',
      by: 'repeat-customer',
      because: { a: 'repeat customer of b', b: null },
    });
  });
  it('is whoever stands in for them while they are away', () => {
    expect(
      choose({
        owners: [{ key: 'a' }, { key: 'b', away: true, delegate: 'c' }, { key: 'c' }],
        inquiry: { repeatOwner: 'b' },
      }),
    ).toEqual({ owner: 'c', by: 'repeat-customer', because: { a: 'repeat customer of b', b: 'away', c: null } });
  });
  it('is nobody when they are no longer there, and that is said', () => {
    expect(choose({ owners: two, inquiry: { repeatOwner: 'gone' } })).toEqual({
      owner: 'a',
      by: 'rotation',
      because: { a: null, b: null, gone: 'no longer in the pool' },
    });
  });
  it('is whoever takes VIPs, for a VIP', () => {
    expect(choose({ owners: [{ key: 'a' }, { key: 'b', vip: true }], inquiry: { vip: true } })).toEqual({
      owner: 'b',
      by: 'vip',
      because: { a: 'takes no VIPs', b: null },
    });
  });
  it('is anybody for a VIP when nobody who takes VIPs is there', () => {
    expect(
      choose({ owners: [{ key: 'a' }, { key: 'b', vip: true, away: true }], inquiry: { vip: true } }),
    ).toMatchObject({ owner: 'a', by: 'only-one' });
  });

  const onCall = { since: '2026-01-05T00:00:00.000Z', shiftHours: 12, order: ['a', 'b'] };
  it.each([
    { now: '2026-01-05T11:59:59.999Z', owner: 'a' },
    { now: '2026-01-05T12:00:00.000Z', owner: 'b' },
    { now: '2026-01-06T00:00:00.000Z', owner: 'a' },
    { now: '2026-01-04T23:00:00.000Z', owner: 'b' },
  ])('is $owner on call at $now', ({ now, owner }) => {
    expect(choose({ owners: two, pool: { onCall }, now })).toMatchObject({ owner, by: 'on-call' });
  });
  it('is the next on call when the one who is can not', () => {
    expect(choose({ owners: [{ key: 'a', away: true }, { key: 'b' }, { key: 'c' }], pool: { onCall } })).toEqual({
      owner: 'b',
      by: 'on-call',
      because: { a: 'away', b: null, c: 'b is on call' },
    });
  });
});

describe('who suits best', () => {
  const prefer = (by: Pool['prefer'][number]['by'], within = 0): Partial<Pool> => ({ prefer: [{ by, within }] });

  it.each<{
    by: Pool['prefer'][number]['by'];
    owners: Owners;
    inquiry?: Partial<InquiryState>;
    states?: Given['states'];
    because: string;
  }>([
    {
      by: 'expertise',
      owners: [{ key: 'a' }, { key: 'b', expertise: ['healthcare'] }],
      inquiry: { topics: ['lead', 'healthcare'] },
      because: 'expertise 0, the best has 1',
    },
    {
      by: 'load',
      owners: [{ key: 'a' }, { key: 'b' }],
      states: { a: { open: 2 }, b: { open: 1 } },
      because: 'load 2, the best has 1',
    },
    {
      by: 'performance',
      owners: [
        { key: 'a', performance: { '*': 0.2 } },
        { key: 'b', performance: { lead: 0.3 } },
      ],
      because: 'performance 0.2, the best has 0.3',
    },
    {
      by: 'geography',
      owners: [{ key: 'a' }, { key: 'b', territories: ['US'] }],
      inquiry: needs({ territory: 'US' }),
      because: 'geography 0, the best has 1',
    },
  ])('by $by', ({ by, owners, inquiry = {}, states = {}, because }) => {
    expect(choose({ owners, pool: prefer(by), inquiry, states })).toEqual({
      owner: 'b',
      by: 'preference',
      because: { a: because, b: null },
    });
  });

  it('is equal to whoever is within the margin', () => {
    expect(
      choose({
        owners: [
          { key: 'a', performance: { '*': 0.26 } },
          { key: 'b', performance: { '*': 0.3 } },
        ],
        pool: prefer('performance', 0.05),
      }),
    ).toMatchObject({ owner: 'a', by: 'rotation' });
  });
  it('is looked for in the order of the playbook', () => {
    const owners: Owners = [
      { key: 'a', expertise: ['lead'], performance: { '*': 0.1 } },
      { key: 'b', expertise: ['lead'], performance: { '*': 0.2 } },
      { key: 'c', performance: { '*': 0.9 } },
    ];
    expect(
      choose({
        owners,
        pool: {
          prefer: [
            { by: 'expertise', within: 0 },
            { by: 'performance', within: 0 },
          ],
        },
        inquiry: { topics: ['lead'] },
      }),
    ).toEqual({
      owner: 'b',
      by: 'preference',
      because: { a: 'performance 0.1, the best has 0.2', b: null, c: 'expertise 0, the best has 1' },
    });
  });
});

describe('turns beside the order', () => {
  it('pass to somebody else where they are to be skipped', () => {
    expect(choose({ owners: [{ key: 'a' }, { key: 'b' }], states: { a: { extra: -1 } } })).toMatchObject({
      owner: 'b',
      by: 'rotation',
    });
  });
  it('are not skipped where there is nobody else', () => {
    expect(choose({ owners: [{ key: 'a' }], states: { a: { extra: -1 } } })).toMatchObject({
      owner: 'a',
      by: 'only-one',
    });
  });
});
