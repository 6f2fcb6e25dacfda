import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isOpen } from './calendar/business-time.ts';
import { readPlaybook } from './load-playbooks.ts';
import { effectiveOf } from './resolve/effective.ts';
import { termsOf } from './sla-terms.ts';

const root = join(import.meta.dirname, '..', '..', '..', 'playbooks');

/** The table of acceptance.md 3.3, row by row: what stands where, and in a file rather than in the schema's defaults. */
const TABLE: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  base: {
    '/gates/reviewBelow': 0.75,
    '/gates/autoSend': null,
    '/rollout/enableWhen': [
      { metric: 'auto_send_error', op: '<=', value: 0.005 },
      { metric: 'auto_send_precision', op: '>=', value: 0.98 },
    ],
    '/intake/dedupeWindowMinutes': 10,
    '/model/reuseMinutes': 0,
    '/reuse/classificationHours': 24,
    '/retrieval/k': 5,
    '/retrieval/showK': 3,
    '/drafting/words/most': 140,
    '/budget/triageUsd': 0.02,
    '/budget/draftUsd': 0.06,
    '/evaluation/weeklySample': 50,
    '/evaluation/goldenMinimum': 200,
    '/retention/rawDays': 30,
    '/effects/retry/most': 4,
    '/gates/autoSendWithin': 'business',
    '/sla/clocks/first_human/calendar': 'business',
    '/sla/atRisk': [0.7, 0.9],
    '/sources/inbox/key': ['message_id', 'external_id', 'event_id', 'hash'],
    '/killSwitches': [{ id: 'everything' }, { id: 'send-errors' }, { intents: ['support'], channels: ['mail'] }],
  },
  'customer-ops': {
    '/gates/reviewBelow': 0.6,
    '/gates/path': 'suggest',
    '/rollout/shadowDays': 14,
    '/acknowledgement/withinSeconds': 120,
    '/acknowledgement/never': ['legal', 'billing'],
    '/acknowledgement/footer': 'Human review in progress',
    '/model/reuseMinutes': 10,
    '/drafting/words/most': 119,
    '/drafting/format': 'plain',
    '/budget/triageUsd': 0.01,
    '/evaluation/weeklySample': 100,
    '/retention/sinkArchiveDays': 180,
    '/model/temperature': 0.2,
    '/facades': ['triage'],
    '/sources/mail/key': ['message_id'],
  },
  'lead-qual': {
    '/gates/reviewWhenMissing': 2,
    '/model/escalateWhenMissing': 2,
    '/gates/autoSend': null,
    '/rollout/shadowDays': 7,
    '/evaluation/weeklySample': 50,
    '/evaluation/stratifyBy': 'label',
    '/retention/rawDays': 30,
    '/rubric/labels': [
      { label: 'A', atLeast: 70 },
      { label: 'B', atLeast: 40 },
      { label: 'C', atLeast: 15 },
      { label: 'Drop', atLeast: 0 },
    ],
    '/facades': ['leads-intake'],
    '/sources/leads-intake/key': ['external_id', 'event_id', 'hash'],
    '/enrichment/website/timeoutMs': 2000,
    '/enrichment/website/maxCharacters': 1000,
  },
  'support-router': {
    '/retrieval/k': 6,
    '/retrieval/macros': true,
    '/budget/triageUsd': 0.02,
    '/budget/draftUsd': 0.06,
    '/evaluation/goldenMinimum': 200,
    '/evaluation/gates': [
      { metric: 'route_macro_f1', value: 0.85 },
      { metric: 'draft_acceptance', value: 0.6 },
      { metric: 'auto_send_error', value: 0.005 },
      { metric: 'route_accuracy', op: '>', value: 0.7 },
    ],
    '/rollout/enableWhen': [{ value: 0.005 }, { value: 0.6 }],
    '/slo/triageP50Seconds': 4,
    '/gates/autoSendWithin': 'business-hours',
    '/sources/helpdesk/key': ['source_id+ts', 'external_id', 'hash'],
  },
  'inbox-triage': {
    '/gates/reviewBelow': 0.75,
    '/rollout/phase': 'human-approval',
    '/rollout/enableWhen': [
      { metric: 'label_precision', op: '>', value: 0.9 },
      { metric: 'high_risk_auto_send', op: '<', value: 0.01 },
    ],
    '/retrieval/k': 5,
    '/retrieval/showK': 3,
    '/drafting/format': 'markdown',
    '/evaluation/gates': [
      { metric: 'label_accuracy', op: '>', value: 0.9 },
      { metric: 'misroute', op: '<', value: 0.03 },
    ],
    '/retention/pii': 'encrypted',
    '/sources/inbox/key': ['thread_id+ts', 'hash'],
    '/enrichment/company/keepSeconds/found': 900,
    '/rollout/shadowDays': 14,
  },
  'email-to-crm': {
    '/gates/reviewBelow': 0.6,
    '/gates/deal/minConfidence': 0.6,
    '/gates/deal/openWindowDays': 45,
    '/gates/minWords': 6,
    '/extraction/maxCharacters': 1500,
    '/reuse/classificationHours': 24,
    '/effects/retry/most': 4,
    '/evaluation/gates': [{ value: 0.92 }, { value: 0.95 }, { value: 0.8 }, { op: '<=', value: 0.005 }],
    '/slo/crmP50Seconds': 25,
    '/slo/crmP95Seconds': 90,
    '/retention/rawDays': 30,
    '/facades': ['email-webhook', 'admin-replay'],
    '/sources/email-webhook/key': ['message_id+thread_id', 'message_id', 'hash'],
    '/rollout/shadowDays': 14,
  },
  'support-autopilot': {
    '/gates/autoSend': 0.82,
    '/rollout/phases': [{}, { byIntent: { order_status: 0.85, password_reset: 0.85 } }, {}, {}],
    '/retrieval/k': 5,
    '/retrieval/facts/least': 4,
    '/retrieval/facts/most': 8,
    '/retrieval/maxTokens': 800,
    '/drafting/words/least': 90,
    '/drafting/words/most': 140,
    '/drafting/maxBullets': 3,
    '/sources/helpdesk/key': ['external_id'],
    '/budget/alertDailyUsd': 12,
  },
  'auto-reply': {
    '/rollout/enableWhen': [{ metric: 'auto_send_precision', op: '>=', value: 0.98 }],
    '/rollout/shadowDays': 7,
    '/budget/triageUsd': 0.0006,
    '/budget/draftUsd': 0.01,
    '/retention/redactedSampleDays': 90,
    '/slo/triageP50Seconds': 1.2,
    '/slo/triageP95Seconds': 3,
    '/slo/draftP95Seconds': 2.5,
    '/slo/approvalSeconds': 60,
    '/evaluation/targets': [{ value: 0.98 }, { metric: 'human_correction_rate', op: '<', value: 0.2 }],
    '/sources/inbox/key': ['hash'],
    '/routes': [{ id: 'spam' }, { id: 'vip', vip: true }, {}, {}, {}, {}, {}, {}],
  },
  'speed-to-lead': {
    '/gates/reviewBelow': 0.75,
    '/acknowledgement/withinSeconds': 120,
    '/slo/enrichP95Seconds': 10,
    '/slo/draftP95Seconds': 60,
    '/slo/firstSendP95Seconds': 120,
    '/slo/availability': 0.995,
    '/retention/pii': 'hash_domain',
    '/killSwitches': [
      { id: 'everything' },
      { id: 'send-errors', trip: { metric: 'send_error_rate', above: 0.02, overMinutes: 15 } },
    ],
    '/sources/lead-form/key': ['event_id', 'hash'],
    '/slo/loadedP95Seconds': 90,
  },
  'lead-lifecycle': {
    '/rubric/cap': 145,
    '/rubric/normalise': 'none',
    '/rubric/labels': [
      { label: 'Hot', atLeast: 70 },
      { label: 'Warm', atLeast: 40 },
      { label: 'Cold', atLeast: 0 },
    ],
    '/rubric/groups/completeness/most': 20,
    '/rubric/groups/profile/most': 25,
    '/rubric/groups/source/most': 25,
    '/rubric/groups/industry/most': 20,
    '/rubric/groups/size/most': 25,
    '/rubric/groups/semantic/most': 30,
    '/followUps': [{ afterHours: 24, beforeHours: 48 }, { sequence: 'nurture' }],
    '/facades': ['lead-capture'],
    '/sources/lead-capture/key': ['event_id', 'hash'],
    '/pools/reps/prefer': [{ by: 'expertise' }, { by: 'load' }, { by: 'performance' }, { by: 'geography' }],
    '/pools/reps/repeat': 'owner-first',
  },
  'instant-response': {
    '/intake/dedupeWindowMinutes': 10,
    '/slo/loadedP95Seconds': 90,
    '/drafting/snippetsOnly': true,
    '/drafting/fallbackTemplate': 'book-a-call',
    '/retrieval/topFaqs': 10,
    '/sinks/sms/within': 'owner-sms',
    '/flags/poller/on': false,
    '/facades': ['intake-webhook', 'admin-settings'],
    '/sources/intake-webhook/key': ['event_id'],
    '/calendars/owner-sms/week/sunday': ['07:00-22:00'],
  },
  revops: {
    '/drafting/internalBullets/least': 6,
    '/drafting/internalBullets/most': 8,
    '/evaluation/gates': [{ metric: 'owner_accuracy', op: '>=', value: 0.95 }],
    '/evaluation/goldenMinimum': 100,
    '/evaluation/targets': [{ value: 0.4 }],
    '/facades': ['lead-webhook', 'admin-leads', 'health'],
    '/extraction/prompt': 'scoring',
    '/sources/lead-webhook/key': ['event_id', 'hash'],
  },
};

describe.each(Object.entries(TABLE).map(([name, rows]) => ({ name, rows })))(
  'the numbers of $name',
  ({ name, rows }) => {
    const { values } = effectiveOf(readPlaybook(root, name).layers);

    it.each(Object.entries(rows).map(([pointer, value]) => ({ pointer, value })))(
      '$pointer stands in a file',
      ({ pointer, value }) => {
        const found = values.find((one) => one.pointer === pointer);
        expect(found?.layer).toMatch(new RegExp(`^(foundation|${name})$`, 'u'));
        expect({ value: found?.value }).toMatchObject({ value });
      },
    );
  },
);

/** Minutes by clock, by route. */
const SLA: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, number>>>>>> = {
  base: {
    lead: { first_human: 480 },
    support: { first_human: 480 },
    billing: { first_human: 480 },
    'needs-triage': { first_human: 480 },
  },
  'customer-ops': {
    lead: { first_human: 120, acknowledgement: 2 },
    support: { acknowledgement: 2 },
    billing: { first_human: 240 },
  },
  'lead-qual': { 'hot-lead': { first_human: 120 }, 'warm-lead': { first_human: 120 } },
  'email-to-crm': { 'hot-lead': { first_human: 15 } },
  'speed-to-lead': { hot: { first_send: 2, first_human: 4 }, warm: { first_send: 2 }, cold: { first_send: 2 } },
  'lead-lifecycle': { warm: { first_human: 2880 } },
  'instant-response': { answered: { first_send: 1.5 }, 'book-a-call': { first_send: 1.5 } },
};

describe.each(Object.entries(SLA).map(([name, rows]) => ({ name, rows })))(
  'the deadlines of $name',
  ({ name, rows }) => {
    it.each(Object.entries(rows).map(([route, clocks]) => ({ route, clocks })))(
      '$route: $clocks',
      ({ route, clocks }) => {
        expect(readPlaybook(root, name).playbook?.routes.find(({ id }) => id === route)?.sla).toMatchObject(clocks);
      },
    );
  },
);

describe('a promise that is running out', () => {
  const promised = Object.keys(TABLE).flatMap((name) => {
    const { playbook } = readPlaybook(root, name);
    return (playbook?.routes ?? [])
      .filter(({ sla }) => 'first_human' in sla)
      .map((route) => ({ name, id: route.id, playbook, route }));
  });

  it.each(promised)('is told by a ladder, with the breach on it: $name, $id', ({ playbook, route }) => {
    const terms = playbook && termsOf(playbook, route).find(({ clock }) => clock === 'first_human');
    expect(terms?.atRisk).toEqual([0.7, 0.9]);
    expect(terms?.steps.map(({ at }) => at)).toContain(1);
  });

  it.each(Object.keys(TABLE))('disturbs nobody at night: %s', (name) => {
    const { playbook } = readPlaybook(root, name);
    const calendar = playbook?.calendars[playbook.sla.disturb ?? ''];
    expect(calendar && isOpen(calendar, '2026-01-06T03:00:00.000Z')).toBe(false);
  });
});

describe('what the documents leave open', () => {
  const texts = (name: string): string => JSON.stringify(readPlaybook(root, name).playbook);

  it('has our default, and the file says whose it is', () => {
    const { rubric } = readPlaybook(root, 'lead-qual').playbook ?? {};
    expect(rubric?.components.filter(({ note }) => note.includes('ours')).map(({ rule }) => rule)).toEqual([
      'urgency',
      'budget',
      'decision-maker',
      'seniority',
      'competitor',
      'repeat-customer',
      'complexity',
      'blockers',
    ]);
    expect(texts('lead-lifecycle')).toContain('(ours)');
  });

  it.each(['foundation', 'lead-qual', 'support-router', 'auto-reply', 'speed-to-lead'])(
    '%s marks its holes',
    (name) => {
      expect(readFileSync(join(root, name, 'playbook.yaml'), 'utf8')).toMatch(/H-[1-6]/u);
    },
  );

  it('marks every hole from H-1 to H-6 somewhere', () => {
    const all = globSync('*/{playbook.yaml,prompts/*.md}', { cwd: root })
      .map((file) => readFileSync(join(root, file), 'utf8'))
      .join('\n');
    expect(['H-1', 'H-2', 'H-3', 'H-4', 'H-5', 'H-6'].filter((hole) => !all.includes(hole))).toEqual([]);
  });
});
