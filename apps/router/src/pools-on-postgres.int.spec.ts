import { assignmentRequested, inquiryAssigned, poolCommand, type PoolCommand } from '@sluice/contracts';
import { Repeat, type LoadedState, type StateChange, type StateStore } from '@sluice/stage';
import { eventually } from '@sluice/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ownerFirstClaims } from './stages/owner-first-claims.suite.ts';
import { aPool } from './testing/a-pool.ts';
import { aPlaybookWith, aRequest, inquiryIdOf } from './testing/a-request.ts';
import { aRouter, onlyPools, type Router } from './testing/a-router.ts';
import { aRouterSchema, type RouterSchema } from './testing/a-schema.ts';

const WITHIN = { within: 30_000 };
const command = (what: PoolCommand['command']) =>
  poolCommand.v1.of({
    brand: 'default',
    pool: 'sales',
    command: what,
    by: 'ops',
    why: null,
    orderedAt: '2026-01-05T10:00:00.000Z',
  });

const schemas: RouterSchema[] = [];
/** Each test has a store of its own. */
const aStore = async () => {
  const schema = await aRouterSchema();
  schemas.push(schema);
  return schema.stateStore();
};
afterAll(() => Promise.all(schemas.map((schema) => schema.drop())));

ownerFirstClaims('on Postgres', aStore);

describe('an owner who is away until a moment', () => {
  let world: Router;
  let publishing: Repeat;
  beforeEach(async () => {
    world = aRouter(aPlaybookWith({ sales: aPool([{ key: 'ada', capacity: 1 }]) }), { stateStore: await aStore() });
    await world.run(2, { of: onlyPools });
    publishing = new Repeat({ name: 'publish-due', everyMs: 50, run: world.publishDue });
    await publishing.start();
  });
  afterEach(async () => {
    await publishing.drain();
    await world.close();
  });

  it('is given what waits when it comes, with nobody doing anything (T-04)', async () => {
    const until = new Date(Date.now() + 4_000).toISOString();
    await world.send([assignmentRequested.v1.of(aRequest('seen'))]);
    await eventually(() => expect(world.assigned()).toMatchObject([{ owner: 'ada' }]), WITHIN);
    await world.send([command({ do: 'leave', owner: 'ada', until })]);
    await world.send([command({ do: 'release', inquiryId: inquiryIdOf('seen') })]);
    await eventually(() => expect(world.changes().some(({ change }) => change === 'left')).toBe(true), WITHIN);
    await world.send([assignmentRequested.v1.of(aRequest('waits'))]);
    const waits = () => world.assigned().filter(({ inquiryId }) => inquiryId === inquiryIdOf('waits'));
    await eventually(() => expect(waits()).toMatchObject([{ owner: null, status: 'held' }, { owner: 'ada' }]), WITHIN);
    expect(Date.parse(waits()[1]?.assignedAt ?? '')).toBeGreaterThanOrEqual(Date.parse(until));
    expect([world.replay(), world.deadLetters()]).toEqual([[], []]);
  });
});

interface Traffic {
  statements: number;
  loadedBytes: number;
  storedBytes: number;
}

/** What one decision costs, by what goes to the store and comes from it. */
const counting = (store: StateStore, traffic: Traffic): StateStore => {
  const bytesOf = (rows: readonly (LoadedState['states'][number] | StateChange)[]): number =>
    rows.reduce((sum, { key, json }) => sum + key.length + (json?.length ?? 0), 0);
  return {
    async load(stage, wanted) {
      const loaded = await store.load(stage, wanted);
      traffic.statements += 1;
      traffic.loadedBytes += bytesOf([...loaded.states, ...loaded.rows]);
      return loaded;
    },
    store(stage, changes) {
      traffic.statements += 1;
      traffic.storedBytes += bytesOf(changes.states);
      return store.store(stage, changes);
    },
  };
};

describe('a pool in which many wait', () => {
  let world: Router;
  const traffic: Traffic = { statements: 0, loadedBytes: 0, storedBytes: 0 };
  let waiting = 0;
  beforeAll(async () => {
    const store = await aStore();
    world = aRouter(aPlaybookWith({ sales: aPool([{ key: 'ada', capacity: 1 }]) }), {
      stateStore: { ...counting(store, traffic), takeDue: (limit) => store.takeDue(limit) },
    });
    await world.run(1, { of: onlyPools });
    await world.send([assignmentRequested.v1.of(aRequest('first'))]);
    await eventually(() => expect(world.assigned()).toHaveLength(1), WITHIN);
  });
  afterAll(() => world.close());

  const decided = (count: number) => eventually(() => expect(world.journal()).toHaveLength(count), { within: 120_000 });
  const untilWaiting = async (count: number): Promise<void> => {
    const requests = Array.from({ length: count - waiting }, (_, n) => aRequest(`waiting ${waiting + n}`));
    const before = world.journal().length;
    await world.send(requests.map(assignmentRequested.v1.of));
    await decided(before + requests.length);
    waiting = count;
  };
  /** One event, on its own. */
  const costOf = async (event: Parameters<Router['send']>[0][number]) => {
    const before = { ...traffic };
    const journaled = world.journal().length;
    await world.send([event]);
    await decided(journaled + 1);
    return {
      statements: traffic.statements - before.statements,
      loadedBytes: traffic.loadedBytes - before.loadedBytes,
      storedBytes: traffic.storedBytes - before.storedBytes,
      journalBytes: JSON.stringify(world.journal().at(-1)).length,
    };
  };
  let owned = 'first';
  const costs = async () => {
    const request = await costOf(assignmentRequested.v1.of(aRequest(`asking at ${waiting}`)));
    waiting += 1;
    const release = await costOf(command({ do: 'release', inquiryId: inquiryIdOf(owned) }));
    waiting -= 1;
    const given = world.assigned().findLast(({ owner }) => owner === 'ada');
    owned =
      Array.from({ length: 3_000 }, (_, n) => `waiting ${n}`).find((name) => inquiryIdOf(name) === given?.inquiryId) ??
      '';
    return { request, release };
  };

  it(
    'costs no more for each request and each release with 2,000 who wait than with 10',
    { timeout: 240_000 },
    async () => {
      await untilWaiting(10);
      const few = await costs();
      await untilWaiting(100);
      const some = await costs();
      await untilWaiting(2_000);
      const many = await costs();
      for (const what of ['request', 'release'] as const) {
        expect(many[what].statements).toBe(2);
        // Within the digits of the number of those who wait, and of their names.
        expect(Math.abs(many[what].storedBytes - few[what].storedBytes)).toBeLessThan(40);
        expect(Math.abs(many[what].loadedBytes - some[what].loadedBytes)).toBeLessThan(400);
        expect(many[what].loadedBytes).toBeLessThan(60_000);
        expect(Math.abs(many[what].journalBytes - few[what].journalBytes)).toBeLessThan(400);
      }
      expect(world.read(inquiryAssigned.v1).filter(({ owner }) => owner !== null)).toHaveLength(4);
      expect(world.deadLetters()).toEqual([]);
    },
  );
});
