import { loadPlaybooks } from '@sluice/policy/files';
import type { Playbook } from '@sluice/policy';
import fc from 'fast-check';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { gateBy } from './review.ts';
import { thresholdsFor, type Row } from './thresholds.ts';

const { playbooks } = loadPlaybooks(join(import.meta.dirname, '..', '..', '..', '..', 'playbooks'));
const first = playbooks.find(({ playbook }) => playbook.name === 'lead-qual');
if (!first) throw new Error('there is no playbook lead-qual');
const base = first.playbook;
type Gates = Playbook['gates'];
const withGates = (gates: Partial<Gates>, more: Partial<Playbook> = {}): Playbook => ({
  ...base,
  gates: { ...base.gates, ...gates },
  ...more,
});
const row: Row = {
  key: 'lead',
  category: 'lead',
  channel: 'form',
  flags: [],
  held: null,
  now: '2026-01-05T09:00:00.000Z',
};
const gated = (playbook: Playbook, confidence: number, over: Partial<Row> = {}) =>
  gateBy(playbook, {
    thresholds: thresholdsFor(playbook, { ...row, ...over }),
    confidence,
    reading: { kind: 'not-asked' },
  });
const passes = (playbook: Playbook, gate: string, confidence: number, over: Partial<Row> = {}): boolean | undefined =>
  gated(playbook, confidence, over).gates.find((one) => one.gate === gate)?.passed;

const phases: Playbook['rollout']['phases'] = [
  { name: 'suggest', description: '', autoSend: null, byIntent: {} },
  { name: 'two', description: '', autoSend: null, byIntent: { lead: 0.7 } },
];
/** Every way in which a threshold comes to count for an inquiry. */
const ways: readonly { readonly way: string; readonly gate: string; readonly at: (threshold: number) => Playbook }[] = [
  { way: 'review', gate: 'review', at: (reviewBelow) => withGates({ reviewBelow }) },
  {
    way: 'review by intent',
    gate: 'review',
    at: (reviewBelow) => withGates({ reviewBelow: 0.1, byIntent: { lead: { reviewBelow } } }),
  },
  { way: 'route', gate: 'route', at: (route) => withGates({ route }) },
  { way: 'route by intent', gate: 'route', at: (route) => withGates({ byIntent: { lead: { route } } }) },
  { way: 'priority', gate: 'priority', at: (priority) => withGates({ priority }) },
  { way: 'priority by intent', gate: 'priority', at: (priority) => withGates({ byIntent: { lead: { priority } } }) },
  { way: 'auto-send', gate: 'auto_send', at: (autoSend) => withGates({ autoSend }) },
  {
    way: 'auto-send by intent',
    gate: 'auto_send',
    at: (autoSend) => withGates({ autoSend: null, byIntent: { lead: { autoSend } } }),
  },
  {
    way: 'auto-send in a phase',
    gate: 'auto_send',
    at: (autoSend) =>
      withGates(
        { autoSend: 0 },
        { rollout: { ...base.rollout, phase: 'p', phases: [{ name: 'p', description: '', autoSend, byIntent: {} }] } },
      ),
  },
  {
    way: 'auto-send by intent in a phase',
    gate: 'auto_send',
    at: (autoSend) =>
      withGates(
        { autoSend: 0 },
        {
          rollout: {
            ...base.rollout,
            phase: 'p',
            phases: [{ name: 'p', description: '', autoSend: null, byIntent: { lead: autoSend } }],
          },
        },
      ),
  },
  { way: 'deal', gate: 'deal', at: (minConfidence) => withGates({ deal: { minConfidence, openWindowDays: 45 } }) },
];

describe.each(ways)('the gate $way', ({ gate, at }) => {
  it('at 0.70 never acts at 0.69, and always at 0.70', () => {
    expect(passes(at(0.7), gate, 0.69)).toBe(false);
    expect(passes(at(0.7), gate, 0.7)).toBe(true);
  });

  it('is passed exactly from its threshold on', () => {
    const any = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(any, any, (threshold, confidence) => {
        expect(passes(at(threshold), gate, confidence)).toBe(confidence >= threshold);
      }),
    );
  });
});

describe('a person', () => {
  it('looks at what is below the review gate or the route gate, and at nothing else for their sake', () => {
    expect(gated(withGates({ reviewBelow: 0.7 }), 0.69).review).toEqual({ needed: true, reasons: ['low-confidence'] });
    expect(gated(withGates({ reviewBelow: 0, route: 0.7 }), 0.69).review).toEqual({
      needed: true,
      reasons: ['queue-uncertain'],
    });
    expect(gated(withGates({ reviewBelow: 0.7, route: 0.7 }), 0.7).review).toEqual({ needed: false, reasons: [] });
  });
});

describe('nothing goes out unseen', () => {
  const open = withGates({ autoSend: 0.7 });
  const engaged = (over: Partial<Playbook['killSwitches'][number]>): Playbook => ({
    ...open,
    killSwitches: [{ id: 'stop', intents: [], channels: [], engaged: true, trip: null, ...over }],
  });

  it.each([
    {
      because: 'the phase only suggests',
      playbook: withGates({ autoSend: 0.7 }, { rollout: { ...base.rollout, phase: 'suggest', phases } }),
      over: {},
    },
    {
      because: 'the phase is about other intents',
      playbook: withGates({ autoSend: 0.7 }, { rollout: { ...base.rollout, phase: 'two', phases } }),
      over: { key: 'billing' },
    },
    { because: 'a switch is engaged', playbook: engaged({}), over: {} },
    {
      because: 'a switch for the intent is engaged',
      playbook: engaged({ intents: ['lead'], channels: ['form'] }),
      over: {},
    },
    {
      because: 'a flag forbids it',
      playbook: withGates({ autoSend: 0.7, neverAutoSendWith: ['legal'] }),
      over: { flags: ['legal'] },
    },
    {
      because: 'it is evening',
      playbook: withGates({ autoSend: 0.7, autoSendWithin: 'desk' }),
      over: { now: '2026-01-05T20:00:00.000Z' },
    },
    {
      because: 'it is the moment in which the desk closes',
      playbook: withGates({ autoSend: 0.7, autoSendWithin: 'desk' }),
      over: { now: '2026-01-05T17:00:00.000Z' },
    },
    {
      because: 'it is Sunday',
      playbook: withGates({ autoSend: 0.7, autoSendWithin: 'desk' }),
      over: { now: '2026-01-04T09:00:00.000Z' },
    },
    {
      because: 'it is a holiday',
      playbook: withGates({ autoSend: 0.7, autoSendWithin: 'desk' }),
      over: { now: '2026-01-01T09:00:00.000Z' },
    },
    { because: 'a rule leaves it to a person', playbook: open, over: { held: 'human' } },
    {
      because: 'the policy of the intent is to suggest',
      playbook: withGates({ autoSend: 0.7, byIntent: { lead: { path: 'suggest' } } }),
      over: {},
    },
  ] as readonly { readonly because: string; readonly playbook: Playbook; readonly over: Partial<Row> }[])(
    'when $because',
    ({ playbook, over }) => {
      expect(passes(playbook, 'auto_send', 1, over)).toBeUndefined();
    },
  );

  it('but what a switch for another intent or channel does not stop', () => {
    expect(passes(engaged({ intents: ['billing'] }), 'auto_send', 0.7)).toBe(true);
    expect(passes(engaged({ channels: ['mail'] }), 'auto_send', 0.7)).toBe(true);
  });

  it('but what the hours of the playbook allow, from the minute they begin', () => {
    const hours = withGates({ autoSend: 0.7, autoSendWithin: 'desk' });
    expect(passes(hours, 'auto_send', 0.7, { now: '2026-01-05T07:00:00.000Z' })).toBe(true);
    expect(passes(hours, 'auto_send', 0.7, { now: '2026-01-05T06:59:59.999Z' })).toBeUndefined();
    expect(
      passes(withGates({ autoSend: 0.7, autoSendWithin: 'always' }), 'auto_send', 0.7, {
        now: '2026-01-04T03:00:00.000Z',
      }),
    ).toBe(true);
  });

  it('and a phase never allows what the gates forbid', () => {
    expect(
      passes(withGates({ autoSend: 0.9 }, { rollout: { ...base.rollout, phase: 'two', phases } }), 'auto_send', 0.8),
    ).toBe(false);
    expect(
      passes(withGates({ autoSend: null }, { rollout: { ...base.rollout, phase: 'two', phases } }), 'auto_send', 1),
    ).toBeUndefined();
  });
});
