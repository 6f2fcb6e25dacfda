import { randomUUID } from 'node:crypto';
import type { ControlSwitch } from '@sluice/contracts';
import { createSwitchStore, type SwitchStore } from '@sluice/persistence';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { PlannedEffect } from '../ports/ledger.port.ts';
import { aLedger, type TestLedger } from '../testing/a-ledger.ts';
import { aPlannedEffect } from '../testing/a-planned-effect.ts';

let world: TestLedger;
let switches: SwitchStore;
beforeAll(async () => {
  world = await aLedger();
  switches = createSwitchStore(world.postgres, world);
});
afterAll(() => world.close());

const SWITCH_ID = 'a-switch';
let now = Date.parse('2026-01-05T09:00:00.000Z');
const thrown = (engaged: boolean, scope: Partial<ControlSwitch> = {}): Promise<void> => {
  now += 1;
  const said = { switchId: SWITCH_ID, engaged, brands: [], intents: [], channels: [], sinks: [], ...scope };
  const word = { ...said, by: 'ada', why: 'a test', changedAt: new Date(now).toISOString() };
  return switches.keep([{ eventId: randomUUID(), said: word }]);
};
afterEach(() => thrown(false));

const planned = async (over: Partial<PlannedEffect> = {}): Promise<PlannedEffect> => {
  const effect = aPlannedEffect({
    kind: 'mail.reply',
    target: `smtp-${randomUUID()}`,
    intent: 'support',
    channel: 'mail',
    brand: 'acme',
    ...over,
  });
  await world.ledger.plan([effect]);
  return effect;
};
const taken = ({ lane }: PlannedEffect) => world.ledger.take(lane, { count: 1, leaseMs: 60_000 });

describe('an effect that an engaged switch covers', () => {
  it.each([
    ['everything', {}, true],
    ['its brand', { brands: ['other', 'acme'] }, true],
    ['another brand', { brands: ['other'] }, false],
    ['its intent', { intents: ['support'] }, true],
    ['another intent', { intents: ['lead'] }, false],
    ['its channel', { channels: ['mail'] }, true],
    ['another channel', { channels: ['form'] }, false],
    ['its kind', { sinks: ['mail.reply'] }, true],
    ['another kind', { sinks: ['slack.message'] }, false],
    ['its brand and another intent', { brands: ['acme'], intents: ['lead'] }, false],
  ] as const)('by %s is held: %#', async (_what, scope, isHeld) => {
    const effect = await planned();
    await thrown(true, scope as Partial<ControlSwitch>);
    expect((await taken(effect)).length).toBe(isHeld ? 0 : 1);
  });

  it('by its destination is held, and others of its kind are not', async () => {
    const [held, free] = [await planned(), await planned()];
    await thrown(true, { sinks: [`mail.reply/${held.target}`] });
    expect([(await taken(held)).length, (await taken(free)).length]).toEqual([0, 1]);
  });

  it('is not called though it was leased before, and goes on when the switch is released', async () => {
    const effect = await planned();
    const [leased] = await taken(effect);
    await thrown(true);
    expect(leased && (await world.ledger.attempt(leased))).toBeNull();
    await world.letLeaseRunOut(effect.effectId);
    expect(await taken(effect)).toEqual([]);
    await thrown(false);
    const [again] = await taken(effect);
    expect(again?.effectId).toBe(effect.effectId);
    expect(again && (await world.ledger.attempt(again))).toMatchObject({ tries: 1 });
  });

  it('may still be asked about: a question sends nothing', async () => {
    const effect = await planned();
    const [leased] = await taken(effect);
    if (leased) await world.ledger.attempt(leased);
    await world.letLeaseRunOut(effect.effectId);
    await thrown(true);
    expect(await taken(effect)).toMatchObject([{ turn: 'ask' }]);
  });
});

describe('what was said of a switch', () => {
  it('counts by when it was said, is kept once, and is told newest first', async () => {
    const word = (engaged: boolean, changedAt: string, why: string) => ({
      eventId: `${why}-id`,
      said: {
        ...{ switchId: 'late', engaged, brands: ['acme'], intents: [], channels: [], sinks: [], by: 'ada' },
        ...{ why, changedAt },
      },
    });
    const released = word(false, '2026-01-05T09:00:02.000Z', 'released');
    await switches.keep([released, word(true, '2026-01-05T09:00:01.000Z', 'engaged'), released]);
    const late = (await switches.all()).find(({ switchId }) => switchId === 'late');
    expect(late).toMatchObject({ engaged: false, why: 'released', brands: ['acme'] });
    expect(late?.changes.map(({ why }) => why)).toEqual(['released', 'engaged']);
  });
});
