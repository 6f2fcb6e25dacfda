import { describe, expect, it } from 'vitest';
import { PlaybookError } from '../parse-playbook.ts';
import { aDocument } from '../testing/a-document.ts';
import { effectiveOf, type Layer } from './effective.ts';
import type { Scope } from './overrides-for.ts';

const base: Layer = {
  name: 'base',
  document: aDocument({ gates: { reviewBelow: 0.75, minWords: 6 }, retention: { rawDays: 30 } }),
};
const chain = (over: object): readonly Layer[] => [base, { name: 'sales', document: { name: 'sales', ...over } }];
const at = (layers: readonly Layer[], pointer: string, scope: Scope = {}) =>
  effectiveOf(layers, scope).values.find((one) => one.pointer === pointer);

describe('what a value comes from', () => {
  it('is the playbook that says it last, where one extends another', () => {
    expect(at(chain({ gates: { reviewBelow: 0.6 } }), '/gates/reviewBelow')).toEqual({
      pointer: '/gates/reviewBelow',
      value: 0.6,
      layer: 'sales',
      safety: true,
      others: [{ layer: 'base', value: 0.75 }],
    });
    expect(at(chain({}), '/gates/minWords')).toMatchObject({ value: 6, layer: 'base', others: [] });
  });

  it('stays the playbook where the schema only fills in what a list leaves out', () => {
    expect(at(chain({ rules: [{ id: 'a', when: 'true', then: {} }] }), '/rules')).toMatchObject({
      value: [{ then: { decide: false } }],
      layer: 'sales',
    });
  });

  it('is the schema where nobody says anything', () => {
    expect(at(chain({}), '/gates/lowConfidence')).toMatchObject({ layer: 'default' });
  });

  it('is the narrowest override, from tenant over brand and channel to intent', () => {
    const layers = chain({
      tenants: { acme: ['acme-eu'] },
      overrides: {
        tenant: { acme: { model: { timeoutMs: 1_000, temperature: 1 } } },
        brand: { 'acme-eu': { model: { timeoutMs: 2_000 } } },
        channel: { mail: { model: { timeoutMs: 3_000 } } },
        intent: { billing: { model: { timeoutMs: 4_000 } } },
      },
    });
    const timeout = (scope: Scope) => at(layers, '/model/timeoutMs', scope);
    expect(timeout({})).toMatchObject({ value: 20_000, layer: 'default' });
    expect(timeout({ brand: 'acme-eu' })).toMatchObject({
      value: 2_000,
      layer: 'brand acme-eu',
      others: [{ layer: 'tenant acme', value: 1_000 }],
    });
    expect(timeout({ brand: 'acme-eu', channel: 'mail' })).toMatchObject({ value: 3_000, layer: 'channel mail' });
    expect(timeout({ brand: 'acme-eu', channel: 'mail', intent: 'billing' })).toMatchObject({
      value: 4_000,
      layer: 'intent billing',
    });
    expect(at(layers, '/model/temperature', { brand: 'acme-eu' })).toMatchObject({ value: 1, layer: 'tenant acme' });
  });

  it('is the strictest layer for a safety key, wherever it stands', () => {
    const layers = chain({
      overrides: {
        brand: { acme: { gates: { reviewBelow: 0.9 }, retention: { rawDays: 10 } } },
        intent: { billing: { gates: { reviewBelow: 0.8 }, retention: { rawDays: 20 } } },
      },
    });
    const scope = { brand: 'acme', intent: 'billing' };
    expect(at(layers, '/gates/reviewBelow', scope)).toMatchObject({
      value: 0.9,
      layer: 'brand acme',
      others: [
        { layer: 'base', value: 0.75 },
        { layer: 'intent billing', value: 0.8 },
      ],
    });
    expect(at(layers, '/retention/rawDays', scope)).toMatchObject({ value: 10, layer: 'brand acme' });
  });

  it('is several layers where they add up', () => {
    const layers = chain({
      redaction: { classes: ['email'] },
      overrides: { brand: { acme: { redaction: { classes: ['phone'] } } } },
    });
    expect(at(layers, '/redaction/classes', { brand: 'acme' })).toMatchObject({
      value: ['email', 'phone'],
      layer: 'sales + brand acme',
    });
  });
});

describe('an override can not', () => {
  it.each([
    {
      what: 'let out what the playbook keeps in',
      over: { gates: { autoSend: 0.5 } },
      pointer: '/gates/autoSend',
      value: null,
    },
    {
      what: 'let out one intent of it',
      over: { gates: { byIntent: { lead: { autoSend: 0.5 } } } },
      pointer: '/gates/byIntent/lead/autoSend',
      value: null,
    },
    {
      what: 'acknowledge what the playbook does not',
      over: { acknowledgement: { allow: ['lead'] } },
      pointer: '/acknowledgement/allow',
      value: [],
    },
    {
      what: 'make a sink live',
      over: { sinks: { slack: { mode: 'live' } } },
      pointer: '/sinks/slack/mode',
      value: 'off',
    },
    { what: 'keep things longer', over: { retention: { rawDays: 90 } }, pointer: '/retention/rawDays', value: 30 },
    { what: 'spend more', over: { model: { dailyBudgetUsd: 500 } }, pointer: '/model/dailyBudgetUsd', value: 100 },
  ])('$what', ({ over, pointer, value }) => {
    expect(at(chain({ overrides: { brand: { acme: over } } }), pointer, { brand: 'acme' })?.value).toEqual(value);
  });

  it('be loosened by the row of one intent', () => {
    const layers = chain({
      gates: { autoSend: 0.8, byIntent: { lead: { autoSend: 0.7 } } },
      overrides: { brand: { acme: { gates: { autoSend: 0.9 } } } },
    });
    expect(at(layers, '/gates/byIntent/lead/autoSend', { brand: 'acme' })).toMatchObject({
      value: 0.9,
      layer: 'brand acme',
    });
  });

  it('jump to a freer phase', () => {
    const layers = chain({
      rollout: { phase: 'suggest', phases: [{ name: 'suggest' }, { name: 'free' }] },
      overrides: { brand: { acme: { rollout: { phase: 'free' } } } },
    });
    expect(at(layers, '/rollout/phase', { brand: 'acme' })?.value).toBe('suggest');
  });

  it.each([
    {
      because: 'it is the phases themselves',
      overrides: { brand: { acme: { rollout: { phases: [] } } } },
      says: "/overrides/brand/acme: rollout.phases can't be overridden",
    },
    {
      because: 'it breaks the playbook',
      overrides: { brand: { acme: { gates: { reviewBelow: 7 } } } },
      says: '/overrides/brand/acme: with brand acme, /gates/reviewBelow',
    },
    {
      because: 'two together break it',
      overrides: {
        brand: { acme: { taxonomy: { categories: [{ name: 'lead', priority: 'normal' }] } } },
        intent: { billing: { taxonomy: { fallback: 'billing' } } },
      },
      says: '/overrides/intent/billing: with brand acme and intent billing, /taxonomy/fallback: "billing" is no category',
    },
    {
      because: 'nobody has that intent',
      overrides: { intent: { bililng: {} } },
      says: '"bililng" is neither an intent nor a category',
    },
    {
      because: 'the tenant has no brand',
      overrides: { tenant: { acme: {} } },
      says: 'no brand belongs to this tenant',
    },
  ])('be saved when $because', ({ overrides, says }) => {
    expect(() => effectiveOf(chain({ overrides }))).toThrow(PlaybookError);
    expect(() => effectiveOf(chain({ overrides }))).toThrow(says);
  });
});
