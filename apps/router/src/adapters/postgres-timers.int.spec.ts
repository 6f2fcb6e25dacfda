import { randomUUID } from 'node:crypto';
import { TransientError } from '@sluice/kernel';
import { createJobQueue, createPostgres, type Postgres } from '@sluice/persistence';
import { eventually, randomName, testInfrastructure } from '@sluice/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ClockPosition, DueTimer, Timers } from '../ports/timers.port.ts';
import { makeTimersSchema, timersOnPostgres } from '../testing/timers-on-postgres.ts';
import { createPostgresTimers } from './postgres-timers.adapter.ts';

const { postgresUrl: url } = testInfrastructure();
const address = { url, schema: randomName('router'), expireSeconds: 60 };
let postgres: Postgres;
let timers: Timers;
let close: () => Promise<void>;

beforeAll(async () => {
  postgres = createPostgres({ url });
  await makeTimersSchema(address);
  ({ timers, close } = await timersOnPostgres(address));
});
afterAll(async () => {
  await close();
  await postgres.query(`drop schema if exists "${address.schema}" cascade`);
  await postgres.query(`drop schema if exists "${address.schema}_jobs" cascade`);
  await postgres.close();
});

const soon = (ms: number): string => new Date(Date.now() + ms).toISOString();
const aPosition = (over: Partial<ClockPosition> = {}): ClockPosition => ({
  conversationId: randomUUID(),
  clock: 'first_human',
  revision: 1,
  inquiryId: randomUUID(),
  queue: randomName('queue'),
  status: 'running',
  dueAt: soon(60_000),
  wakeAt: soon(-1_000),
  passedShare: 0,
  brand: 'default',
  playbook: 'a'.repeat(64),
  traceParent: null,
  ...over,
});
const taken = (count = 1): Promise<readonly DueTimer[]> =>
  eventually(async () => {
    const due = await timers.take(50);
    expect(due).toHaveLength(count);
    return due;
  });

describe('a timer', () => {
  it('comes at its moment with all that a signal needs, and ends when it was heard', async () => {
    const position = aPosition({ traceParent: '00-a-b-01', wakeAt: soon(500) });
    await timers.set([position]);
    expect(await timers.take(50)).toEqual([]);
    const due = await taken();
    const { conversationId, clock, inquiryId, brand, playbook, traceParent, wakeAt } = position;
    expect(due).toEqual([
      { id: due[0]?.id, taking: 0, conversationId, clock, inquiryId, brand, playbook, traceParent, wakeAt },
    ]);
    await timers.done(due);
    await timers.set([position]);
    expect([await timers.take(50), await timers.remind()]).toEqual([[], 0]);
  });

  it('is set anew by a later revision, and by an earlier one no more', async () => {
    const position = aPosition({ wakeAt: soon(3_600_000) });
    await timers.set([{ ...position, revision: 3 }]);
    await timers.set([
      { ...position, revision: 4, wakeAt: soon(-1) },
      { ...position, revision: 2, wakeAt: soon(-1) },
    ]);
    expect((await taken()).map(({ conversationId }) => conversationId)).toEqual([position.conversationId]);
  });

  it('of a clock that has moved on ends unheard', async () => {
    const position = aPosition();
    await timers.set([position, { ...position, revision: 2, status: 'stopped', dueAt: null, wakeAt: null }]);
    expect(await timers.take(50)).toEqual([]);
    const [left] = await postgres.query(
      `select count(*) as jobs from "${address.schema}_jobs".job where state = 'created' and start_after < now()`,
    );
    expect(Number(left?.['jobs'])).toBe(0);
  });

  it('gets its job back when somebody deleted it', async () => {
    const position = aPosition({ wakeAt: soon(-120_000) });
    await timers.set([position]);
    await postgres.query(`delete from "${address.schema}_jobs".job where state = 'created'`);
    expect(await timers.take(50)).toEqual([]);
    expect(await timers.remind()).toBe(1);
    expect((await taken()).map(({ conversationId }) => conversationId)).toEqual([position.conversationId]);
  });

  it('is given to one of many who ask', async () => {
    await timers.set(Array.from({ length: 30 }, () => aPosition()));
    const other = await timersOnPostgres(address);
    const both = (await Promise.all([timers.take(20), other.timers.take(20)])).flat();
    expect(new Set(both.map(({ id }) => id)).size).toBe(both.length);
    const rest = await timers.take(50);
    expect(both.length + rest.length).toBe(30);
    await other.close();
  });
});

describe('what is measured', () => {
  it('says once that a promise was broken, however often it is told', async () => {
    const position = aPosition({ wakeAt: null });
    const broken = { ...position, revision: 2, passedShare: 1 };
    expect(await timers.set([position, broken])).toEqual([broken]);
    expect(await timers.set([broken, { ...broken, revision: 3, passedShare: 2 }])).toEqual([]);
    const again = { ...position, revision: 4, passedShare: 0 };
    expect(await timers.set([again, { ...broken, revision: 5 }])).toEqual([{ ...broken, revision: 5 }]);
  });

  it('counts by queue and clock what is at risk, overdue, and near', async () => {
    const queue = randomName('queue');
    await timers.set([
      aPosition({ queue, wakeAt: null, dueAt: soon(600_000) }),
      aPosition({ queue, wakeAt: null, passedShare: 0.9, dueAt: soon(120_000) }),
      aPosition({ queue, wakeAt: null, passedShare: 1, dueAt: soon(-1) }),
      aPosition({ queue, wakeAt: null, status: 'stopped', passedShare: 0.9, dueAt: null }),
    ]);
    const mine = (await timers.counts()).filter((one) => one.queue === queue);
    expect(mine).toMatchObject([{ clock: 'first_human', atRisk: 1, overdue: 1 }]);
    expect(mine[0]?.minutesToBreach).toBeGreaterThan(1.8);
    expect(mine[0]?.minutesToBreach).toBeLessThanOrEqual(2);
  });
});

it('says that the database is away in a word that is retried', async () => {
  const nowhere = 'postgres://nobody@127.0.0.1:1/none';
  const away = createPostgres({ url: nowhere });
  const unreachable = createPostgresTimers({
    postgres: away,
    schema: 'none',
    queue: createJobQueue({ url: nowhere, schema: 'none', expireSeconds: 1 }),
  });
  await expect(unreachable.set([aPosition()])).rejects.toBeInstanceOf(TransientError);
  await away.close();
});
