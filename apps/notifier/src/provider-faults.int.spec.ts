import type { FaultSchedule } from '@sluice/simulators';
import { eventually } from '@sluice/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { anEffectWorld, TIMEOUT_MS, type EffectWorld } from './testing/an-effect-world.ts';

let world: EffectWorld;
beforeAll(async () => {
  world = await anEffectWorld();
});
afterEach(() => world.afterEach());
afterAll(() => world.close());

const ones = (effects: readonly unknown[]) => effects.map(() => 1);
const failing = (...faults: FaultSchedule['faults']) =>
  world.simulators.setFaults('slack', { faults: faults.map((line) => ({ path: 'chat.postMessage', ...line })) });

describe('a provider that fails', () => {
  it.each<[string, FaultSchedule['faults'][number]]>([
    ['time-outs after applying', { timeoutAfterApply: true, count: 2 }],
    ['time-outs before applying', { timeoutBeforeApply: true, count: 2 }],
    ['resets after applying', { resetAfterApply: true, count: 2 }],
    ['500 after applying', { errorAfterApply: 500, count: 2 }],
    ['malformed answers', { malformed: true, count: 2 }],
    ['a burst of 429', { status: 429, retryAfterSeconds: 0.3, count: 3 }],
    ['503', { status: 503, count: 2 }],
  ])(
    'by %s has every effect applied once',
    async (_case, line) => {
      await failing(line);
      await world.notifier();
      const effects = await world.planned({}, 3);
      await world.settledAs(effects, 'confirmed', 30_000);
      expect(await world.applied('slack', effects)).toEqual(ones(effects));
    },
    60_000,
  );

  it('that applies a call after the question was answered is what the grace is for', async () => {
    await failing({ latencyMs: TIMEOUT_MS + 300, count: 1 });
    await world.notifier({ terms: { graceMs: 1_000 } });
    const effects = await world.planned();
    await world.settledAs(effects, 'confirmed');
    expect(await world.applied('slack', effects)).toEqual([1]);
  });

  it('to the last try refutes the effect; being away costs no try', async () => {
    await world.notifier();
    await failing({ status: 503 });
    const refuted = await world.planned();
    await world.settledAs(refuted, 'refuted');
    expect(await world.ledger.row(refuted[0]?.effectId ?? '')).toMatchObject({
      reason: 'tries-spent:http-503',
      attempts: 4,
    });
    await failing({ status: 401 });
    const waiting = await world.planned();
    await eventually(async () =>
      expect(Number((await world.ledger.row(waiting[0]?.effectId ?? ''))['attempts'])).toBeGreaterThan(5),
    );
    expect((await world.ledger.row(waiting[0]?.effectId ?? ''))['state']).not.toBe('refuted');
    await world.simulators.clearFaults('slack');
    await world.settledAs(waiting, 'confirmed');
  }, 60_000);

  it.each([
    [
      'a channel that is gone',
      'channel_not_found',
      (target: string) => world.simulators.addChannels([target], 'gone'),
      (target: string) => world.simulators.addChannels([target]),
    ],
    [
      'an archived channel',
      'is_archived',
      (target: string) => world.simulators.addChannels([target], 'archived'),
      (target: string) => world.simulators.addChannels([target]),
    ],
    [
      'a revoked token',
      'token_revoked',
      () => world.simulators.setSlackAccess({ refusedWith: 'token_revoked' }),
      () => world.simulators.setSlackAccess(),
    ],
  ])(
    'for want of a person (%s) loses nothing: effects wait, visibly, and go once it is mended',
    async (_case, reason, breakIt, mendIt) => {
      const lanes = await world.notifier();
      const waiting = await world.planned({}, 3);
      const [{ target, lane } = { target: '', lane: '' }] = waiting;
      await breakIt(target);
      lanes.wake([lane]);
      await eventually(() => expect(lanes.backlog.find((one) => one.lane === lane)?.waiting?.reason).toBe(reason));
      // Longer than all tries would take: none is spent.
      await eventually(async () =>
        expect(Number((await world.ledger.row(waiting[0]?.effectId ?? ''))['attempts'])).toBeGreaterThan(5),
      );
      const other = await world.planned({ kind: 'webhook.delivery', target: 'crm' });
      await world.settledAs(other, 'confirmed');
      await mendIt(target);
      await world.settledAs(waiting, 'confirmed', 30_000);
      expect(await world.applied('slack', waiting)).toEqual(ones(waiting));
    },
    60_000,
  );

  it('gets the peace it asks for from all effects of its lane', async () => {
    await failing({ status: 429, retryAfterSeconds: 2, count: 1 });
    await world.notifier({ lane: { concurrency: 1 } });
    const effects = await world.planned({}, 5);
    await world.settledAs(effects, 'confirmed');
    const ids = new Set(effects.map(({ effectId }) => effectId));
    const posts = (await world.simulators.journal('slack')).entries.filter(({ body }) =>
      ids.has(
        (JSON.parse((body as { metadata?: string }).metadata ?? '{}') as { event_payload?: { effect_id: string } })
          .event_payload?.effect_id ?? '',
      ),
    );
    const [first, second] = posts.map(({ at }) => Date.parse(at));
    expect((second ?? 0) - (first ?? 0)).toBeGreaterThanOrEqual(1_990);
  });

  it('by never answering slows no other destination (T-20)', async () => {
    await world.simulators.setFaults('webhook', { faults: [{ path: '/dead', timeoutBeforeApply: true }] });
    const lanes = await world.notifier();
    const dead = await world.planned({ kind: 'webhook.delivery', target: 'dead' }, 60);
    lanes.wake(dead.map(({ lane }) => lane));
    await eventually(async () =>
      expect((await world.simulators.journal('webhook')).entries.some(({ path }) => path.endsWith('/dead'))).toBe(true),
    );
    const from = Date.now();
    const alive = await world.planned({ kind: 'webhook.delivery', target: 'alive' }, 40);
    lanes.wake(alive.map(({ lane }) => lane));
    await world.settledAs(alive, 'confirmed');
    expect(Date.now() - from).toBeLessThan(3_000);
    expect((await world.ledger.ledger.backlog()).find(({ lane }) => lane === 'webhook.delivery/dead')?.effects).toBe(
      60,
    );
  });
});
