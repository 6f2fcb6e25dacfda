import {
  assignmentRequested,
  commandRefused,
  effectRequested,
  inquiryRouted,
  inquiryScored,
  poolCommand,
  slaAtRisk,
  slaBreached,
  slaClocksMoved,
  slaEscalated,
  type DomainEvent,
  type InquiryScored,
} from '@sluice/contracts';
import { uuidV5, type InquiryId } from '@sluice/kernel';
import { loadPlaybooks } from '@sluice/policy/files';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { conversationState } from '../domain/conversation/conversation.ts';
import { answered, assigned, ConversationRun, due, ofType, said, TALK } from '../testing/a-conversation.ts';
import { conversationIdOf, inquiryIdOf } from '../testing/a-request.ts';
import { aScored, type ScoredOver } from '../testing/a-scored.ts';
import { aClockPlaybook, type ClockPlaybookOver } from '../testing/clock-playbook.ts';

const START = '2026-01-05T00:00:00.000Z';
const at = (hour: string, day = '05') => `2026-01-${day}T${hour}:00:00.000Z`;
const wrote = (name = 'i', over: ScoredOver = {}): InquiryScored =>
  aScored(name, { conversation: TALK, receivedAt: START, ...over });
const id = inquiryIdOf;

/** Ten hours of any day, nobody's to be given. */
const alone = (over: ClockPlaybookOver = {}) => new ConversationRun(aClockPlaybook(600, over));
const desk = { owners: [{ key: 'ada', expertise: ['widgets'] }, { key: 'grace' }], noneAvailable: { do: 'hold' } };
/** The same, with a pool that has every inquiry but spam. */
const pooled = (over: ClockPlaybookOver = {}) =>
  alone({
    pools: { desk },
    routes: [
      { id: 'spam', when: 'decision.category == "spam" && !decision.review', queue: 'closed', closed: true },
      { id: 'desk', when: 'true', queue: 'sales', pool: 'desk', sla: { followup: 600 } },
    ],
    sla: { clocks: { followup: { stops: ['claimed', 'replied'], restarts: true, ladder: 'ladder' } } },
    ...over,
  });

const typesOf = (events: readonly DomainEvent[]) => events.map(({ type }) => type);
const movesOf = (events: readonly DomainEvent[]) =>
  ofType(events, slaClocksMoved.v1).flatMap(({ moves, ...about }) => moves.map((move) => ({ ...about, ...move })));
const ordersOf = (events: readonly DomainEvent[]) =>
  ofType(events, poolCommand.v1).map(({ brand, pool, command, by, why }) => ({
    to: `${brand}/${pool}`,
    ...command,
    by,
    why,
  }));
const refusalsOf = (events: readonly DomainEvent[]) =>
  ofType(events, commandRefused.v1).map(({ command, by, because }) => `${command} of ${by}: ${because}`);

describe('an inquiry that is scored', () => {
  const root = join(import.meta.dirname, '..', '..', '..', '..');
  const customerOps = loadPlaybooks(join(root, 'playbooks')).playbooks.find(
    ({ playbook }) => playbook.name === 'customer-ops',
  )?.playbook;
  if (!customerOps) throw new Error('there is no customer-ops');
  const golden = inquiryScored.v1.parse(
    JSON.parse(
      readFileSync(join(root, 'libs', 'contracts', 'golden', 'inquiry.scored.v1', 'first.json'), 'utf8'),
    ) as unknown,
  );
  const aLead: InquiryScored = {
    ...golden,
    receivedAt: '2026-01-09T21:30:00.000Z',
    decision: { ...golden.decision, category: 'lead' },
  };

  it('is promised an answer by the open hours of the playbook: a lead of Friday 16:30 is due on Monday (T-06)', () => {
    const [routed, moved] = new ConversationRun(customerOps).decide(aLead);
    const promises = [
      { clock: 'acknowledgement', minutes: 2, dueAt: '2026-01-09T21:32:00.000Z' },
      { clock: 'first_human', minutes: 120, dueAt: '2026-01-12T15:30:00.000Z' },
      { clock: 'followup', minutes: 480, dueAt: '2026-01-12T21:30:00.000Z' },
    ];
    expect(routed).toMatchObject({ type: inquiryRouted.v1.type, data: { routing: { sla: promises } } });
    expect(moved).toMatchObject({
      type: slaClocksMoved.v1.type,
      data: {
        inquiryId: aLead.inquiryId,
        queue: 'sales',
        owner: null,
        moves: promises.map((one) => ({
          ...one,
          change: 'started',
          revision: 1,
          because: 'customer-wrote',
          by: 'follow-conversation',
          at: aLead.receivedAt,
        })),
      },
    });
  });

  it('is asked an owner for by its pool, with what that takes and no more', () => {
    const events = pooled({
      extraction: { fields: { product: { type: 'string', describe: 'What they want' } } },
      sinks: {
        slack: { mode: 'propose', otherwise: '#all', review: '#review', fields: ['product'] },
        webhooks: [{ name: 'subscribers', mode: 'off' }],
      },
    }).decide(
      wrote('i', {
        decision: {
          category: 'lead',
          product: 'widgets',
          intent: 'something a model made up',
          review: { needed: true, reasons: ['x'] },
        },
      }),
    );
    expect(typesOf(events)).toEqual([inquiryRouted.v1.type, slaClocksMoved.v1.type, assignmentRequested.v1.type]);
    expect(events[2]?.data).toEqual({
      inquiryId: id('i'),
      conversationId: conversationIdOf(TALK),
      brand: 'default',
      channel: 'form',
      source: 'web-form',
      contactId: null,
      intent: 'lead',
      category: 'lead',
      label: 'A',
      score: 90,
      priority: 'normal',
      queue: 'sales',
      due: [{ clock: 'followup', dueAt: at('10') }],
      needs: { skills: [], territory: null, language: null },
      topics: ['widgets'],
      vip: false,
      content: {
        subject: 'A question',
        summary: 'A secret of the sender',
        fields: [
          { name: 'company', value: 'Example' },
          { name: 'product', value: 'Anvil' },
        ],
      },
      tell: [{ kind: 'slack.message', target: '#review', mode: 'propose' }],
      pool: 'desk',
      requestedAt: '2026-01-05T09:00:00.000Z',
    });
  });

  it('is told of here where nobody is given it, by the sinks that are on', () => {
    expect(ofType(alone().decide(wrote()), effectRequested.v1)).toMatchObject([
      { kind: 'slack.message', target: '#sales', content: { summary: 'A secret of the sender', owner: null } },
      { kind: 'webhook.delivery', target: 'subscribers', content: { type: 'inquiry.routed' } },
    ]);
    const off = { slack: { mode: 'off', otherwise: '#all' }, webhooks: [{ name: 'subscribers', mode: 'off' }] };
    expect(ofType(alone({ sinks: off }).decide(wrote()), effectRequested.v1)).toEqual([]);
  });

  it('is told to nobody where its route says so, though a pool has it', () => {
    const routes = [{ id: 'quiet', when: 'true', queue: 'sales', pool: 'desk', notify: false }];
    expect(ofType(pooled({ routes }).decide(wrote()), assignmentRequested.v1)).toMatchObject([{ tell: [] }]);
  });

  it('that its route closes is promised nothing, asked for by nobody, and not remembered', () => {
    const run = pooled();
    const events = run.decide(wrote('i', { decision: { category: 'spam' } }));
    expect(typesOf(events)).toEqual([inquiryRouted.v1.type]);
    expect(run.remembered).toEqual({});
  });

  it('and closed moves nothing that runs in its conversation', () => {
    const run = pooled();
    run.decide(wrote());
    const before = run.state;
    run.decide(wrote('spam', { receivedAt: at('02'), decision: { category: 'spam' } }));
    expect(run.state).toEqual(before);
  });

  it('a second time asks for an owner again and starts nothing anew', () => {
    const run = pooled();
    run.decide(wrote());
    const before = run.state;
    const events = run.decide(wrote());
    expect([movesOf(events), run.state]).toEqual([[], before]);
    expect(typesOf(events)).toContain(assignmentRequested.v1.type);
  });
});

describe('the clocks of a conversation', () => {
  it('promise, and tell people, as the playbook says for whom the message was', () => {
    const run = alone({
      overrides: {
        brand: {
          acme: {
            routes: [{ id: 'any', when: 'true', queue: 'sales', sla: { followup: 60 } }],
            sinks: { slack: { channels: { sales: '#acme-sales' } } },
          },
        },
      },
    });
    expect(movesOf(run.decide(wrote('i', { brand: 'acme' })))).toMatchObject([{ minutes: 60, dueAt: at('01') }]);
    const late = run.decide(due('2026-01-05T00:54:00.000Z'), { now: '2026-01-05T00:54:00.000Z' });
    expect(ofType(late, effectRequested.v1)).toMatchObject([{ target: '#acme-sales' }]);
    expect(movesOf(alone().decide(wrote()))).toMatchObject([{ minutes: 600 }]);
  });

  it('say that a promise is at risk, and ask nobody to be told before the ladder does', () => {
    const run = alone();
    run.decide(wrote());
    const events = run.decide(due(at('07')), { now: at('07') });
    expect(typesOf(events)).toEqual([slaAtRisk.v1.type]);
    expect(events[0]?.data).toMatchObject({ share: 0.7, reachedAt: at('07'), dueAt: at('10'), noticedAt: at('07') });
  });

  it('do different things at each step of the ladder', () => {
    const run = alone();
    run.all(wrote(), said('i', { do: 'claim', owner: 'ada' }));
    const events = run.decide(due(at('20')), { now: at('20') });
    expect(
      ofType(events, slaEscalated.v1).map(({ step, told, priority, owner }) => ({
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
    expect(typesOf(events)).toEqual([
      slaAtRisk.v1.type,
      slaAtRisk.v1.type,
      slaEscalated.v1.type,
      effectRequested.v1.type,
      slaBreached.v1.type,
      slaEscalated.v1.type,
      effectRequested.v1.type,
      slaEscalated.v1.type,
      effectRequested.v1.type,
    ]);
  });

  it('ask for the same effect under the same id, whichever decision asks', () => {
    const idsOf = (decisionId: string, hour: string) => {
      const run = alone();
      run.decide(wrote());
      return ofType(run.decide(due(at(hour)), { decisionId: decisionId as never }), effectRequested.v1).map(
        ({ effectId }) => effectId,
      );
    };
    const ids = idsOf('00000000-0000-5000-8000-000000000001', '20');
    expect(idsOf('00000000-0000-5000-8000-000000000002', '21')).toEqual(ids);
    expect(new Set(ids).size).toBe(3);
  });

  it('tell a channel once, though two actions of a step name it', () => {
    const twice = { id: 'twice', at: 1, do: [{ do: 'tell-queue' }, { do: 'tell', channel: '#sales' }] };
    const run = alone({
      sla: {
        ladders: { ladder: [twice] },
        clocks: { followup: { stops: ['replied'], ladder: 'ladder' } },
      },
    });
    run.decide(wrote());
    expect(ofType(run.decide(due(at('10')), { now: at('10') }), effectRequested.v1)).toHaveLength(1);
  });

  it('hold nothing of what a customer wrote in what they ask for', () => {
    const run = alone();
    run.decide(wrote());
    const [effect] = ofType(run.decide(due(at('10')), { now: at('10') }), effectRequested.v1);
    expect(effect?.content).toEqual({
      category: 'at risk',
      priority: 'normal',
      queue: 'sales',
      owner: null,
      subject: 'followup: 90 % of 600 minutes',
      summary: `Waiting since ${START}; due ${at('10')}.`,
      entities: [{ name: 'inquiry', value: id('i') }],
      due: [{ clock: 'followup', dueAt: at('10') }],
    });
  });

  it('end by the rules they began with, whatever the playbook says by then', () => {
    const run = alone();
    run.decide(wrote());
    run.newVersion(
      aClockPlaybook(1, { sla: { atRisk: [], clocks: { followup: { stops: ['closed'], restarts: true } } } }),
    );
    expect(ofType(run.decide(due(at('07')), { now: at('07') }), slaAtRisk.v1)).toMatchObject([{ share: 0.7 }]);
    expect(movesOf(run.decide(said('i', { do: 'reply' })))).toMatchObject([
      { change: 'stopped', result: 'met', minutes: 600, spentMs: 3 * 3_600_000 },
    ]);
    // The customer writes again: this time it is promised what the new version says.
    expect(movesOf(run.decide(wrote('j', { receivedAt: at('05') })))).toMatchObject([
      { change: 'restarted', minutes: 1, inquiryId: id('j') },
    ]);
  });

  it('are said by the message they wait on, where one command moves several', () => {
    const run = alone({
      sla: { clocks: { followup: { stops: ['replied'] }, first_human: { stops: ['replied'] } } },
      routes: [
        {
          id: 'support',
          when: 'decision.category == "support"',
          queue: 'support',
          sla: { followup: 600, first_human: 600 },
        },
      ],
    });
    run.all(wrote(), wrote('j', { receivedAt: at('01'), decision: { category: 'support' } }));
    expect(
      ofType(run.decide(said('i', { do: 'reply' })), slaClocksMoved.v1).map(({ inquiryId, queue, moves }) => [
        inquiryId,
        queue,
        moves.map(({ clock }) => clock),
      ]),
    ).toEqual([
      [id('j'), 'support', ['first_human']],
      [id('i'), 'sales', ['followup']],
    ]);
  });

  it('count their revisions without a gap', () => {
    const run = alone();
    const revisions = [
      wrote(),
      due(at('07')),
      said('i', { do: 'pause', reason: 'waiting', until: null }, { at: at('08') }),
      said('i', { do: 'resume' }, { at: at('12') }),
      said('i', { do: 'reply' }, { at: at('13') }),
      wrote('j', { receivedAt: at('16') }),
    ].flatMap((input) => movesOf(run.decide(input)).map(({ revision }) => revision));
    expect(revisions).toEqual([1, 2, 3, 4, 5]);
  });
});

describe('a moment that has come', () => {
  it('is the earliest of all clocks, and says of which inquiry', () => {
    const run = alone();
    run.decide(wrote());
    const dueOf = () => run.state && conversationState.dueOf(run.state, conversationIdOf(TALK));
    expect(dueOf()).toMatchObject({
      at: at('07'),
      event: { type: 'conversation.due.v1', key: conversationIdOf(TALK), subject: id('i'), data: { dueAt: at('07') } },
    });
    run.decide(due(at('07')), { now: at('07') });
    expect(dueOf()).toMatchObject({ at: at('09') });
    run.decide(said('i', { do: 'reply' }, { at: at('08') }));
    expect(dueOf()).toBeNull();
  });

  it('is believed, however slow the clock of this machine is, and heard of again moves nothing', () => {
    const run = alone();
    run.decide(wrote());
    expect(run.decide(due(at('07')), { now: at('01') })).toHaveLength(1);
    const before = run.state;
    expect([run.decide(due(at('07')), { now: at('07') }), run.state]).toEqual([[], before]);
  });

  it('sets the next one also when nothing has changed', () => {
    const run = alone();
    run.decide(wrote());
    const { state } = run;
    expect(run.decide(due(at('03')), { now: at('03') })).toEqual([]);
    expect(run.written).toEqual({ [conversationIdOf(TALK)]: state });
  });

  it('of a conversation that is forgotten changes nothing', () => {
    const run = alone();
    expect([run.decide(due(at('07'))), run.remembered]).toEqual([[], {}]);
  });
});

describe('who has it', () => {
  it('is told with what its clocks do from now on', () => {
    const run = pooled();
    run.all(wrote(), assigned('i', 'ada'));
    expect(ofType(run.decide(due(at('07')), { now: at('07') }), slaAtRisk.v1)).toMatchObject([{ owner: 'ada' }]);
    run.decide(assigned('i', null, { assignedAt: at('08') }));
    expect(ofType(run.decide(due(at('09')), { now: at('09') }), slaAtRisk.v1)).toMatchObject([{ owner: null }]);
  });

  it('ends the wait for somebody to take it only where they took it themselves', () => {
    const run = pooled();
    run.decide(wrote());
    expect(movesOf(run.decide(assigned('i', 'ada', { by: 'rotation' })))).toEqual([]);
    expect(movesOf(run.decide(assigned('i', 'ada', { by: 'claim' })))).toMatchObject([
      { change: 'stopped', because: 'claimed', by: 'ada', owner: 'ada', at: '2026-01-05T00:01:00.000Z' },
    ]);
  });
});

describe('an older word of a pool, put back from the dead letters', () => {
  it('takes the inquiry from nobody who was given it since', () => {
    const run = pooled();
    run.all(wrote(), assigned('i', 'grace', { assignedAt: at('03') }));
    expect(run.decide(assigned('i', 'ada', { assignedAt: at('02'), by: 'claim' }))).toEqual([]);
    expect([run.state?.owner, run.state?.open[id('i')]?.owner]).toEqual(['grace', 'grace']);
  });

  it('is heard of another inquiry, which changes nothing of who has the conversation', () => {
    const run = pooled();
    run.all(wrote('i'), wrote('j'), assigned('i', 'grace', { assignedAt: at('03') }));
    run.decide(assigned('j', 'ada', { assignedAt: at('02') }));
    expect([run.state?.owner, run.state?.open[id('j')]?.owner]).toEqual(['grace', 'ada']);
  });
});

describe('a claim', () => {
  const claim = (owner: string, name = 'i') => said(name, { do: 'claim', owner });

  it('of what a pool has is the pool’s to decide: no clock hears of it, and nobody has it before', () => {
    const run = pooled();
    run.decide(wrote());
    const before = run.state;
    const events = run.decide(claim('grace'));
    expect(typesOf(events)).toEqual([poolCommand.v1.type]);
    expect(ordersOf(events)).toEqual([
      { to: 'default/desk', do: 'claim', inquiryId: id('i'), owner: 'grace', by: 'console', why: 'a reason' },
    ]);
    expect(run.state).toEqual(before);
  });

  it('is asked of the pool where the inquiry is by now', () => {
    const run = pooled();
    run.all(wrote(), assigned('i', null, { pool: 'triage' }));
    expect(ordersOf(run.decide(claim('grace')))).toMatchObject([{ to: 'default/triage' }]);
  });

  it('of what no pool has holds for whoever is first, and the second reads who that was', () => {
    const run = alone({ sla: { clocks: { followup: { stops: ['claimed'] } } } });
    run.decide(wrote());
    expect(movesOf(run.decide(claim('ada')))).toMatchObject([
      { change: 'stopped', because: 'claimed', by: 'ada', owner: 'ada' },
    ]);
    const before = run.state;
    const events = run.decide(claim('grace'));
    expect([typesOf(events), refusalsOf(events)]).toEqual([[commandRefused.v1.type], ['claim of console: ada has it']]);
    expect(run.state).toEqual(before);
    expect(run.decide(claim('ada'))).toEqual([]);
  });

  it('of somebody whom the playbook does not name is refused, where it names anybody', () => {
    const routes = [{ id: 'free', when: 'true', queue: 'sales', sla: { followup: 600 } }];
    const run = pooled({ routes });
    run.decide(wrote());
    expect(refusalsOf(run.decide(claim('nobody')))).toEqual([
      'claim of console: the playbook has no owner of that name',
    ]);
    expect(movesOf(run.decide(claim('grace')))).toMatchObject([{ change: 'stopped', owner: 'grace' }]);
  });

  it('of what is closed, or was never routed, is refused', () => {
    const run = pooled();
    run.all(wrote(), said('i', { do: 'close' }));
    expect(refusalsOf(run.decide(claim('ada')))).toEqual(['claim of console: it is closed']);
    expect(refusalsOf(run.decide(claim('ada', 'unknown')))).toEqual([
      'claim of console: it was not routed, or is closed',
    ]);
  });
});

describe('what people say', () => {
  it.each([
    { command: { do: 'acknowledge' }, stops: 'acknowledged' },
    { command: { do: 'reply' }, stops: 'replied' },
    { command: { do: 'close' }, stops: 'closed' },
  ] as const)('$command.do is heard by the clocks, with who said it and when', ({ command, stops }) => {
    const run = alone({ sla: { clocks: { followup: { stops: [stops] } } } });
    run.decide(wrote());
    expect(movesOf(run.decide(said('i', command)))).toMatchObject([
      { change: 'stopped', because: stops, by: 'console', at: at('03') },
    ]);
  });

  it('pauses and resumes the clocks', () => {
    const run = alone();
    run.decide(wrote());
    expect(movesOf(run.decide(said('i', { do: 'pause', reason: 'waiting', until: null })))).toMatchObject([
      { change: 'paused', because: 'waiting', dueAt: null },
    ]);
    expect(movesOf(run.decide(said('i', { do: 'resume' }, { at: at('05') })))).toMatchObject([
      { change: 'resumed', dueAt: at('12') },
    ]);
  });

  it('has happened by the time it is heard of, whatever the clock of who says it', () => {
    const run = alone();
    run.decide(wrote());
    const events = run.decide(said('i', { do: 'reply' }, { at: '9998-12-31T23:59:59.999Z' }), { now: at('03') });
    expect(typesOf(events)).toEqual([slaClocksMoved.v1.type]);
    expect(movesOf(events)).toMatchObject([{ change: 'stopped', result: 'met', at: at('03') }]);
  });

  it('about what was not routed, or is forgotten, is refused and not lost', () => {
    const run = pooled();
    for (const command of [{ do: 'reply' }, { do: 'close' }, { do: 'claim', owner: 'ada' }] as const)
      expect(refusalsOf(run.decide(said('i', command)))).toEqual([
        `${command.do} of console: nothing of its conversation was routed that still runs or is remembered`,
      ]);
    expect(run.remembered).toEqual({});
  });

  it('is refused where no clock may stand still for the reason', () => {
    const run = alone();
    run.decide(wrote());
    for (const reason of ['lunch', 'constructor'])
      expect(refusalsOf(run.decide(said('i', { do: 'pause', reason, until: null })))).toEqual([
        'pause of console: no clock of its conversation runs that may stand still for this reason',
      ]);
  });
});

describe('a conversation that is closed', () => {
  const close = (over = {}) => said('i', { do: 'close' }, { at: at('08'), ...over });

  it('gives back the places of all its inquiries, each in its own pool, and says who closed it and why', () => {
    const run = pooled();
    run.all(wrote(), assigned('i', 'ada'), wrote('j'), assigned('j', null, { pool: 'support' }));
    expect(ordersOf(run.decide(close())).sort((a, b) => (a.to < b.to ? -1 : 1))).toEqual([
      { to: 'default/desk', do: 'release', inquiryId: id('i'), by: 'console', why: 'a reason' },
      { to: 'default/support', do: 'release', inquiryId: id('j'), by: 'console', why: 'a reason' },
    ]);
    expect(run.state).toMatchObject({ open: {}, closed: expect.arrayContaining([id('i'), id('j')]) as unknown });
    expect(ordersOf(run.decide(close()))).toEqual([]);
  });

  it('gives back at once what a pool gives after it was closed, whichever was heard first', () => {
    const run = pooled();
    run.all(wrote(), close());
    const before = run.state;
    const events = run.decide(assigned('i', 'ada', { by: 'claim' }));
    expect(ordersOf(events)).toMatchObject([
      { to: 'default/desk', do: 'release', inquiryId: id('i'), why: 'it was closed meanwhile' },
    ]);
    expect([events, run.state]).toEqual([events.slice(0, 1), before]);
  });

  it('leaves to its owner what the customer wrote afterwards', () => {
    const run = pooled();
    run.all(wrote(), assigned('i', 'ada'), wrote('k', { receivedAt: at('09') }), assigned('k', 'grace'));
    expect(ordersOf(run.decide(close()))).toMatchObject([{ inquiryId: id('i') }]);
    expect(Object.keys(run.state?.open ?? {})).toEqual([id('k')]);
  });
});

describe('a conversation that nobody closes', () => {
  const manyId = (n: number) => uuidV5('many', String(n)) as InquiryId;
  const many = (count: number, ownerOf: (n: number) => string | null = () => 'ada') =>
    Array.from({ length: count }, (_, n) =>
      assigned('i', ownerOf(n), {
        inquiryId: manyId(n),
        assignedAt: new Date(Date.parse(at('09')) + n * 1_000).toISOString(),
      }),
    );
  const orders = (run: ConversationRun, inputs: ReturnType<typeof many>) =>
    inputs.flatMap((one) => ordersOf(run.decide(one)));

  it('remembers a hundred inquiries, and gives the oldest back for one more', () => {
    const run = pooled();
    expect(orders(run, many(100))).toEqual([]);
    const more = many(103).slice(100);
    expect(orders(run, more)).toMatchObject(
      [0, 1, 2].map((n) => ({
        do: 'release',
        inquiryId: manyId(n),
        by: 'follow-conversation',
        why: 'its conversation has too many open inquiries',
      })),
    );
    expect(Object.keys(run.state?.open ?? {})).toHaveLength(100);
  });

  it('gives back none that waits, and hears of those that are left to their pools once somebody has them', () => {
    const mixed = pooled();
    expect(
      orders(
        mixed,
        many(102, (n) => (n < 50 ? null : 'ada')),
      ),
    ).toMatchObject([{ inquiryId: manyId(50) }, { inquiryId: manyId(51) }]);
    const waiting = pooled();
    expect(
      orders(
        waiting,
        many(102, () => null),
      ),
    ).toEqual([]);
    waiting.decide(assigned('i', 'ada', { inquiryId: manyId(0) }));
    expect(Object.keys(waiting.state?.open ?? {})).toHaveLength(100);
    expect(waiting.state?.open[manyId(0)]).toMatchObject({ owner: 'ada' });
  });

  it('remembers what was closed for as long as something may still be given of it', () => {
    const run = pooled();
    const ordered = Array.from({ length: 4 }, (_, round) => [
      ...many(100).map((one) => ({ ...one, inquiryId: uuidV5(String(round), one.inquiryId) as InquiryId })),
      said('i', { do: 'close' }, { at: at('12'), inquiryId: uuidV5(String(round), manyId(0)) as InquiryId }),
    ])
      .flat()
      .flatMap((input) => ordersOf(run.decide(input, { now: at('13') })));
    expect(ordered).toHaveLength(400);
    expect(run.state?.open).toEqual({});
    expect(run.state?.closed).toHaveLength(200);
    expect(run.state?.closed).toContain(uuidV5('3', manyId(99)));
  });
});

describe('what is remembered', () => {
  const expiry = (run: ConversationRun) => run.state && conversationState.expiresAt(run.state, at('00', '06'));

  it('ends with the retention of the playbook, once nothing runs and nobody has anything of it', () => {
    const run = pooled({ retention: { rawDays: 30, normalisedDays: 10 } });
    run.decide(wrote());
    expect(expiry(run)).toBeNull();
    run.decide(said('i', { do: 'reply' }));
    expect(expiry(run)).toBeNull();
    run.decide(said('i', { do: 'close' }));
    expect(expiry(run)).toBe(at('00', '16'));
    const free = alone();
    free.all(wrote(), said('i', { do: 'reply' }));
    expect(expiry(free)).toBe('2026-02-05T00:00:00.000Z');
    free.decide(said('i', { do: 'claim', owner: 'ada' }));
    expect(expiry(free)).toBeNull();
  });

  it('is small: a conversation with three clocks and a proposal takes little more than a kilobyte, its calendars and ladders stand in the playbook', () => {
    const root = join(import.meta.dirname, '..', '..', '..', '..');
    const found = loadPlaybooks(join(root, 'playbooks')).playbooks.find(
      ({ playbook }) => playbook.name === 'customer-ops',
    );
    const run = new ConversationRun(found?.playbook as never);
    run.all(wrote(), assigned('i', 'ada'), due('2026-01-05T00:01:30.000Z'));
    expect(Object.keys(run.state?.clocks ?? {})).toHaveLength(3);
    expect(JSON.stringify(run.state).length).toBeLessThan(1_350);
  });
});

describe('who wrote', () => {
  const mail = {
    slack: { mode: 'live', otherwise: '#all' },
    webhooks: [{ name: 'subscribers', mode: 'off' }],
    mail: { mode: 'live', provider: 'smtp' },
  };
  const received = { enabled: true, subject: 'Re: {{subject}}', text: 'Received.' };
  const clocks = {
    acknowledgement: { stops: ['acknowledged', 'sent', 'replied'], pausable: false },
    followup: { stops: ['replied'], restarts: true, ladder: 'ladder' },
  };
  const answering = (over: object = {}, more: ClockPlaybookOver = {}) =>
    alone({
      sinks: mail,
      routes: [
        { id: 'spam', when: 'decision.category == "spam" && !decision.review', queue: 'closed', closed: true },
        { id: 'all', when: 'true', queue: 'sales', sla: { acknowledgement: 2, followup: 600 } },
      ],
      sla: { clocks },
      acknowledgement: { allow: ['lead', 'spam'], footer: 'A person reads it', templates: { received }, ...over },
      ...more,
    });
  const mailsOf = (events: readonly DomainEvent[]) =>
    ofType(events, effectRequested.v1).filter(({ kind }) => kind === 'mail.reply');
  const toldOf = (events: readonly DomainEvent[]) =>
    ofType(events, effectRequested.v1).filter(({ kind }) => kind === 'slack.message');
  const stopsOf = (events: readonly DomainEvent[]) =>
    movesOf(events).flatMap(({ clock, change, because, by }) => (change === 'stopped' ? [{ clock, because, by }] : []));

  it('is told that it arrived, in the thread of their mail, and from then on the promise is kept', () => {
    const run = answering();
    const answerTo = { messageId: 'One@x.example', references: [] };
    const scored = wrote('i');
    const [effect] = mailsOf(run.decide({ ...scored, content: { ...scored.content, answerTo } }));
    expect(effect).toMatchObject({
      target: 'smtp',
      mode: 'live',
      purpose: 'acknowledgement',
      content: {
        to: { address: scored.contact.email },
        from: null,
        answerTo,
        message: { kind: 'ready', subject: 'Re: A question', text: 'Received.\n\nA person reads it', html: null },
      },
    });
    expect(stopsOf(run.decide(answered('i')))).toEqual([
      { clock: 'acknowledgement', because: 'acknowledged', by: 'notifier' },
    ]);
    expect(run.decide(answered('i'))).toEqual([]);
  });

  it('is told once a conversation, however often they write', () => {
    const run = answering();
    const [first, second] = ['i', 'j'].map((name) => mailsOf(run.decide(wrote(name))));
    expect([first?.length, second?.length]).toEqual([1, 0]);
    run.decide(answered('i'));
    expect(mailsOf(run.decide(wrote('k')))).toEqual([]);
  });

  it.each([
    ['a machine', { automation: { kind: 'auto-reply', evidence: [] } }, {}, {}],
    ['somebody without an address', { contact: { email: null } }, {}, {}],
    ['about what the playbook does not allow', {}, { allow: ['support'] }, {}],
    ['about what is never answered unseen', {}, { never: ['lead'] }, {}],
    ['about what a person has to look at', { decision: { review: { needed: true, reasons: ['x'] } } }, {}, {}],
    ['about what is closed', { decision: { category: 'spam' } }, {}, {}],
    ['where no template is for it', {}, { templates: { received: { ...received, category: 'support' } } }, {}],
    ['where its template is off', {}, { templates: { received: { ...received, enabled: false } } }, {}],
    ['where mail is off', {}, {}, { sinks: { ...mail, mail: { mode: 'off' } } }],
    ['where mail is for other queues', {}, {}, { sinks: { ...mail, mail: { mode: 'live', queues: ['closed'] } } }],
    [
      'of another category than mail is for',
      {},
      {},
      { sinks: { ...mail, mail: { mode: 'live', notCategories: ['lead'] } } },
    ],
  ])('is not told: %s', (_case, inquiry, acknowledgement, playbook) => {
    const scored = wrote('i');
    const given = {
      ...scored,
      ...inquiry,
      contact: { ...scored.contact, ...('contact' in inquiry ? inquiry.contact : {}) },
      decision: { ...scored.decision, ...('decision' in inquiry ? inquiry.decision : {}) },
    };
    expect(mailsOf(answering(acknowledgement, playbook).decide(inquiryScored.v1.parse(given)))).toEqual([]);
  });

  it('is told in their language where there is a template of it, and by the one for what it is', () => {
    const template = (text: string, over: object) => ({ ...received, text, ...over });
    const templates = {
      any: template('any', {}),
      english: template('english', { language: 'en' }),
      german: template('german', { language: 'de' }),
      lead: template('lead', { category: 'lead' }),
    };
    const textsOf = (over: object, language: string) => {
      const scored = wrote('i', over);
      return mailsOf(
        answering({ templates, allow: ['lead', 'support'] }).decide({
          ...scored,
          language: { code: language, confidence: 1 },
        }),
      ).map(({ content }) => (content as { message: { text: string } }).message.text.split('\n')[0]);
    };
    const support = { decision: { category: 'support' } };
    expect([textsOf(support, 'de'), textsOf(support, 'en'), textsOf(support, 'fr'), textsOf({}, 'de')]).toEqual([
      ['german'],
      ['english'],
      ['any'],
      ['lead'],
    ]);
  });

  it('is not written to with a gap: the effect says which', () => {
    const templates = { received: { ...received, text: 'Book: {{booking_link}}', slots: ['booking_link'] } };
    expect(mailsOf(answering({ templates }).decide(wrote()))[0]?.content).toMatchObject({
      message: { kind: 'unfilled', slots: ['booking_link'] },
    });
  });

  it.each([
    ['refuted', 'recipient-refused', 'answer not sent', 1],
    ['unknown', 'timeout', 'answer uncertain', 0],
    ['skipped', 'too-many-answers', 'answer not sent', 1],
  ] as const)(
    'may not have been reached (%s): the queue is told, and the clock goes on',
    (state, reason, category, again) => {
      const run = answering();
      run.decide(wrote());
      const events = run.decide(answered('i', { state, reason }));
      expect(stopsOf(events)).toEqual([]);
      expect(toldOf(events)).toMatchObject([
        { target: '#all', content: { category, subject: `acknowledgement: ${reason}` } },
      ]);
      expect(mailsOf(run.decide(wrote('j')))).toHaveLength(again);
    },
  );

  it('is left to people where a machine is to send nothing', () => {
    const run = answering();
    run.decide(wrote());
    expect(run.decide(answered('i', { state: 'skipped', reason: 'propose' }))).toEqual([]);
  });
});
