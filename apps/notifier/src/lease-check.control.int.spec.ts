import { noFailPoints } from '@sluice/kernel';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPerformer } from './perform-effect.ts';
import type { Ledger, PlannedEffect } from './ports/ledger.port.ts';
import { aLeasedEffect } from './testing/a-planned-effect.ts';
import { installed, quickTerms } from './testing/a-notifier.ts';
import { anEffectWorld, type EffectWorld } from './testing/an-effect-world.ts';

const LEASE_MS = 5_000;

/** A ledger that gives an effect to whoever asks, and believes everybody who says that a call begins. */
const withoutLeaseCheck = (ledger: Ledger, effect: PlannedEffect): Ledger => ({
  ...ledger,
  take: async () => [aLeasedEffect(effect)],
  attempt: async (leased) => leased,
});

let world: EffectWorld;
beforeAll(async () => {
  world = await anEffectWorld();
});
afterAll(() => world.close());

/** Two processes look for the same effect at the same time: how often it was applied. */
const appliedByTwo = async (ledgerFor: (effect: PlannedEffect) => Ledger): Promise<number> => {
  const [effect] = await world.planned();
  if (!effect) throw new Error('nothing was planned');
  await Promise.all(
    [1, 2].map(async () => {
      const ledger = ledgerFor(effect);
      const perform = createPerformer({
        ledger,
        connectors: [installed(world.slack)],
        terms: quickTerms,
        failPoints: noFailPoints,
      });
      const taken = await ledger.take(effect.lane, { count: 1, leaseMs: LEASE_MS });
      await Promise.all(taken.map(perform));
    }),
  );
  return (await world.applied('slack', [effect]))[0] ?? 0;
};

describe('two processes that look for the same effect', () => {
  it('apply it once', async () => {
    expect(await appliedByTwo(() => world.ledger.another())).toBe(1);
  });

  it('apply it twice where nobody looks at the lease: the check is needed', async () => {
    expect(await appliedByTwo((effect) => withoutLeaseCheck(world.ledger.ledger, effect))).toBe(2);
  });
});
