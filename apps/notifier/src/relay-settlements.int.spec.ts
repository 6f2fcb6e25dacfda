import { effectSettled } from '@sluice/contracts';
import { headerOf } from '@sluice/stage';
import { plainCodec } from '@sluice/stage/testing';
import { eventually } from '@sluice/testing';
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
interface RelayUnderTest {
  readonly settlements?: Partial<Settlements>;
  readonly owner?: string;
  /** Called with what publishes, at the moment it would. */
  readonly publishing?: (publish: () => Promise<void>) => Promise<void>;
}
/** One process's relay. */
const aRelay = ({
  settlements = {},
  owner = randomUUID(),
  publishing = (publish) => publish(),
}: RelayUnderTest = {}): SettlementRelay =>
  new SettlementRelay({
    settlements: { ...world.settlements, ...settlements },
    codec: plainCodec(),
    owner,
    connect: (sequence) => {
      const relay = createMemoryRelay(log, sequence);
      return {
        open: () => relay.open(),
        publish: (records, next) => publishing(() => relay.publish(records, next)),
        close: () => relay.close(),
      };
    },
  });
const left = async () => (await world.settled()).length;
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

  it('forgets what it has published with its next look', async () => {
    await settle(3);
    const relay = aRelay();
    expect([await relay.run(), await left()]).toEqual([3, 3]);
    expect([await relay.run(), await left()]).toEqual([0, 0]);
  });

  it('repeats nothing when it dies after the commit', async () => {
    const effects = await settle(3);
    const dying = aRelay({
      publishing: async (publish) => {
        await publish();
        throw new Error('killed');
      },
    });
    await expect(dying.run()).rejects.toThrow('killed');
    expect(published()).toEqual(effects);
    await claimsRunOut();
    const heir = aRelay();
    expect(await heir.run()).toBe(0);
    const more = await settle(1);
    expect(await heir.run()).toBe(1);
    expect(published()).toEqual([...effects, ...more]);
  });

  it('publishes the same in the same order when it dies before the commit, whatever has settled since', async () => {
    const effects = await settle(3);
    const dying = aRelay({ publishing: () => Promise.reject(new Error('killed')) });
    await expect(dying.run()).rejects.toThrow('killed');
    const more = await settle(2);
    await claimsRunOut();
    const heir = aRelay();
    expect([await heir.run(), await heir.run(), await heir.run()]).toEqual([3, 2, 0]);
    expect(published()).toEqual([...effects, ...more]);
  });

  it('goes on after a publication that failed', async () => {
    const effects = await settle(2);
    let tries = 0;
    const relay = aRelay({
      publishing: (publish) => ((tries += 1) === 1 ? Promise.reject(new Error('broker away')) : publish()),
    });
    await expect(relay.run()).rejects.toThrow('broker away');
    expect([await relay.run(), await relay.run()]).toEqual([2, 0]);
    expect(published()).toEqual(effects);
  });

  it('locks nothing in the database while it publishes', async () => {
    await settle(2);
    const locks: unknown[] = [];
    const relay = aRelay({
      publishing: async (publish) => {
        locks.push(
          ...(await world.postgres.query(
            `select relname, mode from pg_locks join pg_class on pg_class.oid = relation where relnamespace = '"${world.schema}"'::regnamespace`,
          )),
        );
        await publish();
      },
    });
    expect(await relay.run()).toBe(2);
    expect(locks).toEqual([]);
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
      settlements: {
        next: async (...asked) => {
          const batch = await world.settlements.next(...asked);
          claimed();
          await frozen;
          return batch;
        },
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
    const first = aRelay({ owner: 'same-owner' });
    expect([await first.run(), await first.run()]).toEqual([2, 0]);
    log = new MemoryLog({ partitions: 1 });
    const more = await settle(1);
    expect(await aRelay({ owner: 'same-owner' }).run()).toBe(1);
    expect(published()).toEqual(more);
  });

  it('loses nothing when the database is an older one than the broker knew', async () => {
    await settle(2);
    const first = aRelay({ owner: 'same-owner' });
    expect([await first.run(), await first.run()]).toEqual([2, 0]);
    await world.postgres.query(`update "${world.schema}".relay set published = 0, batch = '{}'`);
    const after = await settle(2);
    expect(await aRelay({ owner: 'same-owner' }).run()).toBe(2);
    expect(published().slice(2)).toEqual(after);
  });

  it('publishes each once, from however many processes effects are settled and relays run', async () => {
    let done = false;
    const running = Array.from({ length: 3 }, async () => {
      // One run of a process follows the other, and fails where another process has taken the relay meanwhile.
      for (const relay = aRelay(); !done;) await relay.run().catch(() => null);
    });
    const settled = await Promise.all([settle(5), settle(5), settle(5)]);
    const claimsEnd = setInterval(() => void claimsRunOut(), 20);
    await eventually(async () => expect(await left()).toBe(0));
    clearInterval(claimsEnd);
    done = true;
    await Promise.all(running);
    const effects = settled.flat();
    expect(published().toSorted()).toEqual(effects.toSorted());
  });
});
