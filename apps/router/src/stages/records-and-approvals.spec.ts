import {
  assignmentRequested,
  commandRefused,
  effectRequested,
  effectReviewed,
  recordFailed,
  type DomainEvent,
  type InquiryScored,
  type RecordFailed,
} from '@sluice/contracts';
import type { EffectId } from '@sluice/kernel';
import { describe, expect, it } from 'vitest';
import { ConversationRun, ofType, said, TALK } from '../testing/a-conversation.ts';
import { aScored, type ScoredOver } from '../testing/a-scored.ts';
import { aClockPlaybook, type ClockPlaybookOver } from '../testing/clock-playbook.ts';

const wrote = (name = 'i', over: ScoredOver = {}): InquiryScored =>
  aScored(name, { conversation: TALK, receivedAt: '2026-01-05T00:00:00.000Z', ...over });
const slack = { mode: 'live', otherwise: '#all' };
const webhooks = [{ name: 'subscribers', mode: 'off' }];
const crm = { mode: 'propose', provider: 'hubspot' };
const running = (sinks: object = { crm }, over: ClockPlaybookOver = {}) =>
  new ConversationRun(aClockPlaybook(600, { sinks: { slack, webhooks, ...sinks }, ...over }));

const effectsOf = (events: readonly DomainEvent[]) => ofType(events, effectRequested.v1);
const recordsIn = (events: readonly DomainEvent[]) => effectsOf(events).filter(({ kind }) => kind !== 'slack.message');
const verdictsOf = (events: readonly DomainEvent[]) =>
  ofType(events, effectReviewed.v1).map(({ effectId, verdict, by, kind, target }) => ({
    effectId,
    verdict,
    by,
    kind,
    target,
  }));
const refusalsOf = (events: readonly DomainEvent[]) => ofType(events, commandRefused.v1).map(({ because }) => because);

describe('systems that people keep', () => {
  it('are told what the playbook says they are for, each with what it needs', () => {
    const events = running({
      crm: { ...crm, mode: 'live', pipeline: 'new' },
      helpdesk: { mode: 'sandbox', provider: 'zendesk', groups: { sales: '7' } },
      table: { mode: 'live', provider: 'airtable', table: 'Inbox' },
      marketing: { mode: 'live', provider: 'mailchimp', list: 'l1', tags: ['lead'], automation: null },
      sms: { mode: 'live', provider: 'twilio', numbers: ['+4915112345678', '+4915112345679'] },
    }).decide(wrote());
    const records = recordsIn(events);
    expect(records.map(({ kind, target, mode }) => `${kind} ${target} ${mode}`)).toEqual([
      'crm.upsert hubspot live',
      'helpdesk.ticket zendesk sandbox',
      'table.row airtable live',
      'marketing.enrol mailchimp live',
      'sms.message twilio live',
      'sms.message twilio live',
    ]);
    expect(new Set(records.map(({ effectId }) => effectId)).size).toBe(6);
    expect(records[0]?.content).toMatchObject({ person: { email: wrote().contact.email }, deal: null });
    expect(records[1]?.content).toMatchObject({ tags: ['lead', 'sales'], inquiry: { queue: 'sales' } });
    expect(records[2]?.content).toMatchObject({ table: 'Inbox' });
    expect(records[3]?.content).toMatchObject({ list: 'l1', tags: ['lead'] });
    expect(records[5]?.content).toMatchObject({ to: '+4915112345679' });
  });

  it('are told once of an inquiry, however often it is decided', () => {
    const [first, again] = [running(), running()].map((run) => recordsIn(run.decide(wrote()))[0]?.effectId);
    expect(first).toBe(again);
  });

  it.each([
    ['that is off', { crm: { ...crm, mode: 'off' } }, {}],
    ['that has no provider', { crm: { ...crm, provider: null } }, {}],
    [
      'for other queues',
      { crm: { ...crm, queues: ['sales'] } },
      { routes: [{ id: 'x', when: 'true', queue: 'else' }] },
    ],
    ['that is not for its category', { crm: { ...crm, notCategories: ['lead'] } }, {}],
    [
      'where the route tells nobody',
      { crm },
      {
        pools: { desk: { owners: [{ key: 'ada' }], noneAvailable: { do: 'hold' } } },
        routes: [{ id: 'quiet', when: 'true', queue: 'sales', pool: 'desk', notify: false }],
      },
    ],
  ])('do not hear of it: a sink %s', (_case, sinks, over) => {
    expect(recordsIn(running(sinks, over).decide(wrote()))).toEqual([]);
  });

  it.each([
    ['an automatic reply', { kind: 'auto-reply' as const, evidence: [] }],
    ['a bounce', { kind: 'bounce' as const, evidence: [] }],
  ])('do not hear of %s', (_case, automation) => {
    expect(recordsIn(running().decide({ ...wrote(), automation }))).toEqual([]);
  });

  it('open a deal only where it is sure enough (T-35)', () => {
    const gates = { deal: { minConfidence: 0.6, openWindowDays: 45 } };
    const dealAt = (confidence: number) =>
      recordsIn(running({ crm }, { gates }).decide(wrote('i', { decision: { confidence } })))[0]?.content['deal'];
    expect([dealAt(0.6), dealAt(0.59)]).toEqual([{ openWindowDays: 45, pipeline: null, stage: null }, null]);
  });

  it('wait for the hours of their sink, over midnight and in its own zone', () => {
    const night = { zone: 'Europe/Berlin', week: { monday: ['07:00-22:00'], tuesday: ['07:00-22:00'] } };
    const sms = { mode: 'live', provider: 'twilio', numbers: ['+4915112345678'], within: 'day' };
    const [effect] = recordsIn(
      running({ sms }, { calendars: { day: night } }).decide(wrote(), { now: '2026-01-04T23:30:00.000Z' }),
    );
    // Half past midnight in Berlin.
    expect(effect?.notBefore).toBe('2026-01-05T06:00:00.000Z');
  });
});

describe('a record that failed', () => {
  const failed = (over: Partial<RecordFailed> = {}): RecordFailed =>
    recordFailed.v1.parse({
      effectId: '0a9b1c1e-5d4b-5c1d-9a55-7b0f3c8e2d11',
      decisionId: '33333333-3333-5333-8333-333333333333',
      inquiryId: wrote().inquiryId,
      conversationId: wrote().conversationId,
      brand: 'default',
      kind: 'crm.upsert',
      target: 'hubspot',
      intent: 'lead',
      channel: 'mail',
      queue: 'sales',
      priority: 'high',
      state: 'refuted',
      reason: 'http-400',
      made: ['contact', 'company'],
      failedAt: '2026-01-05T00:10:00.000Z',
      ...over,
    });
  const queued = () =>
    running({
      slack: { mode: 'live', otherwise: '#all', channels: { sales: '#sales' } },
      crm: { ...crm, mode: 'live' },
    });

  it.each([
    [failed(), 'record not written', /^It is not there: enter it by hand\. Made before that: contact, company\.$/u],
    [
      failed({ state: 'unknown', reason: 'timeout', made: [] }),
      'record uncertain',
      /^It may be there, and is not written again/u,
    ],
    [failed({ reason: 'suppressed', made: [] }), 'record not written', /^They have asked not to be written to/u],
  ])('is told to whose it is, also where the conversation is forgotten: %#', (input, category, summary) => {
    const [notice, ...more] = effectsOf(queued().decide(input));
    expect(more).toEqual([]);
    expect(notice).toMatchObject({
      target: '#sales',
      content: { category, summary: expect.stringMatching(summary) as unknown },
    });
  });

  it('of which nobody knows whose it is, is told to who hears of everything else', () => {
    expect(effectsOf(queued().decide(failed({ queue: null }))).map(({ target }) => target)).toEqual(['#all']);
  });

  it('is told once, however often it is heard of', () => {
    const run = queued();
    const [one, again] = [effectsOf(run.decide(failed())), effectsOf(run.decide(failed()))];
    expect(again.map(({ effectId }) => effectId)).toEqual(one.map(({ effectId }) => effectId));
  });
});

describe('what is proposed', () => {
  it('waits for a person as long as the playbook says, and who is told hears what it is', () => {
    const events = running({ crm, approval: { hours: 24 } }).decide(wrote());
    const [record] = recordsIn(events);
    expect(record).toMatchObject({ mode: 'propose' });
    expect(Date.parse(record?.approveBy ?? '') - Date.parse(record?.requestedAt ?? '')).toBe(24 * 3_600_000);
    const notice = effectsOf(events).find(({ kind }) => kind === 'slack.message');
    expect(notice?.content).toMatchObject({
      proposed: ['record in the CRM (hubspot)'],
      actions: ['approve', 'decline', 'claim', 'close'],
    });
  });

  it('is also what a live sink writes about people where the decision is unsure; a ticket is made at once', () => {
    const sinks = {
      crm: { ...crm, mode: 'live' },
      helpdesk: { mode: 'live', provider: 'zendesk' },
      marketing: { mode: 'off', provider: 'mailchimp' },
    };
    const unsure = wrote('i', { decision: { review: { needed: true, reasons: ['unsure'] } } });
    expect(recordsIn(running(sinks).decide(unsure)).map(({ kind, mode }) => `${kind} ${mode}`)).toEqual([
      'crm.upsert propose',
      'helpdesk.ticket live',
    ]);
  });

  it('is told of by the pool as well', () => {
    const pools = { desk: { owners: [{ key: 'ada' }], noneAvailable: { do: 'hold' } } };
    const routes = [{ id: 'desk', when: 'true', queue: 'sales', pool: 'desk' }];
    const [request] = ofType(running({ crm }, { pools, routes }).decide(wrote()), assignmentRequested.v1);
    expect(request?.proposed).toEqual(['record in the CRM (hubspot)']);
  });

  it.each(['approve', 'decline'] as const)(
    'is done, or is not, as the first who %ss it says; the second is told who that was',
    (verb) => {
      const run = running();
      const [record] = recordsIn(run.decide(wrote()));
      const first = run.decide(said('i', { do: verb, effects: null }, { by: 'ana' }));
      const verdict = verb === 'approve' ? 'approved' : 'declined';
      expect(verdictsOf(first)).toEqual([
        { effectId: record?.effectId, verdict, by: 'ana', kind: 'crm.upsert', target: 'hubspot' },
      ]);
      const second = run.decide(said('i', { do: 'approve', effects: null }, { by: 'ben' }));
      expect(verdictsOf(second)).toEqual([]);
      expect(refusalsOf(second)[0]).toMatch(new RegExp(`^ana ${verdict} it at `));
    },
  );

  it('is said of one by one where they are named, and of no other inquiry', () => {
    const run = running({ crm, table: { mode: 'propose', provider: 'airtable' } });
    const [record, row] = recordsIn(run.decide(wrote()));
    run.decide(wrote('j'));
    const named = said('i', { do: 'approve', effects: [row?.effectId as EffectId] });
    expect(verdictsOf(run.decide(named)).map(({ kind }) => kind)).toEqual(['table.row']);
    expect(verdictsOf(run.decide(said('i', { do: 'decline', effects: null }))).map(({ effectId }) => effectId)).toEqual(
      [record?.effectId],
    );
  });

  it('is refused where there is nothing, and where it is too late', () => {
    const live = running({ crm: { ...crm, mode: 'live' } });
    live.decide(wrote());
    expect(refusalsOf(live.decide(said('i', { do: 'approve', effects: null })))).toEqual(['nothing of it is proposed']);
    const short = running({ crm, approval: { hours: 1 } });
    const [record] = recordsIn(short.decide(wrote()));
    const late = new Date(Date.parse(record?.approveBy ?? '') + 1).toISOString();
    const [because] = refusalsOf(short.decide(said('i', { do: 'approve', effects: null }), { now: late }));
    expect(because).toBe(`it waited for a person until ${record?.approveBy}`);
  });
});
