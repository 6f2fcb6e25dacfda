import { randomUUID } from 'node:crypto';
import { TransientError } from '@sluice/kernel';
import { createPostgres } from '@sluice/persistence';
import { eventually } from '@sluice/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Step } from '../domain/next-step.ts';
import type { LeasedEffect, Ledger, PlannedEffect } from '../ports/ledger.port.ts';
import { aLedger, type TestLedger } from '../testing/a-ledger.ts';
import { aLeasedEffect, aPlannedEffect } from '../testing/a-planned-effect.ts';
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
const again = (over: Partial<Extract<Step, { do: 'try-again' }>> = {}): Step => ({
  do: 'try-again',
  afterMs: 0,
  reason: 'http-503',
  spendsTry: true,
  ...over,
});
const target = () => `#${Math.random().toString(36).slice(2)}`;

const planned = async (over: Partial<PlannedEffect> = {}): Promise<PlannedEffect> => {
  const effect = aPlannedEffect({ target: target(), ...over });
  await world.ledger.plan([effect]);
  return effect;
};
const taken = (lane: string, count = 1, leaseMs = LEASE_MS, ledger: Ledger = world.ledger) =>
  ledger.take(lane, { count, leaseMs });
/** The one effect of its lane, once it is due. */
const leased = ({ lane }: PlannedEffect, leaseMs = LEASE_MS): Promise<LeasedEffect> =>
  eventually(async () => {
    const [effect] = await taken(lane, 1, leaseMs);
    if (!effect) throw new Error('nothing is due');
    return effect;
  });
const begun = async (effect: PlannedEffect, leaseMs = LEASE_MS): Promise<LeasedEffect> => {
  const attempted = await world.ledger.attempt(await leased(effect, leaseMs));
  if (!attempted) throw new Error('the lease was lost');
  return attempted;
};
const settlementsOf = async ({ effectId }: PlannedEffect) =>
  (await world.settled()).filter((event) => event['effectId'] === effectId);

describe('planning', () => {
  it('inserts an effect once, however often it is requested, and by how many at a time (T-44)', async () => {
    const effect = aPlannedEffect({ target: target() });
    const other = world.another();
    const plans = await Promise.all(
      Array.from({ length: 50 }, (_, n) => (n % 2 ? world.ledger : other).plan([effect, effect])),
    );
    expect(plans.flatMap(({ lanes }) => lanes)).toEqual([effect.lane]);
    expect(await taken(effect.lane, 10)).toMatchObject([{ effectId: effect.effectId, turn: 'call', tries: 0 }]);
  });

  it('keeps a content with every character that a request can hold', async () => {
    const content = { subject: '\u2028 "quoted" \\ {a,b} 😀', due: [], nested: { a: null } };
    expect((await leased(await planned({ content }))).content).toEqual(content);
  });

  it.each(['off', 'propose', 'no-connector'])(
    'settles what is skipped (%s) in the same statement, once, and gives nobody work',
    async (skipped) => {
      const effect = aPlannedEffect({ target: target(), skipped });
      expect(await world.ledger.plan([effect, aPlannedEffect({ ...effect })])).toEqual({
        lanes: [],
        skipped: ['slack.message'],
      });
      expect(await world.ledger.plan([effect])).toEqual({ lanes: [], skipped: [] });
      expect(await world.row(effect.effectId)).toMatchObject({
        state: 'skipped',
        reason: skipped,
        settlements: 1,
        content: JSON.stringify(effect.content),
      });
      expect(await settlementsOf(effect)).toMatchObject([
        { state: 'skipped', receipt: { attempts: 0, learntBy: 'none', reason: skipped } },
      ]);
      expect(await taken(effect.lane)).toEqual([]);
    },
  );

  it('fails as a whole with the database’s own error where a value can’t be stored: a defect, which is no reason to wait', async () => {
    const [good, bad] = [aPlannedEffect({ target: target() }), aPlannedEffect({ decisionId: 'no uuid' })];
    const failure = await world.ledger.plan([good, bad]).catch((error: unknown) => error);
    expect(failure).not.toBeInstanceOf(TransientError);
    expect(failure).toMatchObject({ code: expect.stringMatching(/^22/) as unknown });
    expect((await world.ledger.plan([good])).lanes).toEqual([good.lane]);
  });
});

describe('a lease', () => {
  it('is held by one of many who race for it', async () => {
    const effect = await planned();
    const ledgers = [world.ledger, world.another(), world.another(), world.another()];
    const takings = await Promise.all(ledgers.map((ledger) => taken(effect.lane, 5, LEASE_MS, ledger)));
    expect(takings.flat()).toHaveLength(1);
  });

  it('is given to the longest due first, and to no more than asked for', async () => {
    const name = target();
    const effects = [await planned({ target: name }), await planned({ target: name }), await planned({ target: name })];
    const lane = effects[0]?.lane ?? '';
    const first = await taken(lane, 2);
    expect(new Set(first.map(({ effectId }) => effectId))).toEqual(
      new Set(effects.slice(0, 2).map(({ effectId }) => effectId)),
    );
    expect(await taken(lane, 2)).toHaveLength(1);
  });

  it('that ran out before a call began is taken over, and its old holder may no longer call', async () => {
    const effect = await planned();
    const zombie = await leased(effect, 1);
    const heir = await leased(effect);
    expect(heir.turn).toBe('call');
    expect(await world.ledger.attempt(zombie)).toBeNull();
    expect(await world.ledger.attempt(heir)).toMatchObject({ tries: 1, attempts: 1 });
  });

  it('that ran out after a call began leaves only a question', async () => {
    const effect = await planned();
    const died = await begun(effect);
    await world.letLeaseRunOut(effect.effectId);
    const heir = await leased(effect);
    expect(heir).toMatchObject({ turn: 'ask', tries: 1 });
    expect(Date.parse(heir.firstAttemptedAt ?? '')).toBeGreaterThan(Date.now() - 60_000);
    expect(await world.ledger.attempt(heir)).toBeNull();
    expect(await world.ledger.record(died, CONFIRMED, null)).toBe(false);
    expect(await world.ledger.record(heir, CONFIRMED, null)).toBe(true);
  });
});

describe('what follows', () => {
  it('settles with a receipt and one settlement', async () => {
    const effect = await planned();
    const mine = await begun(effect);
    expect(await world.ledger.record(mine, CONFIRMED, '00-a-b-01')).toBe(true);
    expect(await world.ledger.record(mine, CONFIRMED, null)).toBe(false);
    expect(await settlementsOf(effect)).toMatchObject([
      {
        state: 'confirmed',
        kind: 'slack.message',
        target: effect.target,
        inquiryId: effect.inquiryId,
        receipt: {
          providerId: 'C1:2',
          requestHash: effect.requestHash,
          responseDigest: 'a'.repeat(64),
          attempts: 1,
          learntBy: 'answer',
          reason: null,
        },
      },
    ]);
    await world.ledger.plan([effect]);
    expect(await taken(effect.lane)).toEqual([]);
  });

  it('counts every call, and the tries without those that were spared', async () => {
    const effect = await planned();
    for (const spendsTry of [true, false, false, true])
      await world.ledger.record(await begun(effect), again({ spendsTry }), null);
    expect(await world.row(effect.effectId)).toMatchObject({
      state: 'planned',
      tries: 2,
      attempts: 4,
      lease_owner: null,
    });
  });

  it('is due again after its wait, and not before', async () => {
    const effect = await planned();
    await world.ledger.record(await begun(effect), again({ afterMs: 400 }), null);
    expect(await taken(effect.lane)).toEqual([]);
    expect(await world.ledger.dueLanes()).not.toContain(effect.lane);
    expect((await world.ledger.backlog()).find(({ lane }) => lane === effect.lane)).toMatchObject({
      effects: 1,
      waiting: { effects: 1, reason: 'http-503' },
    });
    await eventually(async () => expect(await world.ledger.dueLanes()).toContain(effect.lane));
    expect(await leased(effect)).toMatchObject({ turn: 'call', tries: 1 });
    expect(await world.ledger.dueLanes()).not.toContain(effect.lane);
  });

  it('is asked about from the first call that may have been applied', async () => {
    const effect = await planned();
    const seen: (string | null)[] = [];
    for (const step of [ASK, again({ reason: 'not-applied' }), ASK]) {
      const mine = await leased(effect);
      seen.push(mine.firstAttemptedAt);
      const told = mine.turn === 'call' ? await world.ledger.attempt(mine) : mine;
      await world.ledger.record(told ?? mine, step, null);
    }
    const last = await leased(effect);
    expect(last).toMatchObject({ turn: 'ask', tries: 2, asks: 2 });
    expect(seen[0]).toBeNull();
    expect([seen[2], last.firstAttemptedAt]).toEqual([seen[1], seen[1]]);
  });

  it('changes nothing where it does not fit its contract, and keeps no other from being stored', async () => {
    const [effect, other] = [await planned(), await planned()];
    const [mine, theirs] = [await begun(effect), await begun(other)];
    const unfit: Step = {
      do: 'settle',
      state: 'confirmed',
      reason: null,
      proof: { providerId: null, responseDigest: 'no digest', learntBy: 'answer' },
    };
    const told = await Promise.allSettled([
      world.ledger.record(mine, unfit, null),
      world.ledger.record(theirs, CONFIRMED, null),
    ]);
    expect(told).toMatchObject([{ status: 'rejected' }, { status: 'fulfilled', value: true }]);
    expect(await world.row(effect.effectId)).toMatchObject({ state: 'attempted', settled_at: null });
    expect(await world.ledger.record(mine, CONFIRMED, null)).toBe(true);
  });

  it('keeps no other from being stored where the database does not take it', async () => {
    const [effect, other] = [await planned(), await planned()];
    const [mine, theirs] = [await begun(effect), await begun(other)];
    const told = await Promise.allSettled([
      world.ledger.record(mine, again({ reason: 'a\u0000b' }), null),
      world.ledger.record(theirs, CONFIRMED, null),
    ]);
    expect(told).toMatchObject([{ status: 'rejected' }, { status: 'fulfilled', value: true }]);
  });
});

describe('reopening', () => {
  const settledAs = async (state: 'refuted' | 'unknown', over: Partial<PlannedEffect> = {}): Promise<PlannedEffect> => {
    const effect = await planned(over);
    await world.ledger.record(
      await begun(effect),
      { do: 'settle', state, reason: 'x', proof: { providerId: null, responseDigest: null, learntBy: 'none' } },
      null,
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
    const reopened = await taken(refuted.lane, 10);
    expect(new Map(reopened.map(({ effectId, turn, tries }) => [effectId, [turn, tries]]))).toEqual(
      new Map([
        [refuted.effectId, ['call', 0]],
        [unknown.effectId, ['ask', 0]],
      ]),
    );
    expect(await taken(others.lane, 10)).toEqual([]);
  });

  it('gives the effect one more settlement, under an id of its own', async () => {
    const effect = await settledAs('refuted');
    await world.ledger.reopen({ effectIds: [effect.effectId], states: ['refuted'] });
    await world.ledger.record(await begun(effect), CONFIRMED, null);
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

it('the backlog counts what is not settled, by lane, with the age of the oldest', async () => {
  const effect = await planned();
  await planned({ target: effect.target });
  const mine = (await world.ledger.backlog()).find(({ lane }) => lane === effect.lane);
  expect(mine).toMatchObject({ kind: 'slack.message', effects: 2, waiting: null });
  expect(mine?.oldestMs).toBeGreaterThanOrEqual(0);
  expect(mine?.oldestMs).toBeLessThan(30_000);
});

it('says that the database is away in a word that is retried', async () => {
  const postgres = createPostgres({ url: 'postgres://nobody@127.0.0.1:1/none' });
  const away = createPostgresLedger({ postgres, schema: 'none' });
  await expect(taken('slack.message/x', 1, 1, away)).rejects.toBeInstanceOf(TransientError);
  await expect(away.attempt(aLeasedEffect())).rejects.toBeInstanceOf(TransientError);
  await expect(away.plan([aPlannedEffect({ effectId: randomUUID() })])).rejects.toBeInstanceOf(TransientError);
  await postgres.close();
});

describe('what is proposed', () => {
  const inTwoDays = () => new Date(Date.now() + 2 * 86_400_000).toISOString();
  const at = '2026-01-05T09:00:00.000Z';

  it('is nobody’s turn until a person approves it, and then it is done', async () => {
    const effect = await planned({ approveBy: inTwoDays() });
    expect(await world.row(effect.effectId)).toMatchObject({ state: 'proposed' });
    expect(await taken(effect.lane)).toEqual([]);
    expect(await world.ledger.dueLanes()).not.toContain(effect.lane);
    expect(await world.ledger.review([{ effectId: effect.effectId, verdict: 'approved', at }])).toEqual([effect.lane]);
    expect(await leased(effect)).toMatchObject({ approval: 'approved', turn: 'call' });
  });

  it('counts the first word on it, also one that comes before it is planned, and however often either is repeated', async () => {
    const effect = aPlannedEffect({ target: target(), approveBy: inTwoDays() });
    const declined = { effectId: effect.effectId, verdict: 'declined', at } as const;
    expect(await world.ledger.review([declined])).toEqual([]);
    await world.ledger.review([{ ...declined, verdict: 'approved' }]);
    await world.ledger.plan([effect]);
    await world.ledger.plan([effect]);
    expect(await leased(effect)).toMatchObject({ approval: 'declined' });
    await world.ledger.review([declined]);
    expect(await taken(effect.lane)).toEqual([]);
  });

  it('is heard of by one of the two, whichever is first, when word and plan come at once', async () => {
    const effects = Array.from({ length: 40 }, () => aPlannedEffect({ target: target(), approveBy: inTwoDays() }));
    const other = world.another();
    await Promise.all(
      effects.flatMap((effect) => [
        world.ledger.plan([effect]),
        other.review([{ effectId: effect.effectId, verdict: 'approved', at }]),
      ]),
    );
    const rows = await Promise.all(effects.map(({ effectId }) => world.row(effectId)));
    expect(new Set(rows.map(({ state }) => state))).toEqual(new Set(['planned']));
  });

  it('is no backlog while it waits for a person, nor is what waits for its hours', async () => {
    const proposed = await planned({ approveBy: inTwoDays() });
    const later = await planned({ notBefore: inTwoDays() });
    const due = await planned();
    const lanes = (await world.ledger.backlog()).map(({ lane }) => lane);
    expect([proposed, later, due].map(({ lane }) => lanes.includes(lane))).toEqual([false, false, true]);
  });

  it('has its turn an hour after nobody may approve it any more, and says so', async () => {
    const effect = await planned({ approveBy: new Date(Date.now() - 3_601_000).toISOString() });
    expect(await leased(effect)).toMatchObject({ approval: 'awaited' });
  });
});

describe('a turn', () => {
  it('is not before its time', async () => {
    const effect = await planned({ notBefore: new Date(Date.now() + 60_000).toISOString() });
    expect(await taken(effect.lane)).toEqual([]);
  });

  it('keeps the parts that were made, and the next one has them', async () => {
    const effect = await planned();
    const attempted = await begun(effect);
    await world.ledger.record({ ...attempted, parts: { contact: '1' } }, again(), null);
    const next = await leased(effect);
    expect(next.parts).toEqual({ contact: '1' });
    const second = await world.ledger.attempt(next);
    await world.ledger.record({ ...(second ?? next), parts: { ...next.parts, deal: '2' } }, CONFIRMED, null);
    expect((await settlementsOf(effect)).map(({ receipt }) => (receipt as { parts?: unknown }).parts)).toEqual([
      { contact: '1', deal: '2' },
    ]);
  });
});
