import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { anEffectWorld, type EffectWorld } from './testing/an-effect-world.ts';

const ones = (effects: readonly unknown[]) => effects.map(() => 1);

let world: EffectWorld;
beforeAll(async () => {
  world = await anEffectWorld();
});
afterEach(() => world.afterEach());
afterAll(() => world.close());

describe('an effect', () => {
  it('is done once, with a receipt', async () => {
    const lanes = await world.notifier();
    const effects = [...(await world.planned()), ...(await world.planned({ kind: 'webhook.delivery', target: 'crm' }))];
    lanes.wake(effects.map(({ lane }) => lane));
    await world.settledAs(effects, 'confirmed');
    expect([
      ...(await world.applied('slack', effects.slice(0, 1))),
      ...(await world.applied('webhook', effects.slice(1))),
    ]).toEqual([1, 1]);
    expect(await world.ledger.row(effects[0]?.effectId ?? '')).toMatchObject({
      attempts: 1,
      learnt_by: 'answer',
      provider_id: expect.stringMatching(/^C[0-9A-F]+:\d+\.\d{6}$/) as unknown,
    });
  });

  it('is done once by two notifiers that race for it (T-02)', async () => {
    await world.notifier();
    await world.notifier();
    const effects = await world.planned({}, 40);
    await world.settledAs(effects, 'confirmed');
    expect(await world.applied('slack', effects)).toEqual(ones(effects));
  });

  it('that is planned by another process, or while no notifier ran, is found', async () => {
    const effects = await world.planned({}, 3);
    await world.notifier();
    await world.settledAs(effects, 'confirmed');
  });

  it('of a kind nobody is configured for is skipped, with its reason', async () => {
    await world.notifier({ connectors: [world.slack] });
    const effects = await world.planned({ kind: 'webhook.delivery', target: 'crm' });
    await world.settledAs(effects, 'skipped');
    expect(await world.ledger.row(effects[0]?.effectId ?? '')).toMatchObject({ reason: 'no-connector', attempts: 0 });
  });

  it('in the sandbox goes to what stands in for its target', async () => {
    await world.notifier();
    const effects = await world.planned({ mode: 'sandbox', target: '#board', destination: '#sluice-sandbox' });
    await world.settledAs(effects, 'confirmed');
    const posts = (await world.simulators.journal('slack')).entries.filter(({ applied: keys }) =>
      keys.includes(effects[0]?.effectId ?? ''),
    );
    expect(posts.map(({ body }) => (body as { channel: string }).channel)).toEqual(['#sluice-sandbox']);
  });

  it('never reaches the provider in a shadow deployment, which has no credentials (T-40)', async () => {
    const before = (await world.simulators.journal('slack')).received;
    await world.notifier({ connectors: [] });
    await world.settledAs(await world.planned({}, 3), 'skipped');
    expect((await world.simulators.journal('slack')).received).toBe(before);
  });
});
