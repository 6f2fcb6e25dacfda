import { eventually } from '@sluice/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Step } from '../domain/next-step.ts';
import type { LeasedEffect, PlannedEffect, Reminder } from '../ports/ledger.port.ts';
import { aLedger, type TestLedger } from '../testing/a-ledger.ts';
import { aPlannedEffect } from '../testing/a-planned-effect.ts';

let world: TestLedger;
beforeAll(async () => {
  world = await aLedger();
});
afterAll(() => world.close());

const LEASE_MS = 60_000;
const CONFIRMED: Step = {
  do: 'settle',
  state: 'confirmed',
  reason: null,
  proof: { providerId: 'C1:2', responseDigest: 'a'.repeat(64), learntBy: 'answer' },
};
const target = () => `#${Math.random().toString(36).slice(2)}`;

const planned = async (over: Partial<PlannedEffect> = {}): Promise<PlannedEffect> => {
  const effect = aPlannedEffect({ target: target(), ...over });
  await world.ledger.plan([effect]);
  return effect;
};
const reminded = async ({ lane }: PlannedEffect): Promise<Reminder> =>
  eventually(async () => {
    const [job] = await world.queue.take(lane, 1);
    if (!job) throw new Error('no job is due');
    return job;
  });
const leased = async ({ effectId }: { effectId: string }): Promise<LeasedEffect> => {
  const leasing = await world.ledger.lease(effectId, LEASE_MS);
  if (leasing.kind !== 'leased') throw new Error(leasing.kind);
  return leasing.effect;
};
const told = (reminder: Reminder) => ({ reminder, traceParent: null });

describe('reopening', () => {
  const settledAs = async (state: 'refuted' | 'unknown', over: Partial<PlannedEffect>): Promise<PlannedEffect> => {
    const effect = await planned(over);
    const reminder = await reminded(effect);
    const mine = await leased(effect);
    await world.ledger.attempt(mine);
    await world.ledger.record(
      mine,
      { do: 'settle', state, reason: 'x', proof: { providerId: null, responseDigest: null, learntBy: 'none' } },
      told(reminder),
    );
    return effect;
  };

  it('takes up the failed destination only, and asks before it repeats what nobody knows (T-22)', async () => {
    const [failing, elsewhere] = [target(), target()];
    const refuted = await settledAs('refuted', { target: failing });
    const unknown = await settledAs('unknown', { target: failing });
    const others = await settledAs('refuted', { target: elsewhere });
    expect(await world.ledger.reopen({ kind: 'slack.message', target: failing, states: ['refuted', 'unknown'] })).toBe(
      2,
    );
    expect(await world.queue.take(refuted.lane, 10)).toHaveLength(2);
    expect(await world.queue.take(others.lane, 10)).toEqual([]);
    expect(await leased(refuted)).toMatchObject({ turn: 'call', tries: 0 });
    expect(await leased(unknown)).toMatchObject({ turn: 'ask', tries: 0 });
  });

  it('gives the effect one more settlement, under an id of its own', async () => {
    const effect = await settledAs('refuted', {});
    await world.ledger.reopen({ effectIds: [effect.effectId], states: ['refuted'] });
    await world.ledger.record(await leased(effect), CONFIRMED, told(await reminded(effect)));
    const rows = await world.postgres.query(
      `select settlement_id, event from "${world.schema}".settlement where effect_id = $1 order by stored_at`,
      [effect.effectId],
    );
    expect(new Set(rows.map((row) => row['settlement_id'])).size).toBe(2);
    expect(rows.map((row) => (JSON.parse(String(row['event'])) as { state: string }).state)).toEqual([
      'refuted',
      'confirmed',
    ]);
  });
});

describe('the backlog', () => {
  it('counts what is not settled, by lane, with the age of the oldest', async () => {
    const effect = await planned();
    await planned({ target: effect.target });
    const mine = (await world.ledger.backlog()).find(({ lane }) => lane === effect.lane);
    expect(mine).toMatchObject({ kind: 'slack.message', effects: 2 });
    expect(mine?.oldestMs).toBeGreaterThanOrEqual(0);
    expect(mine?.oldestMs).toBeLessThan(30_000);
  });

  it('gets the jobs back that somebody deleted', async () => {
    const effect = await planned();
    await world.queue.remove(effect.lane, effect.effectId, world.postgres);
    await world.postgres.query(
      `update "${world.schema}".effect set planned_at = now() - interval '2 minutes' where effect_id = $1`,
      [effect.effectId],
    );
    expect(await world.ledger.remind(null)).toBeNull();
    expect(await reminded(effect)).toMatchObject({ id: effect.effectId });
  });
});
