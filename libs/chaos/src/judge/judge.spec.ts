import { describe, expect, it } from 'vitest';
import type { CommittedRecord } from './committed-records.ts';
import type { Evidence } from './evidence.ts';
import { checks, judge } from './judge.ts';

const CHAIN = ['inquiry.normalized.v1', 'inquiry.enriched.v1', 'inquiry.scored.v1', 'inquiry.routed.v1'];
const STAGES = [
  ['normalize-inquiry', 'inquiry.raw.v1'],
  ['enrich-inquiry', 'inquiry.normalized.v1'],
  ['score-inquiry', 'inquiry.enriched.v1'],
  ['follow-conversation', 'inquiry.scored.v1'],
  ['assign-owner', 'assignment.requested.v1'],
  ['follow-conversation', 'inquiry.assigned.v1'],
] as const;
const TRACE = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

const record = (topic: string, offset: number, inquiryId: string, data: object = {}): CommittedRecord => ({
  topic,
  partition: 0,
  offset,
  key: 'conversation',
  headers: { ce_id: `${topic}-${offset}`, ce_subject: inquiryId, ce_type: topic, traceparent: TRACE },
  value: JSON.stringify(data),
});

const wayOf = (inquiryId: string, at: number): readonly CommittedRecord[] => [
  record('inquiry.raw.v1', at, inquiryId),
  ...CHAIN.map((topic) => record(topic, at, inquiryId)),
  record('assignment.requested.v1', at, inquiryId),
  record('inquiry.assigned.v1', at, inquiryId, { owner: at % 2 === 0 ? 'ada' : 'grace' }),
  record('effect.requested.v1', at, inquiryId, { effectId: `effect-${at}`, kind: 'slack.message', inquiryId }),
  record('effect.settled.v1', at, inquiryId, {
    effectId: `effect-${at}`,
    kind: 'slack.message',
    inquiryId,
    state: 'confirmed',
  }),
  ...STAGES.map(([stage, topic], index) =>
    record('decision.journal.v1', at * 10 + index, inquiryId, {
      stage,
      input: { topic, partition: 0, offset: String(at) },
    }),
  ),
];

const NOON = Date.parse('2026-01-05T12:00:00.000Z');
/** A request for `key` that a provider had: with its answer given, unless a fault or its asker's end took it. */
const request = (
  key: string,
  { fault = null, status = 200 }: { readonly fault?: string | null; readonly status?: number | null } = {},
) => ({
  number: 1,
  at: new Date(NOON).toISOString(),
  method: 'POST',
  path: '/',
  headers: { 'webhook-id': key },
  body: null,
  status,
  fault,
  applied: [key],
});
const journal = (applied: Readonly<Record<string, number>>, entries: readonly ReturnType<typeof request>[] = []) => ({
  received: entries.length,
  applied,
  entries,
});

const poison = (topic: string, value: string): CommittedRecord => ({
  topic,
  partition: 0,
  offset: 9,
  key: 'of poison',
  headers: { ce_id: 'poison', ce_type: topic },
  value,
});
const deadLetter = (topic: string, stage: string, value: string): CommittedRecord => ({
  ...poison(topic, value),
  topic: `${topic}.dlq.${stage}`,
  offset: 0,
  headers: {
    '__streams.errors.topic': topic,
    '__streams.errors.partition': '0',
    '__streams.errors.offset': '9',
    sluice_errors_stage: stage,
  },
});

/** A run of two inquiries in which nothing went wrong. */
const aGoodRun = (): Evidence => {
  const after = [...wayOf('one', 0), ...wayOf('two', 1)];
  return {
    acknowledged: ['one', 'two'].map((inquiryId) => ({ inquiryId, round: 'calm' })),
    during: after,
    after,
    positions: [
      { group: 'sluice.follow-conversation', topic: 'inquiry.scored.v1', partition: 0, committed: 2, end: 2 },
    ],
    offsetHistory: new Map([['sluice.follow-conversation inquiry.scored.v1/0', [1, 2]]]),
    hanging: [],
    transactions: [{ transactionalId: 'sluice.follow-conversation.one', state: 'CompleteCommit' }],
    slack: journal({ 'effect-0': 1, 'effect-1': 1 }),
    webhook: journal({}),
    openai: journal({ one: 1, two: 1 }),
    interruptions: [],
    shares: { ada: 1, grace: 1 },
    readModel: {
      events: after
        .filter(({ topic }) => topic !== 'decision.journal.v1')
        .map(({ topic, offset }) => `${topic}/0/${offset}`),
      owners: new Map([
        ['one', 'ada'],
        ['two', 'grace'],
      ]),
      effects: new Map([
        ['effect-0', 'confirmed'],
        ['effect-1', 'confirmed'],
      ]),
    },
  };
};

const broken = (evidence: Evidence): readonly string[] =>
  judge(evidence)
    .filter(({ violations }) => violations.length > 0)
    .map(({ invariant }) => invariant);
const without = (records: readonly CommittedRecord[], topic: string, inquiryId: string) =>
  records.filter((one) => one.topic !== topic || one.headers['ce_subject'] !== inquiryId);
const both = (after: readonly CommittedRecord[]) => ({ after, during: after });

describe('the judge', () => {
  it('finds nothing where nothing went wrong, and looked at something for every invariant', () => {
    const findings = judge(aGoodRun());
    expect(findings.flatMap(({ violations }) => violations)).toEqual([]);
    expect(findings.map(({ checked }) => checked > 0)).toEqual(checks.map(() => true));
  });

  it('takes poison that was dead-lettered as it came for accounted for', () => {
    const { after } = aGoodRun();
    const rotten = [
      ['inquiry.raw.v1', 'normalize-inquiry'],
      ['effect.requested.v1', 'plan-effects'],
    ] as const;
    expect(
      broken({
        ...aGoodRun(),
        ...both([
          ...after,
          ...rotten.flatMap(([topic, stage]) => [poison(topic, 'rotten'), deadLetter(topic, stage, 'rotten')]),
        ]),
      }),
    ).toEqual([]);
  });

  const run = aGoodRun();
  const twice = (topic: string, data: object = {}) =>
    both([
      ...run.after,
      { ...record(topic, 2, 'two', data), headers: { ...record(topic, 1, 'two').headers, ce_id: 'another' } },
    ]);
  const faults: readonly (readonly [string, Partial<Evidence>, string])[] = [
    ['an inquiry is gone', both(without(run.after, 'inquiry.routed.v1', 'two')), 'no acknowledged input lost'],
    ['an inquiry was scored twice', twice('inquiry.scored.v1'), 'one committed record per inquiry and stage'],
    [
      'an effect was applied twice',
      { slack: journal({ 'effect-0': 2, 'effect-1': 1 }) },
      'one applied effect per effectId',
    ],
    ['an effect was never applied', { slack: journal({ 'effect-1': 1 }) }, 'one applied effect per effectId'],
    [
      'an effect was applied that nobody asked for',
      { webhook: journal({ stranger: 1 }) },
      'one applied effect per effectId',
    ],
    [
      'an effect was never settled',
      both(without(run.after, 'effect.settled.v1', 'one')),
      'one applied effect per effectId',
    ],
    [
      'two inquiries overtook each other',
      both(run.after.map((one) => (one.topic === 'inquiry.routed.v1' ? { ...one, offset: 1 - one.offset } : one))),
      'order per conversation',
    ],
    [
      'a group stopped before the end',
      {
        positions: [
          { group: 'sluice.follow-conversation', topic: 'inquiry.scored.v1', partition: 0, committed: 1, end: 2 },
        ],
      },
      'committed offset = last stable offset at rest',
    ],
    [
      'a committed offset went back',
      { offsetHistory: new Map([['sluice.follow-conversation inquiry.scored.v1/0', [2, 1, 2]]]) },
      'committed offsets never go backwards',
    ],
    [
      'one reader saw what the other did not',
      { during: run.after.slice(1) },
      'no value of an aborted transaction seen',
    ],
    [
      'a stage acted on a record that is not committed',
      both(without(run.after, 'inquiry.scored.v1', 'two')),
      'no value of an aborted transaction seen',
    ],
    [
      'a record was neither decided nor dead-lettered',
      both(run.after.filter(({ topic, offset }) => topic !== 'decision.journal.v1' || offset !== 13)),
      'raw = routed + dropped + dead-lettered',
    ],
    [
      'a dead letter has other bytes than the record had',
      both([
        ...run.after,
        poison('inquiry.raw.v1', 'rotten'),
        deadLetter('inquiry.raw.v1', 'normalize-inquiry', 'fresh'),
      ]),
      'raw = routed + dropped + dead-lettered',
    ],
    [
      'a projection kept silent about what it could not read',
      both([...run.after, poison('effect.requested.v1', 'rotten')]),
      'raw = routed + dropped + dead-lettered',
    ],
    ['a transaction hangs', { hanging: ['inquiry.scored.v1 0 17 0 5'] }, 'no hanging transaction'],
    [
      'a transaction is open when all is quiet',
      { transactions: [{ transactionalId: 'sluice.follow-conversation.one', state: 'Ongoing' }] },
      'no hanging transaction',
    ],
    [
      'an effect has a trace of its own',
      both(
        run.after.map((one) =>
          one.topic === 'effect.settled.v1'
            ? {
                ...one,
                headers: { ...one.headers, traceparent: '00-ffffffffffffffffffffffffffffffff-b7ad6b7169203331-01' },
              }
            : one,
        ),
      ),
      'one trace per effect',
    ],
    [
      'a delivery was repeated for no reason',
      { webhook: journal({}, [request('effect-0'), request('effect-0')]) },
      'one applied effect per effectId',
    ],
    [
      'the model was asked again and again, whatever became of the answers for another',
      {
        openai: journal(
          { one: 5, two: 1 },
          Array.from({ length: 9 }, () => request('two', { status: null })),
        ),
      },
      'model calls ≤ 1 + injected failures',
    ],
    [
      'the model was asked again and again',
      { openai: journal({ one: 5, two: 1 }) },
      'model calls ≤ 1 + injected failures',
    ],
    [
      'an inquiry was assigned twice',
      twice('inquiry.assigned.v1', { owner: 'ada' }),
      'no assignment twice, rotation fair',
    ],
    ...(
      [
        ['does not have an event', { events: run.readModel.events.slice(1) }],
        ['has an event that was never committed', { events: [...run.readModel.events, 'inquiry.raw.v1/0/77'] }],
        ['has an event twice', { events: [...run.readModel.events, 'inquiry.raw.v1/0/0'] }],
        ['has another owner', { owners: new Map([['one', 'ada']]) }],
        [
          'has another state of an effect',
          {
            effects: new Map([
              ['effect-0', 'confirmed'],
              ['effect-1', 'requested'],
            ]),
          },
        ],
      ] as const
    ).map(
      ([what, change]) =>
        [
          `the read model ${what}`,
          { readModel: { ...run.readModel, ...change } },
          'read model agrees with the log',
        ] as const,
    ),
    ['one owner gets everything', { shares: { ada: 0, grace: 2 } }, 'no assignment twice, rotation fair'],
  ];
  it.each(faults)('sees it when %s', (_what, change, invariant) => {
    expect(broken({ ...aGoodRun(), ...change })).toContain(invariant);
  });
});

describe('a repeat', () => {
  const saidOf = (change: Partial<Evidence>) =>
    judge({ ...aGoodRun(), ...change })
      .filter(({ repeats }) => repeats !== undefined)
      .map(({ repeats, violations }) => [repeats, violations.length]);

  it('is counted, and laid at the door of what was lost before it', () => {
    const entries = [
      request('effect-0', { fault: 'timeoutAfterApply', status: null }),
      request('effect-0', { status: null }),
      request('effect-0'),
      request('effect-1', { fault: 'status', status: 429 }),
      request('effect-1'),
    ];
    expect(saidOf({ webhook: journal({}, entries) })[0]).toEqual([
      '2 deliveries repeated: 1 because the provider did not say so, 1 because who asked had gone',
      0,
    ]);
  });

  it('after an answer is explained by an interruption of who had asked', () => {
    expect(
      saidOf({
        webhook: journal({}, [request('effect-0'), request('effect-0')]),
        interruptions: [{ from: NOON - 1, to: NOON + 1 }],
      })[0],
    ).toEqual(['1 deliveries repeated: 1 because who asked was interrupted', 0]);
  });

  it('of a question to the model is allowed for each answer that was lost', () => {
    const lost = Array.from({ length: 4 }, () => request('one', { fault: 'errorAfterApply', status: 500 }));
    expect(saidOf({ openai: journal({ one: 6, two: 1 }, lost) })[1]).toEqual(['5 calls repeated, 4 answers lost', 0]);
  });
});
