import { TransientError } from '@sluice/kernel';
import { createJobQueue, createPostgres } from '@sluice/persistence';
import { eventually } from '@sluice/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Step } from '../domain/next-step.ts';
import type { LeasedEffect, Ledger, PlannedEffect, Reminder } from '../ports/ledger.port.ts';
import { aLedger, type TestLedger } from '../testing/a-ledger.ts';
import { aPlannedEffect } from '../testing/a-planned-effect.ts';
import { createPostgresLedger } from './postgres-ledger.adapter.ts';

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
const ASK: Step = { do: 'ask', afterMs: 0, reason: 'timeout', spendsAsk: true };
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
const leased = async (
  { effectId }: { effectId: string },
  ms = LEASE_MS,
  ledger: Ledger = world.ledger,
): Promise<LeasedEffect> => {
  const leasing = await ledger.lease(effectId, ms);
  if (leasing.kind !== 'leased') throw new Error(leasing.kind);
  return leasing.effect;
};
const told = (reminder: Reminder) => ({ reminder, traceParent: null });

describe('planning', () => {
  it('inserts an effect once with its job, however often it is requested, and by how many at a time (T-44)', async () => {
    const effect = aPlannedEffect({ target: target() });
    const other = await world.another();
    const lanes = await Promise.all(
      Array.from({ length: 50 }, (_, n) => (n % 2 ? world : other).ledger.plan([effect, effect])),
    );
    expect(lanes.flat()).toEqual([effect.lane]);
    expect(await world.queue.take(effect.lane, 10)).toMatchObject([{ id: effect.effectId }]);
  });

  it('keeps a content with every character a stranger may write', async () => {
    const content = { subject: '\u0000\u2028 "quoted" \\ 😀 \ud800', due: [], nested: { a: null } };
    const effect = await planned({ content });
    expect((await leased(effect)).content).toEqual(content);
  });

  it.each(['off', 'propose'] as const)(
    'records what is %s, settles it as skipped, and gives nobody a job',
    async (mode) => {
      const effect = await planned({ mode });
      expect(await world.ledger.plan([effect])).toEqual([]);
      expect(await world.row(effect.effectId)).toMatchObject({
        state: 'skipped',
        reason: mode,
        content: JSON.stringify(effect.content),
      });
      expect((await world.settled()).filter(({ effectId }) => effectId === effect.effectId)).toMatchObject([
        { state: 'skipped', receipt: { attempts: 0, learntBy: 'none', reason: mode } },
      ]);
      expect(await world.ledger.lease(effect.effectId, LEASE_MS)).toEqual({ kind: 'over' });
    },
  );
});

describe('a lease', () => {
  it('is held by one of many who race for it', async () => {
    const effect = await planned();
    const leasings = await Promise.all(Array.from({ length: 20 }, () => world.ledger.lease(effect.effectId, LEASE_MS)));
    expect(leasings.filter(({ kind }) => kind === 'leased')).toHaveLength(1);
    expect(leasings.filter(({ kind }) => kind === 'held')).toHaveLength(19);
  });

  it('that ran out before a call began is taken over, and its old holder may no longer call', async () => {
    const effect = await planned();
    const zombie = await leased(effect, 1);
    const heir = await eventually(() => leased(effect));
    expect(heir.turn).toBe('call');
    expect(await world.ledger.attempt(zombie)).toBe(false);
    expect(await world.ledger.attempt(heir)).toBe(true);
  });

  it('that ran out after a call began leaves only a question', async () => {
    const effect = await planned();
    const died = await leased(effect, 50);
    expect(await world.ledger.attempt(died)).toBe(true);
    const heir = await eventually(() => leased(effect));
    expect(heir).toMatchObject({ turn: 'ask', tries: 1 });
    expect(Date.parse(heir.firstAttemptedAt ?? '')).toBeGreaterThan(Date.now() - 60_000);
    expect(await world.ledger.attempt(heir)).toBe(false);
    const reminder = await reminded(effect);
    expect(await world.ledger.record(died, CONFIRMED, told(reminder))).toBe(false);
    expect(await world.ledger.record(heir, CONFIRMED, told(reminder))).toBe(true);
  });

  it('of what was never planned, or is settled, is nothing to do', async () => {
    expect(await world.ledger.lease('00000000-0000-5000-8000-000000000000', LEASE_MS)).toEqual({ kind: 'over' });
  });
});

describe('what follows', () => {
  it('settles with a receipt, one settlement and no job', async () => {
    const effect = await planned();
    const reminder = await reminded(effect);
    const mine = await leased(effect);
    await world.ledger.attempt(mine);
    expect(await world.ledger.record(mine, CONFIRMED, { reminder, traceParent: '00-a-b-01' })).toBe(true);
    expect(await world.ledger.record(mine, CONFIRMED, { reminder, traceParent: null })).toBe(false);
    expect((await world.settled()).filter(({ effectId }) => effectId === effect.effectId)).toMatchObject([
      {
        state: 'confirmed',
        kind: 'slack.message',
        target: effect.target,
        inquiryId: effect.inquiryId,
        receipt: { providerId: 'C1:2', responseDigest: 'a'.repeat(64), attempts: 1, learntBy: 'answer', reason: null },
      },
    ]);
    expect(await world.ledger.lease(effect.effectId, LEASE_MS)).toEqual({ kind: 'over' });
    await world.ledger.plan([effect]);
    expect(await world.queue.take(effect.lane, 1)).toEqual([]);
  });

  it('counts every call, and the tries without those that were spared', async () => {
    const effect = await planned();
    for (const spendsTry of [true, false, false, true]) {
      const reminder = await reminded(effect);
      const mine = await leased(effect);
      await world.ledger.attempt(mine);
      await world.ledger.record(mine, { do: 'try-again', afterMs: 0, reason: 'http-503', spendsTry }, told(reminder));
    }
    expect(await world.row(effect.effectId)).toMatchObject({
      state: 'planned',
      tries: 2,
      attempts: 4,
      lease_owner: null,
    });
  });

  it('is asked about from the first call that may have been applied', async () => {
    const effect = await planned();
    const seen: (string | null)[] = [];
    for (const step of [ASK, { do: 'try-again', afterMs: 0, reason: 'not-applied', spendsTry: true } as const, ASK]) {
      const reminder = await reminded(effect);
      const mine = await leased(effect);
      seen.push(mine.firstAttemptedAt);
      if (mine.turn === 'call') await world.ledger.attempt(mine);
      await world.ledger.record(mine, step, told(reminder));
    }
    const last = await leased(effect);
    expect(last).toMatchObject({ turn: 'ask', tries: 2, asks: 2 });
    expect(seen[0]).toBeNull();
    expect([seen[2], last.firstAttemptedAt]).toEqual([seen[1], seen[1]]);
  });

  it('changes nothing when the transaction fails: neither row nor job', async () => {
    const effect = await planned();
    const reminder = await reminded(effect);
    const mine = await leased(effect);
    const unfit: Step = {
      do: 'settle',
      state: 'confirmed',
      reason: null,
      proof: { providerId: null, responseDigest: 'no digest', learntBy: 'answer' },
    };
    await expect(world.ledger.record(mine, unfit, told(reminder))).rejects.toThrow();
    expect(await world.row(effect.effectId)).toMatchObject({ state: 'leased', settled_at: null });
    expect(await world.ledger.record(mine, CONFIRMED, told(reminder))).toBe(true);
  });
});

it('says that the database is away in a word that is retried', async () => {
  const url = 'postgres://nobody@127.0.0.1:1/none';
  const postgres = createPostgres({ url });
  const away = createPostgresLedger({
    postgres,
    schema: 'none',
    queue: createJobQueue({ url, schema: 'none', expireSeconds: 1 }),
  });
  await expect(away.lease('00000000-0000-5000-8000-000000000000', 1)).rejects.toBeInstanceOf(TransientError);
  await postgres.close();
});
