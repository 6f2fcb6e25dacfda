import { effectRequested, headerNames, type EffectRequested } from '@sluice/contracts';
import type { ContactId } from '@sluice/kernel';
import type { ProjectedEvent } from '@sluice/stage';
import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Ledger, PlannedEffect } from './ports/ledger.port.ts';
import { createPlanner, type PlannerOptions } from './plan-effects.ts';

const requested = (over: Partial<EffectRequested> = {}): ProjectedEvent => ({
  type: effectRequested.v1.type,
  id: randomUUID(),
  time: null,
  data: {
    effectId: randomUUID(),
    decisionId: randomUUID(),
    inquiryId: randomUUID(),
    conversationId: randomUUID(),
    kind: 'slack.message',
    target: '#sales',
    mode: 'live',
    content: { subject: 'Pricing' },
    requestedAt: '2026-01-05T09:00:00.000Z',
    ...over,
  },
  record: {
    topic: effectRequested.v1.type,
    partition: 0,
    offset: 0n,
    key: null,
    value: null,
    timestamp: 0,
    headers: {
      [headerNames.traceParent]: Buffer.from('00-a-b-01'),
      [headerNames.brand]: Buffer.from('acme'),
      [headerNames.playbook]: Buffer.from('hash'),
    },
  },
});

const ROBOT = 'e'.repeat(64) as ContactId;

/** A planner over a ledger that only remembers what it was given. */
const aPlanner = (over: Partial<PlannerOptions> = {}) => {
  const planned: PlannedEffect[] = [];
  const woken: string[] = [];
  const ledger: Pick<Ledger, 'plan'> = {
    plan: async (effects) => {
      planned.push(...effects);
      return {
        lanes: [...new Set(effects.flatMap(({ lane, skipped }) => (skipped === null ? [lane] : [])))],
        skipped: effects.flatMap(({ kind, skipped }) => (skipped === null ? [] : [kind])),
      };
    },
  };
  const plan = createPlanner({
    ledger,
    ceiling: 'live',
    isConnected: ({ kind }) => kind === 'slack.message' || kind === 'webhook.delivery',
    sandboxOf: (kind) => (kind === 'slack.message' ? '#sandbox' : 'sandbox'),
    wake: (lanes) => woken.push(...lanes),
    correspondents: { answered: async () => new Map([[ROBOT, 2]]) },
    answersADay: 3,
    ...over,
  });
  return { plan, planned, woken };
};

describe('plan-effects', () => {
  it('plans what is requested, with its trace, brand and playbook, and wakes its lane', async () => {
    const { plan, planned, woken } = aPlanner();
    await plan([requested(), requested({ kind: 'webhook.delivery', target: 'crm' })]);
    expect(planned).toMatchObject([
      {
        target: '#sales',
        destination: '#sales',
        mode: 'live',
        traceParent: '00-a-b-01',
        brand: 'acme',
        playbook: 'hash',
      },
      { target: 'crm', destination: 'crm', lane: 'webhook.delivery/crm' },
    ]);
    expect(woken).toEqual(planned.map(({ lane }) => lane));
  });

  it('lets the sandbox stand in for every target, in a lane of its own', async () => {
    const { plan, planned } = aPlanner();
    await plan([
      requested({ mode: 'sandbox' }),
      requested({ mode: 'sandbox', kind: 'webhook.delivery', target: 'crm' }),
    ]);
    expect(planned).toMatchObject([
      { target: '#sales', destination: '#sandbox' },
      { target: 'crm', destination: 'sandbox', lane: 'webhook.delivery/sandbox' },
    ]);
  });

  it.each([
    ['propose', 'propose'],
    ['sandbox', 'sandbox'],
    ['off', 'off'],
  ] as const)('is bound by the deployment’s ceiling %s, whatever a playbook asks for', async (ceiling, mode) => {
    const { plan, planned } = aPlanner({ ceiling });
    await plan([requested({ mode: 'live' })]);
    expect(planned.map((effect) => effect.mode)).toEqual([mode]);
  });

  it('lets people say of what is proposed whether it is done, as far as the deployment may; without anybody to ask it stays a proposal', async () => {
    const approveBy = '2026-01-07T09:00:00.000Z';
    for (const [ceiling, mode, skipped] of [
      ['live', 'live', null],
      ['sandbox', 'sandbox', null],
      ['propose', 'propose', 'propose'],
    ] as const) {
      const { plan, planned } = aPlanner({ ceiling });
      await plan([requested({ mode: 'propose', approveBy })]);
      expect(planned).toMatchObject([{ mode, skipped, approveBy }]);
    }
    const { plan, planned } = aPlanner();
    await plan([requested({ mode: 'propose' })]);
    expect(planned).toMatchObject([{ mode: 'propose', skipped: 'propose', approveBy: null }]);
  });

  it('settles what nobody performs with its planning: by mode, or for want of a connector', async () => {
    const { plan, planned, woken } = aPlanner({ isConnected: ({ kind }) => kind === 'slack.message' });
    await plan([
      requested({ mode: 'propose' }),
      requested({ mode: 'off', kind: 'webhook.delivery' }),
      requested({ kind: 'webhook.delivery', target: 'crm' }),
      requested(),
    ]);
    expect(planned.map(({ skipped }) => skipped)).toEqual(['propose', 'off', 'no-connector', null]);
    expect(woken).toEqual([planned[3]?.lane]);
  });

  it('cleans a request of what no database takes, and keeps a foreign header short', async () => {
    const { plan, planned } = aPlanner();
    const event = requested({ target: '#sa\u0000les', content: { 'a\u0000': ['x\ud800'] } });
    const { record } = event;
    await plan([
      {
        ...event,
        record: {
          ...record,
          headers: { ...record.headers, [headerNames.brand]: Buffer.from('\u0000b'.repeat(9_000)) },
        },
      },
    ]);
    expect(planned[0]).toMatchObject({ target: '#sales', destination: '#sales', content: { a: ['x\ufffd'] } });
    expect(planned[0]?.brand).toMatch(/^b{100,255}$/);
  });

  it('takes a request of which too little is left for a defect: the runner finds and dead-letters it', async () => {
    const { plan, planned } = aPlanner();
    await expect(plan([requested({ target: '\u0000' })])).rejects.toMatchObject({ name: 'ZodError' });
    expect(planned).toEqual([]);
  });

  it('asks the ledger nothing when nothing is requested', async () => {
    const { plan, woken } = aPlanner({
      ledger: {
        plan: async () => {
          throw new Error('asked');
        },
      },
    });
    await plan([]);
    expect(woken).toEqual([]);
  });

  it('answers one person so often a day and no more, and everybody else as ever', async () => {
    const { plan, planned } = aPlanner({ isConnected: ({ kind }) => kind === 'mail.reply' });
    const answer = (over: Partial<EffectRequested> = {}) =>
      requested({ kind: 'mail.reply', target: 'smtp', purpose: 'acknowledgement', correspondent: ROBOT, ...over });
    await plan([
      answer(),
      answer(),
      answer({ correspondent: 'a'.repeat(64) as ContactId }),
      answer({ mode: 'propose' }),
    ]);
    expect(planned.map(({ skipped }) => skipped)).toEqual([null, 'too-many-answers', null, 'propose']);
  });
});
