import { randomUUID } from 'node:crypto';
import type { Connector } from '@sluice/connectors';
import { plainCodec } from '@sluice/stage/testing';
import { eventually, testInfrastructure } from '@sluice/testing';
import { createMemoryRelay, MemoryLog } from '@sluice/transport';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { PlannedEffect } from './ports/ledger.port.ts';
import { SettlementRelay } from './relay-settlements.ts';
import { aLedger, type TestLedger } from './testing/a-ledger.ts';
import { aNotifier } from './testing/a-notifier.ts';
import { aPlannedEffect } from './testing/a-planned-effect.ts';
import { countingProxy, type CountingProxy } from './testing/counting-proxy.ts';

const EFFECTS = 1_000;
const BATCH = 100;

/** A provider that does everything at once. */
const instant: Connector = {
  kind: 'slack.message',
  onUnknown: 'ask',
  timeoutMs: 500,
  check: async () => ({ kind: 'checked', faults: [] }),
  perform: async () => ({ kind: 'confirmed', providerId: 'C1:1.1', responseDigest: 'a'.repeat(64) }),
  ask: async () => ({ kind: 'absent' }),
  close: async () => undefined,
};

let proxy: CountingProxy;
let world: TestLedger;
let relay: SettlementRelay;
beforeAll(async () => {
  proxy = await countingProxy(testInfrastructure().postgresUrl);
  world = await aLedger({ url: proxy.url });
  const log = new MemoryLog({ partitions: 1 });
  relay = new SettlementRelay({
    settlements: world.settlements,
    codec: plainCodec(),
    owner: randomUUID(),
    connect: (sequence) => createMemoryRelay(log, sequence),
  });
  await relay.run();
});
afterAll(async () => {
  await world.close();
  await proxy.close();
});

/** Plans a thousand effects as ten batches of requests come in, and tells after each. */
const planAll = async (over: (n: number) => Partial<PlannedEffect>, then: (lanes: readonly string[]) => void) => {
  for (let at = 0; at < EFFECTS; at += BATCH)
    then((await world.ledger.plan(Array.from({ length: BATCH }, (_, n) => aPlannedEffect(over(n))))).lanes);
};
const relayAll = async () => {
  let published = 0;
  for (let more = await relay.run(); more; more = await relay.run()) published += more;
  return published;
};

it('a batch of effects that nobody performs is one statement, and their events one of every 500', async () => {
  proxy.take();
  await planAll(
    () => ({ mode: 'propose' }),
    () => undefined,
  );
  expect(proxy.take()).toBe(EFFECTS / BATCH);
  expect(await relayAll()).toBe(EFFECTS);
  expect(proxy.take()).toBe(3);
});

it('effects that are performed share their statements: less than one for two effects from request to published receipt', async () => {
  const lanes = await aNotifier({
    ledger: world,
    connectors: [instant],
    lane: { concurrency: 20, perSecond: 100_000, burst: 100_000 },
    leaseMs: 10_000,
  });
  proxy.take();
  await planAll(
    (n) => ({ target: `#t${n % 5}` }),
    (names) => lanes.wake(names),
  );
  let asked = 0;
  await eventually(
    async () => {
      asked += 1;
      expect(await world.ledger.backlog()).toEqual([]);
    },
    { within: 30_000 },
  );
  expect(await relayAll()).toBe(EFFECTS);
  expect(proxy.take() - asked).toBeLessThan(EFFECTS / 2);
  await lanes.drain();
});
