import type { ControlSwitch } from '@sluice/contracts';
import { createSwitchStore } from '@sluice/persistence';
import { parsePlaybook } from '@sluice/policy';
import { aDocument } from '@sluice/policy/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createPostgresAnswerRates } from './adapters/postgres-answer-rates.adapter.ts';
import type { Step } from './domain/next-step.ts';
import { aLedger, type TestLedger } from './testing/a-ledger.ts';
import { aPlannedEffect } from './testing/a-planned-effect.ts';
import { createTripping } from './trip-switches.ts';

const HASH = 'a'.repeat(64);
const playbook = parsePlaybook({
  ...aDocument(),
  name: 'customer-ops',
  killSwitches: [
    { id: 'by-hand' },
    { id: 'send-errors', trip: { metric: 'send_error_rate', above: 0.02, overMinutes: 15, minEvents: 50 } },
  ],
});

let world: TestLedger;
beforeAll(async () => {
  world = await aLedger();
});
afterAll(() => world.close());
beforeEach(async () => {
  await world.postgres.query(
    `truncate "${world.schema}".effect, "${world.schema}".switch, "${world.schema}".switch_change`,
  );
});

const settled = async (count: number, state: 'confirmed' | 'refuted', over: object = {}): Promise<void> => {
  const lane = `mail.reply/smtp-${state}-${count}-${JSON.stringify(over).length}`;
  const effects = Array.from({ length: count }, () =>
    aPlannedEffect({ kind: 'mail.reply', lane, purpose: 'acknowledgement', playbook: HASH, brand: 'acme', ...over }),
  );
  await world.ledger.plan(effects);
  const step: Step = {
    do: 'settle',
    state,
    reason: state === 'refuted' ? 'recipient-refused' : null,
    proof: { providerId: null, responseDigest: null, learntBy: 'answer' },
  };
  for (const leased of await world.ledger.take(lane, { count, leaseMs: 60_000 })) {
    const begun = await world.ledger.attempt(leased);
    if (begun) await world.ledger.record(begun, step, null);
  }
};

let engaged: readonly string[] = [];
const tripped = async (): Promise<readonly ControlSwitch[]> => {
  const words: ControlSwitch[] = [];
  const switches = createSwitchStore(world.postgres, world);
  await createTripping({
    playbooks: async () => [{ hash: HASH, playbook }],
    switches,
    rates: createPostgresAnswerRates(world.postgres, world.schema),
    clock: { now: () => new Date().toISOString() },
    onEngaged: (switchIds) => {
      engaged = switchIds;
    },
    publish: async (word) => {
      words.push(word);
      await switches.keep([{ eventId: `${word.switchId}-${word.changedAt}`, said: word }]);
    },
  })();
  return words;
};
const released = async (): Promise<void> => {
  const switches = createSwitchStore(world.postgres, world);
  const [word] = await switches.all();
  if (word)
    await switches.keep([
      { eventId: 'released', said: { ...word, engaged: false, by: 'ada', changedAt: new Date().toISOString() } },
    ]);
};

describe('a switch that engages itself', () => {
  it('does so above its bound, says why, and holds the answers of whoever it was about', async () => {
    await settled(58, 'confirmed');
    await settled(2, 'refuted');
    expect(await tripped()).toMatchObject([
      {
        switchId: 'customer-ops.send-errors',
        engaged: true,
        by: 'notifier',
        brands: ['acme'],
        sinks: ['mail.reply'],
        why: '2 of 60 answers failed within 15 minutes: 3.33 %, and 2 % is the bound',
      },
    ]);
    expect(await tripped()).toEqual([]);
    expect(engaged).toEqual(['customer-ops.send-errors']);
  });

  it.each([
    ['at its bound', 49, 1, {}],
    ['on few answers', 40, 9, {}],
    ['for what others than people were told', 0, 60, { purpose: null }],
    ['for another version', 0, 60, { playbook: 'b'.repeat(64) }],
  ])('does not %s', async (_case, well, failed, over) => {
    if (well > 0) await settled(well, 'confirmed', over);
    await settled(failed, 'refuted', over);
    expect(await tripped()).toEqual([]);
  });

  it('engages again only for what was sent since a person released it', async () => {
    await settled(60, 'refuted');
    expect(await tripped()).toHaveLength(1);
    await released();
    expect(await tripped()).toEqual([]);
    await settled(51, 'refuted');
    expect(await tripped()).toHaveLength(1);
  });
});
