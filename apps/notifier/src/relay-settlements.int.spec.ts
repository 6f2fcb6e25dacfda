import { effectSettled } from '@sluice/contracts';
import { headerOf } from '@sluice/stage';
import { plainCodec } from '@sluice/stage/testing';
import { createMemoryRelay, MemoryLog } from '@sluice/transport';
import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Settlements } from './ports/settlements.port.ts';
import { SettlementRelay } from './relay-settlements.ts';
import { aLedger, type TestLedger } from './testing/a-ledger.ts';
import { aPlannedEffect } from './testing/a-planned-effect.ts';

let world: TestLedger;
let log: MemoryLog;
beforeEach(async () => {
  world = await aLedger();
  log = new MemoryLog({ partitions: 1 });
});
afterEach(() => world.close());

/** Effects that are settled at once. */
const settle = async (count: number): Promise<readonly string[]> => {
  const effects = Array.from({ length: count }, () =>
    aPlannedEffect({ mode: 'propose', traceParent: '00-11111111111111111111111111111111-2222222222222222-01' }),
  );
  for (const effect of effects) await world.ledger.plan([effect]);
  return effects.map(({ effectId }) => effectId);
};
/** One process's relay. */
const aRelay = (over: Partial<Settlements> = {}, owner: string = randomUUID()): SettlementRelay => {
  const { claim, from, published, release } = { ...world.settlements, ...over };
  return new SettlementRelay({
    settlements: { claim, from, published, release },
    codec: plainCodec(),
    owner,
    connect: (sequence) => createMemoryRelay(log, sequence),
  });
};
const published = () =>
  log
    .records(effectSettled.v1.type)
    .map(({ value }) => (JSON.parse(value?.toString() ?? '') as { effectId: string }).effectId);
/** As long as a claim lasts, without waiting for it. */
const claimsRunOut = () =>
  world.postgres.query(`update "${world.schema}".relay set until = now() - interval '1 second'`);

describe('the relay', () => {
  it('publishes what has settled, in its order, once', async () => {
    const first = await settle(3);
    const relay = aRelay();
    expect([await relay.run(), await relay.run()]).toEqual([3, 0]);
    const later = await settle(2);
    expect(await relay.run()).toBe(2);
    expect(published()).toEqual([...first, ...later]);
  });

  it('writes events that fit their contract and carry the trace on', async () => {
    const [effectId] = await settle(1);
    await aRelay().run();
    const [record] = log.records(effectSettled.v1.type);
    const data = effectSettled.v1.parse(JSON.parse(record?.value?.toString() ?? ''));
    expect(data).toMatchObject({ effectId, state: 'skipped', receipt: { reason: 'propose' } });
    expect(record?.key?.toString()).toBe(data.conversationId);
    const header = (name: string) => headerOf(record?.headers ?? {}, name);
    expect([header('ce_type'), header('ce_subject'), header('traceparent'), header('sluice_brand')]).toEqual([
      'effect.settled.v1',
      data.inquiryId,
      '00-11111111111111111111111111111111-2222222222222222-01',
      'default',
    ]);
    expect(header('ce_id')).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('repeats nothing when it dies after the commit and before the mark', async () => {
    const effects = await settle(3);
    await expect(aRelay({ published: () => Promise.reject(new Error('killed')) }).run()).rejects.toThrow('killed');
    expect(published()).toEqual(effects);
    await claimsRunOut();
    const heir = aRelay();
    expect(await heir.run()).toBe(0);
    const more = await settle(1);
    expect(await heir.run()).toBe(1);
    expect(published()).toEqual([...effects, ...more]);
  });

  it('is one process’s at a time, and another’s at once when it closes', async () => {
    const effects = await settle(2);
    const [one, other] = [aRelay(), aRelay()];
    expect([await one.run(), await other.run()]).toEqual([2, null]);
    await one.close();
    expect(await other.run()).toBe(0);
    expect(published()).toEqual(effects);
  });

  it('lets a frozen process publish nothing when it wakes up', async () => {
    await settle(1);
    let claimed: () => void = () => undefined;
    let wake: () => void = () => undefined;
    const reading = new Promise<void>((resolve) => {
      claimed = resolve;
    });
    const frozen = new Promise<void>((resolve) => {
      wake = resolve;
    });
    const zombie = aRelay({
      from: async (position, limit) => {
        const batch = await world.settlements.from(position, limit);
        claimed();
        await frozen;
        return batch;
      },
    });
    const zombied = zombie.run();
    await reading;
    await claimsRunOut();
    expect(await aRelay().run()).toBe(1);
    wake();
    await expect(zombied).rejects.toThrow('publishing');
    expect(published()).toHaveLength(1);
  });

  it('goes on from the ledger’s mark when the broker has forgotten', async () => {
    await settle(2);
    await aRelay({}, 'same-owner').run();
    log = new MemoryLog({ partitions: 1 });
    const more = await settle(1);
    expect(await aRelay({}, 'same-owner').run()).toBe(1);
    expect(published()).toEqual(more);
  });

  it('loses nothing when the database is an older one than the broker knew', async () => {
    await settle(2);
    await aRelay({}, 'same-owner').run();
    await world.postgres.query(`delete from "${world.schema}".settlement where position > 0`);
    await world.postgres.query(`update "${world.schema}".relay set published = 0`);
    const after = await settle(2);
    expect(await aRelay({}, 'same-owner').run()).toBe(2);
    expect(published().slice(2)).toEqual(after);
  });

  it('numbers without gaps, from however many processes effects are settled', async () => {
    await Promise.all([
      settle(5),
      settle(5),
      settle(5),
      world.settlements.from(0n, 3),
      world.settlements.from(0n, 100),
    ]);
    const positions = (await world.settlements.from(0n, 100)).map(({ position }) => Number(position));
    expect(positions).toEqual(Array.from({ length: 15 }, (_, n) => n));
  });
});
