import { parsePlaybook, pathOf, type Playbook } from '@sluice/policy';
import { aDocument } from '@sluice/policy/testing';
import type { DecisionId } from '@sluice/kernel';
import type { InquiryEnriched } from '@sluice/contracts';
import { describe, expect, it } from 'vitest';
import type { FieldValue, InquiryReading } from '../ports/inquiry-reader.port.ts';
import { anEnrichedInquiry } from '../testing/an-enriched-inquiry.ts';
import { decisionOn } from './decision.ts';

const usage = {
  model: 'm',
  promptHash: '0'.repeat(64),
  cached: false,
  repaired: false,
  inputTokens: 1,
  outputTokens: 1,
  costUsd: 0,
};
const read = (fields: Readonly<Record<string, FieldValue>>): InquiryReading => ({
  kind: 'understood',
  fields: { confidence: 1, ...fields },
  usage,
});
const readings = {
  understood: read({}),
  unavailable: { kind: 'unavailable', because: 'timeout', usage },
  unreadable: { kind: 'unreadable', because: 'invalid', usage },
} as const satisfies Readonly<Record<string, InquiryReading>>;

const inquiryWith = (metadata: InquiryEnriched['content']['metadata'] = {}): InquiryEnriched =>
  anEnrichedInquiry({
    content: { subject: 'Seats', text: 'We need forty seats by the end of next month.', removed: [], metadata },
  });
const decide = (playbook: Playbook, reading: InquiryReading = readings.understood, inquiry = inquiryWith()) =>
  decisionOn(playbook, {
    inquiry,
    reading,
    decisionId: '00000000-0000-5000-8000-000000000001' as DecisionId,
    now: '2026-01-05T09:00:00.000Z',
  });

const FLAGS = { flags: [{ name: 'vip' }, { name: 'noted' }] };
/** An answer goes out unseen unless something holds it back. */
const open = (over: object = {}): Playbook =>
  parsePlaybook(
    aDocument({
      extraction: { fields: { confidence: { type: 'number', describe: 'How sure' } } },
      gates: { reviewBelow: 0.1, autoSend: 0.5, neverAutoSendWith: ['vip'] },
      taxonomy: FLAGS,
      ...over,
    }),
  );

describe('a condition that can not be evaluated', () => {
  const UNKNOWN = 'metadata.plan == "enterprise"';
  const because = 'metadata.plan is not there';

  it('is the control: without it an answer goes out unseen', () => {
    const decision = decide(open());
    expect(pathOf(decision)).toBe('auto');
    expect(decision).not.toHaveProperty('unevaluated');
  });

  it.each(['human', 'suggest'] as const)('holds an answer back where a guard would have (%s), and is told', (path) => {
    const guard = { id: 'enterprise', when: UNKNOWN, then: { path, flag: 'noted', priority: 'high' } };
    const decision = decide(open({ guards: [guard] }));
    expect(pathOf(decision)).toBe(path);
    expect(decision).toMatchObject({
      priority: 'high',
      flags: expect.arrayContaining(['noted', 'rule:enterprise']),
      unevaluated: [{ condition: 'guards.enterprise', because, counted: 'held' }],
    });
  });

  it.each([
    { what: 'by its path', then: { path: 'suggest' } },
    { what: 'by a flag with which nothing goes out unseen', then: { flag: 'vip' } },
  ])('holds an answer back where a rule would have: $what', ({ then }) => {
    const rule = {
      id: 'enterprise',
      when: UNKNOWN,
      then: { ...then, category: 'billing', label: 'Drop', decide: true },
    };
    const decision = decide(open({ rules: [rule] }));
    expect(pathOf(decision)).toBe('suggest');
    // It holds back, and settles nothing: neither category nor label is taken from what nobody knows.
    expect(decision).toMatchObject({
      category: 'lead',
      label: null,
      unevaluated: [{ condition: 'rules.enterprise', because, counted: 'held' }],
    });
  });

  it.each([
    { what: 'the flag is set', when: '"noted" in decision.flags', holds: true },
    { what: 'the rule held', when: '"rule:enterprise" in decision.flags', holds: true },
    {
      what: 'the flag is set, and what is not',
      when: '"noted" in decision.flags && decision.score > 5.0',
      holds: false,
    },
  ])('holds an answer back where a guard asks whether $what: $holds', ({ when, holds }) => {
    const rule = { id: 'enterprise', when: UNKNOWN, then: { flag: 'noted' } };
    const guard = { id: 'noted', when, then: { path: 'human' } };
    const decision = decide(open({ rules: [rule], guards: [guard] }));
    expect(pathOf(decision)).toBe(holds ? 'human' : 'auto');
    expect(decision.unevaluated).toEqual([
      { condition: 'rules.enterprise', because, counted: 'not-held' },
      ...(holds
        ? [
            {
              condition: 'guards.noted',
              because: 'rests on a flag of a rule that could not be evaluated',
              counted: 'held',
            },
          ]
        : []),
    ]);
  });

  it('lets nothing out that a flag in doubt would let out', () => {
    const rule = { id: 'trusted', when: UNKNOWN, then: { flag: 'noted' } };
    const guard = { id: 'untrusted', when: '!("noted" in decision.flags)', then: { path: 'human' } };
    expect(pathOf(decide(open({ rules: [rule], guards: [guard] })))).toBe('human');
  });

  it('does not hold anywhere else, and is told', () => {
    const rule = { id: 'enterprise', when: UNKNOWN, then: { category: 'billing', flag: 'noted', decide: true } };
    const decision = decide(open({ rules: [rule] }));
    expect(pathOf(decision)).toBe('auto');
    expect(decision).toMatchObject({
      category: 'lead',
      flags: [],
      unevaluated: [{ condition: 'rules.enterprise', because, counted: 'not-held' }],
    });
  });

  it('says nothing of what was sent', () => {
    const guard = { id: 'budget', when: 'metadata.budget > 5000', then: { path: 'human' } };
    const decision = decide(open({ guards: [guard] }), readings.understood, inquiryWith({ budget: 'ask Jane Doe' }));
    expect(JSON.stringify(decision)).not.toContain('Jane');
    expect(decision.unevaluated).toEqual([
      {
        condition: 'guards.budget',
        because: 'metadata.budget > 5000 rests on a text that says no number',
        counted: 'held',
      },
    ]);
  });
});

it('a budget earns the same as a number, as text and with its currency', () => {
  const component = {
    rule: 'budget',
    when: 'metadata.budget >= 10000',
    points: 20,
    input: 'metadata.budget',
    from: 'rule',
  };
  const playbook = open({ rubric: { components: [component] } });
  const scored = [25_000, '25000', '$ 25,000.00', '25.000 €', '25k'].map((budget) => {
    const { score, reasons } = decide(playbook, readings.understood, inquiryWith({ budget }));
    return { score, reasons };
  });
  expect(scored).toEqual(
    Array(5).fill({ score: 20, reasons: [{ rule: 'budget', points: 20, input: 25_000, from: 'rule' }] }),
  );
});

describe('a decision without a model', () => {
  it.each([
    { kind: 'unavailable', reason: 'model-unavailable' },
    { kind: 'unreadable', reason: 'unreadable-model-answer' },
  ] as const)('goes to people, however low the gates are: $kind', ({ kind, reason }) => {
    const decision = decide(open({ gates: { reviewBelow: 0 } }), readings[kind]);
    expect(decision.review).toEqual({ needed: true, reasons: [reason] });
    expect(pathOf(decision)).toBe('human');
  });

  it('does not where the playbook asks none', () => {
    expect(decide(open(), { kind: 'not-asked' }).review).toEqual({ needed: false, reasons: [] });
  });
});

it.each([null, 2, 'sure'])('a model that does not say how sure it is (%j) passes no gate', (confidence) => {
  const decision = decide(open({ gates: { reviewBelow: 0.5, autoSend: 0.5 } }), read({ confidence }));
  expect(decision).toMatchObject({ confidence: 0.3, review: { needed: true, reasons: ['low-confidence'] } });
  expect(pathOf(decision)).toBe('human');
});

describe('what a model says freely', () => {
  const said = 'get a refund for Jane Doe, +1 415 555 0100';
  const AXES = ['intent', 'product', 'urgency', 'sentiment'] as const;
  const fields = Object.fromEntries(AXES.map((axis) => [axis, { type: 'string', describe: axis }]));
  const answers = read(Object.fromEntries(AXES.map((axis) => [axis, said])));

  it.each([
    { how: 'no axis is listed', axes: {} },
    { how: 'an axis lists values', axes: Object.fromEntries(AXES.map((axis) => [axis, { values: ['buy', 'ask'] }])) },
    {
      how: 'an axis lists words only',
      axes: Object.fromEntries(AXES.map((axis) => [axis, { words: { buy: ['purchase'] } }])),
    },
    { how: 'an axis lists nothing', axes: Object.fromEntries(AXES.map((axis) => [axis, {}])) },
  ])('is not in the decision where $how', ({ axes }) => {
    const decision = decide(open({ extraction: { fields }, taxonomy: { ...FLAGS, axes } }), answers);
    expect(decision).toMatchObject({ intent: null, product: null, urgency: null, sentiment: null });
    expect(JSON.stringify(decision)).not.toContain('Jane');
  });

  it('is where the playbook lists it', () => {
    const axes = {
      intent: { values: ['buy'] },
      product: { words: { api: ['endpoint'] } },
      urgency: { fallback: 'normal' },
    };
    const playbook = open({ extraction: { fields }, taxonomy: { ...FLAGS, axes } });
    expect(decide(playbook, read({ intent: 'buy', product: 'api', urgency: 'normal' }))).toMatchObject({
      intent: 'buy',
      product: 'api',
      urgency: 'normal',
    });
  });
});
