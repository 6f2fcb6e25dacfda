import { eventually } from '@sluice/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { aNotifier, dyingAt, POINTS } from './testing/a-notifier.ts';
import { anEffectWorld, type EffectWorld } from './testing/an-effect-world.ts';

let world: EffectWorld;
beforeAll(async () => {
  world = await anEffectWorld();
});
afterEach(() => world.afterEach());
afterAll(() => world.close());

describe('a notifier that dies', () => {
  it('at any point leaves an effect that another does once (T-01)', async () => {
    const deaths = await Promise.all(
      POINTS.map(async (point) => {
        const death = dyingAt(point);
        const [effect] = await world.planned();
        if (!effect) throw new Error('nothing planned');
        const dead = await aNotifier({
          ledger: world.ledger,
          connectors: [world.slack],
          failPoints: death,
          only: effect.lane,
        });
        await eventually(() => expect(death.died()).toBe(true));
        await dead.drain();
        return { point, effect, appliedByTheDead: (await world.applied('slack', [effect]))[0] };
      }),
    );
    await world.notifier();
    await world.settledAs(
      deaths.map(({ effect }) => effect),
      'confirmed',
      40_000,
    );
    const seen = await Promise.all(
      deaths.map(async ({ point, effect, appliedByTheDead }) => {
        const { learnt_by: learntBy, attempts } = await world.ledger.row(effect.effectId);
        return [point, appliedByTheDead, (await world.applied('slack', [effect]))[0], learntBy, attempts];
      }),
    );
    expect(seen).toEqual([
      ['before-lease', 0, 1, 'answer', 1],
      ['after-lease', 0, 1, 'answer', 1],
      ['before-provider-call', 0, 1, 'answer', 2],
      ['after-provider-answer', 1, 1, 'inquiry', 1],
      ['before-receipt-stored', 1, 1, 'inquiry', 1],
    ]);
  }, 60_000);

  it('at any point leaves a mail that goes once or not at all: nobody can ask the server, and what is uncertain is held', async () => {
    const content = {
      to: { address: 'jane@customer.example', name: null },
      from: null,
      answerTo: null,
      message: { kind: 'ready', subject: 'Re: Pricing', text: 'Thank you.', html: null },
    };
    const left = await Promise.all(
      POINTS.map(async (point) => {
        const death = dyingAt(point);
        const [effect] = await world.planned({ kind: 'mail.reply', target: `smtp-${point}`, content });
        if (!effect) throw new Error('nothing planned');
        const { ledger, mail } = world;
        const dead = await aNotifier({ ledger, connectors: [mail], failPoints: death, only: effect.lane });
        await eventually(() => expect(death.died()).toBe(true));
        await dead.drain();
        return { point, effect };
      }),
    );
    await world.notifier();
    const seen = await eventually(
      async () =>
        Promise.all(
          left.map(async ({ point, effect }) => {
            const { state, settled_at: settledAt } = await world.ledger.row(effect.effectId);
            expect(settledAt).not.toBeNull();
            return [point, state, (await world.applied('smtp', [effect]))[0]];
          }),
        ),
      { within: 40_000 },
    );
    expect(seen).toEqual([
      ['before-lease', 'confirmed', 1],
      ['after-lease', 'confirmed', 1],
      ['before-provider-call', 'unknown', 0],
      ['after-provider-answer', 'unknown', 1],
      ['before-receipt-stored', 'unknown', 1],
    ]);
  }, 60_000);

  it('after a webhook was delivered makes it be delivered again under the same id, and the receiver knows it', async () => {
    const death = dyingAt('before-receipt-stored');
    const effects = await world.planned({ kind: 'webhook.delivery' });
    const dead = await aNotifier({ ledger: world.ledger, connectors: [world.webhook], failPoints: death });
    await eventually(() => expect(death.died()).toBe(true));
    await dead.drain();
    await world.notifier();
    await world.settledAs(effects, 'confirmed', 30_000);
    expect(await world.applied('webhook', effects)).toEqual([1]);
    const deliveries = (await world.simulators.journal('webhook')).entries.filter(
      ({ headers }) => headers['webhook-id'] === effects[0]?.effectId,
    );
    expect(deliveries).toHaveLength(2);
    expect(new Set(deliveries.map(({ body }) => body)).size).toBe(1);
  }, 60_000);
});
