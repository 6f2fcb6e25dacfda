import { effectRequested, slaClockMoved, slaEscalated, type DomainEvent } from '@sluice/contracts';
import { stageSpec } from '@sluice/stage/testing';
import { describe, expect, it } from 'vitest';
import type { ConversationClocks } from '../domain/sla/clock-state.ts';
import { aSignal, wrote } from '../testing/a-signal.ts';
import { aClockPlaybook } from '../testing/clock-playbook.ts';
import { runClocks } from './run-clocks.stage.ts';

/** Ten hours of any day. */
const playbook = aClockPlaybook(600);
const given = stageSpec(runClocks, playbook);
const START = '2026-01-05T00:00:00.000Z';
const at = (hour: string) => `2026-01-05T${hour}:00:00.000Z`;
const came = (hour: string) => aSignal(at(hour), { kind: 'time-came', clock: 'followup' }, { by: 'timer' });

const rememberedAfter = (
  ...signals: readonly ReturnType<typeof wrote>[]
): Readonly<Record<string, ConversationClocks>> =>
  signals.reduce<Readonly<Record<string, ConversationClocks>>>((remembered, signalled) => {
    const { outcome } = given(signalled, remembered).when(null);
    return 'remember' in outcome ? (outcome.remember as Readonly<Record<string, ConversationClocks>>) : remembered;
  }, {});
const eventsOf = (outcome: object): readonly DomainEvent[] =>
  'events' in outcome ? (outcome.events as readonly DomainEvent[]) : [];

describe('run-clocks', () => {
  it('starts what the route promises', () => {
    given(wrote(START))
      .when(null)
      .thenEmits({
        clock: 'followup',
        change: 'started',
        dueAt: at('10'),
        wakeAt: at('07'),
        minutes: 600,
        revision: 1,
      });
  });

  it('promises, and tells people, as the playbook says for whom the message was', () => {
    const scope = { brand: 'acme', channel: 'mail', intent: 'lead' };
    const scoped = stageSpec(
      runClocks,
      aClockPlaybook(600, {
        overrides: {
          brand: {
            acme: {
              routes: [{ id: 'any', when: 'true', queue: 'sales', sla: { followup: 60 } }],
              sinks: { slack: { channels: { sales: '#acme-sales' } } },
            },
          },
        },
      }),
    );
    const to = wrote(START, 'any', {
      signal: { kind: 'customer-wrote', rule: 'any', queue: 'sales', priority: 'normal', scope },
    });
    const { outcome } = scoped(to).when(null);
    expect(outcome).toMatchObject({ events: [{ data: { change: 'started', minutes: 60, dueAt: at('01') } }] });
    const remembered = 'remember' in outcome ? (outcome.remember as Readonly<Record<string, ConversationClocks>>) : {};
    const late = scoped(aSignal('2026-01-05T00:54:00.000Z', { kind: 'time-came', clock: 'followup' }), remembered).when(
      null,
    );
    expect(eventsOf(late.outcome).filter(({ type }) => type === effectRequested.v1.type)).toMatchObject([
      { data: { target: '#acme-sales' } },
    ]);
    scoped(wrote(START)).when(null).thenEmits({ minutes: 600 });
  });

  it('starts nothing where a rule is no route of the playbook any more', () => {
    given(wrote(START, 'gone')).when(null).thenEmits();
  });

  it('says that a promise is at risk, and asks nobody to be told before the ladder does', () => {
    given(came('07'), rememberedAfter(wrote(START)))
      .when(null, { now: at('07') })
      .thenEmits(
        { share: 0.7, reachedAt: at('07'), dueAt: at('10') },
        { change: 'advanced', passedShare: 0.7, wakeAt: at('09') },
      );
  });

  it('does different things at each step of the ladder', () => {
    const { outcome } = given(
      came('20'),
      rememberedAfter(wrote(START), aSignal(at('01'), { kind: 'assigned', owner: 'ada' })),
    ).when(null, { now: at('20') });
    const events = eventsOf(outcome);
    const steps = events
      .filter(({ type }) => type === slaEscalated.v1.type)
      .map(({ data }) => slaEscalated.v1.parse(data));
    expect(
      steps.map(({ step, told, priority, owner }) => ({
        step,
        told: told.map(({ kind, target }) => ({ kind, target })),
        priority,
        owner,
      })),
    ).toEqual([
      { step: 'owner', told: [{ kind: 'slack.message', target: '#sales' }], priority: null, owner: 'ada' },
      { step: 'manager', told: [{ kind: 'slack.message', target: '#managers' }], priority: 'high', owner: 'ada' },
      { step: 'forgotten', told: [{ kind: 'webhook.delivery', target: 'subscribers' }], priority: null, owner: 'ada' },
    ]);
    expect(events.map(({ type }) => type)).toEqual([
      'sla.at-risk.v1',
      'sla.at-risk.v1',
      'sla.escalated.v1',
      'effect.requested.v1',
      'sla.breached.v1',
      'sla.escalated.v1',
      'effect.requested.v1',
      'sla.escalated.v1',
      'effect.requested.v1',
      'sla.clock-moved.v1',
    ]);
  });

  it('asks for the same effect under the same id, whichever decision asks', () => {
    const remembered = rememberedAfter(wrote(START));
    const idsOf = (decisionId: string, hour: string) => {
      const { outcome } = given(came(hour), remembered).when(null, { decisionId: decisionId as never });
      return eventsOf(outcome)
        .filter(({ type }) => type === effectRequested.v1.type)
        .map(({ data }) => effectRequested.v1.parse(data).effectId);
    };
    expect(idsOf('00000000-0000-5000-8000-000000000001', '20')).toEqual(
      idsOf('00000000-0000-5000-8000-000000000002', '21'),
    );
    expect(new Set(idsOf('00000000-0000-5000-8000-000000000001', '20')).size).toBe(3);
  });

  it('holds nothing of what a customer wrote in what it asks for', () => {
    const { outcome } = given(came('10'), rememberedAfter(wrote(START))).when(null, { now: at('10') });
    const [effect] = eventsOf(outcome)
      .filter(({ type }) => type === effectRequested.v1.type)
      .map(({ data }) => effectRequested.v1.parse(data));
    expect(effect?.content).toEqual({
      category: 'at risk',
      priority: 'normal',
      queue: 'sales',
      owner: null,
      subject: 'followup: 90 % of 600 minutes',
      summary: `Waiting since ${START}; due ${at('10')}.`,
      entities: [{ name: 'inquiry', value: effect?.inquiryId }],
      due: [{ clock: 'followup', dueAt: at('10') }],
    });
  });

  it('ends by the rules it began with, whatever the playbook says by then', () => {
    const changed = stageSpec(
      runClocks,
      aClockPlaybook(1, { sla: { atRisk: [], clocks: { followup: { stops: ['closed'] } } } }),
    );
    const remembered = rememberedAfter(wrote(START));
    changed(came('07'), remembered)
      .when(null, { now: at('07') })
      .thenEmits({ share: 0.7 }, { minutes: 600 });
    changed(aSignal(at('03'), { kind: 'replied' }), remembered)
      .when(null)
      .thenEmits({ change: 'stopped', result: 'met', spentMs: 3 * 3_600_000 });
  });

  it('says nothing at all when it hears something again', () => {
    given(came('07'), rememberedAfter(wrote(START), came('07')))
      .when(null)
      .thenEmits();
    given(wrote(START), rememberedAfter(wrote(START)))
      .when(null)
      .thenEmits();
  });
});

it('the history of a clock counts its revisions without a gap', () => {
  const signals = [
    wrote(START),
    came('07'),
    aSignal(at('08'), { kind: 'paused', reason: 'waiting', until: null }),
    aSignal(at('12'), { kind: 'resumed' }),
    came('14'),
    aSignal(at('15'), { kind: 'replied' }),
    wrote(at('16')),
  ];
  let remembered: Readonly<Record<string, ConversationClocks>> = {};
  const revisions = signals.flatMap((signalled) => {
    const { outcome } = given(signalled, remembered).when(null);
    remembered =
      'remember' in outcome ? (outcome.remember as Readonly<Record<string, ConversationClocks>>) : remembered;
    return eventsOf(outcome)
      .filter(({ type }) => type === slaClockMoved.v1.type)
      .map(({ data }) => slaClockMoved.v1.parse(data).revision);
  });
  expect(revisions).toEqual([1, 2, 3, 4, 5, 6, 7]);
});
