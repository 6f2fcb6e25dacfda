import { inquiryScored, type InquiryScored } from '@sluice/contracts';
import { parsePlaybook, pathOf, type Playbook } from '@sluice/policy';
import { aDocument } from '@sluice/policy/testing';
import { stageSpec } from '@sluice/stage/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { InquiryReading } from '../ports/inquiry-reader.port.ts';
import { anEnrichedInquiry } from '../testing/an-enriched-inquiry.ts';
import { scoreInquiry } from './score-inquiry.stage.ts';

type Decision = InquiryScored['decision'];
type Key = 'reviewBelow' | 'route' | 'priority' | 'autoSend';

/** What each gate lets happen, as those see it who act on a decision. */
const acts: Readonly<Record<Key | 'deal', (decision: Decision) => boolean>> = {
  reviewBelow: ({ review }) => !review.needed,
  route: ({ review }) => !review.reasons.includes('queue-uncertain'),
  priority: ({ priority }) => priority === 'high',
  autoSend: (decision) => pathOf(decision) === 'auto',
  deal: ({ gates }) => gates.some(({ gate, passed }) => gate === 'deal' && passed),
};

const inquiry = anEnrichedInquiry({
  brand: 'acme-eu',
  channel: 'form',
  content: {
    subject: 'Seats',
    text: 'We need forty seats by the end of next month, please.',
    removed: [],
    metadata: {},
  },
});
const usage = {
  model: 'm',
  promptHash: '0'.repeat(64),
  cached: false,
  repaired: false,
  inputTokens: 1,
  outputTokens: 1,
  costUsd: 0,
};
const readAs = (confidence: number): InquiryReading => ({
  kind: 'understood',
  fields: { category: 'lead', priority: 'high', confidence },
  usage,
});

/** Everything stands open but for what a test sets. */
const open = { reviewBelow: 0, route: 0, priority: 0, autoSend: 0, path: 'auto', deal: { minConfidence: 0 } };
const playbookWith = (over: object): Playbook =>
  parsePlaybook(
    aDocument({
      extraction: {
        fields: {
          category: { type: 'string', values: ['lead', 'billing'], describe: 'What' },
          priority: { type: 'string', values: ['normal', 'high'], describe: 'How soon' },
          confidence: { type: 'number', describe: 'How sure' },
        },
        categoryField: 'category',
        instructions: 'Report.',
      },
      gates: open,
      tenants: { acme: ['acme-eu'] },
      ...over,
    }),
  );
const decide = (playbook: Playbook, confidence: number): Decision => {
  const { outcome } = stageSpec(scoreInquiry, playbook)(inquiry).when(readAs(confidence));
  if (outcome.kind !== 'emit') throw new Error(`it was not scored: ${outcome.kind}`);
  return inquiryScored.v1.parse(outcome.events[0]?.data).decision;
};

const overridden = (scope: object): object => ({ overrides: scope });

/** Every place where a playbook can say a threshold. */
const places: readonly { readonly place: string; readonly of: (key: Key, at: number) => object }[] = [
  { place: 'the gates', of: (key, at) => ({ gates: { ...open, [key]: at } }) },
  { place: 'the row of the intent', of: (key, at) => ({ gates: { ...open, byIntent: { lead: { [key]: at } } } }) },
  { place: 'the tenant', of: (key, at) => overridden({ tenant: { acme: { gates: { [key]: at } } } }) },
  { place: 'the brand', of: (key, at) => overridden({ brand: { 'acme-eu': { gates: { [key]: at } } } }) },
  { place: 'the channel', of: (key, at) => overridden({ channel: { form: { gates: { [key]: at } } } }) },
  { place: 'the intent', of: (key, at) => overridden({ intent: { lead: { gates: { [key]: at } } } }) },
  {
    place: 'the row of the intent for a brand',
    of: (key, at) => overridden({ brand: { 'acme-eu': { gates: { byIntent: { lead: { [key]: at } } } } } }),
  },
  {
    place: 'a freer row of the intent under a stricter brand',
    of: (key, at) => ({
      gates: { ...open, byIntent: { lead: { [key]: 0 } } },
      ...overridden({ brand: { 'acme-eu': { gates: { [key]: at } } } }),
    }),
  },
];

const phased = (phase: object) => ({ rollout: { phase: 'now', phases: [{ name: 'now', ...phase }] } });
const keys: readonly Key[] = ['reviewBelow', 'route', 'priority', 'autoSend'];
const ways: readonly {
  readonly key: Key | 'deal';
  readonly place: string;
  readonly at: (threshold: number) => object;
}[] = [
  ...keys.flatMap((key) =>
    places.map(({ place, of }) => ({ key, place, at: (threshold: number) => of(key, threshold) })),
  ),
  { key: 'autoSend', place: 'the phase', at: (autoSend) => phased({ autoSend }) },
  {
    key: 'autoSend',
    place: 'the row of the intent in the phase',
    at: (autoSend) => phased({ byIntent: { lead: autoSend } }),
  },
  { key: 'deal', place: 'the gates', at: (minConfidence) => ({ gates: { ...open, deal: { minConfidence } } }) },
  {
    key: 'deal',
    place: 'the brand',
    at: (minConfidence) => overridden({ brand: { 'acme-eu': { gates: { deal: { minConfidence } } } } }),
  },
];

describe.each(ways)('$key, said by $place', ({ key, at }) => {
  it('at 0.70 never acts at 0.69, and always at 0.70', () => {
    const playbook = playbookWith(at(0.7));
    const acted = [0, 0.5, 0.69, 0.699_999_999, 0.7, 0.700_000_001, 0.71, 1].filter((confidence) =>
      acts[key](decide(playbook, confidence)),
    );
    expect(acted).toEqual([0.7, 0.700_000_001, 0.71, 1]);
  });
});

it('whatever the threshold and the confidence, and wherever it is said, a gate acts from its threshold on and not below', () => {
  const hundredth = fc.integer({ min: 0, max: 100 }).map((n) => n / 100);
  fc.assert(
    fc.property(fc.constantFrom(...ways), hundredth, hundredth, ({ key, at }, threshold, confidence) => {
      expect(acts[key](decide(playbookWith(at(threshold)), confidence))).toBe(confidence >= threshold);
    }),
    { numRuns: 200 },
  );
});
