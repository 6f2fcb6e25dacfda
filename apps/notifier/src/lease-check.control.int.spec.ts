import { noFailPoints } from '@sluice/kernel';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPerformer } from './perform-effect.ts';
import type { Ledger, PlannedEffect } from './ports/ledger.port.ts';
import { quickTerms } from './testing/a-notifier.ts';
import { anEffectWorld, type EffectWorld } from './testing/an-effect-world.ts';

const LEASE_MS = 5_000;

/** A ledger that gives an effect to whoever asks, and believes everybody who says that a call begins. */
const withoutLeaseCheck = (ledger: Ledger, effect: PlannedEffect): Ledger => ({
  ...ledger,
  lease: async () => ({
    kind: 'leased',
    effect: {
      ...effect,
      lease: crypto.randomUUID(),
      turn: 'call',
      tries: 0,
      asks: 0,
      ageMs: 0,
      firstAttemptedAt: null,
    },
  }),
  attempt: async () => true,
});

let world: EffectWorld;
beforeAll(async () => {
  world = await anEffectWorld();
});
afterAll(() => world.close());

/** Two processes are reminded of one effect at the same time, as after a job that was given out again: how often it was applied. */
const appliedByTwo = async (ledgerFor: (effect: PlannedEffect) => Ledger): Promise<number> => {
  const [effect] = await world.planned();
  if (!effect) throw new Error('nothing was planned');
  const perform = createPerformer({
    ledger: ledgerFor(effect),
    connectors: [world.slack],
    terms: quickTerms,
    leaseMs: LEASE_MS,
    failPoints: noFailPoints,
  });
  await Promise.all([1, 2].map(() => perform({ id: effect.effectId, lane: effect.lane, taking: 1 })));
  return (await world.applied('slack', [effect]))[0] ?? 0;
};

describe('two processes that are reminded of one effect', () => {
  it('apply it once', async () => {
    expect(await appliedByTwo(() => world.ledger.ledger)).toBe(1);
  });

  it('apply it twice where nobody looks at the lease: the check is needed', async () => {
    expect(await appliedByTwo((effect) => withoutLeaseCheck(world.ledger.ledger, effect))).toBe(2);
  });
});
