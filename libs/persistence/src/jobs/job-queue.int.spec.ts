import { randomUUID } from 'node:crypto';
import { TransientError } from '@sluice/kernel';
import { eventually, randomName, testInfrastructure } from '@sluice/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPostgres, translate, type Postgres } from '../postgres.ts';
import { createJobQueue, type JobQueue } from './job-queue.ts';

const url = testInfrastructure().postgresUrl;
const schema = randomName('jobs');
const lane = () => `slack.message/${randomName('lane')}`;
let postgres: Postgres;
let queue: JobQueue;
let other: JobQueue;

beforeAll(async () => {
  postgres = createPostgres({ url });
  queue = createJobQueue({ url, schema, expireSeconds: 1 });
  other = createJobQueue({ url, schema, expireSeconds: 1 });
  await queue.start();
  await other.start();
});
afterAll(async () => {
  await Promise.all([queue.stop(), other.stop()]);
  await postgres.query(`drop schema if exists "${schema}" cascade`);
  await postgres.close();
});

const opened = async (...ids: readonly string[]): Promise<string> => {
  const name = lane();
  await Promise.all([queue.open(name), other.open(name)]);
  if (ids.length > 0) await queue.add(name, ids, postgres);
  return name;
};

describe('jobs by lane', () => {
  it('are added once, however often', async () => {
    const id = randomUUID();
    const name = await opened(id);
    await queue.add(name, [id, randomUUID()], postgres);
    expect(await queue.take(name, 10)).toHaveLength(2);
  });

  it('exist only if the transaction that added them was committed', async () => {
    const name = await opened();
    await expect(
      postgres.transaction(async (within) => {
        await queue.add(name, [randomUUID()], within);
        throw new Error('changed my mind');
      }),
    ).rejects.toThrow('changed my mind');
    expect(await queue.take(name, 10)).toEqual([]);
  });

  it('are given to one taker only', async () => {
    const name = await opened(...Array.from({ length: 40 }, () => randomUUID()));
    const taken = (await Promise.all([queue.take(name, 30), other.take(name, 30)])).flat();
    expect(new Set(taken.map(({ id }) => id)).size).toBe(taken.length);
    expect(taken.length + (await queue.take(name, 40)).length).toBe(40);
  });

  it('come back when they were postponed, not earlier', async () => {
    const name = await opened(randomUUID());
    const [job] = await queue.take(name, 1);
    if (!job) throw new Error('no job');
    const from = Date.now();
    await queue.postpone(job, 700, postgres);
    expect(await queue.take(name, 1)).toEqual([]);
    const [again] = await eventually(async () => {
      const taken = await queue.take(name, 1);
      expect(taken).toHaveLength(1);
      return taken;
    });
    expect(Date.now() - from).toBeGreaterThanOrEqual(690);
    expect(again).toEqual({ id: job.id, lane: name, taking: job.taking + 1 });
  });

  it('are due at their own moment, and not earlier', async () => {
    const name = await opened();
    const [soon, far] = [randomUUID(), randomUUID()];
    const from = Date.now();
    await queue.schedule(
      name,
      [
        { id: far, at: new Date(from + 3_600_000) },
        { id: soon, at: new Date(from + 700) },
      ],
      postgres,
    );
    await queue.schedule(name, [{ id: soon, at: new Date(from) }], postgres);
    expect(await queue.take(name, 10)).toEqual([]);
    const taken = await eventually(async () => {
      const due = await queue.take(name, 10);
      expect(due).not.toEqual([]);
      return due;
    });
    expect(taken.map(({ id }) => id)).toEqual([soon]);
    expect(Date.now() - from).toBeGreaterThanOrEqual(690);
  });

  it('never come back when they are finished, even if they are added again', async () => {
    const id = randomUUID();
    const name = await opened(id);
    const [job] = await queue.take(name, 1);
    if (job) await queue.finish(job, postgres);
    await queue.add(name, [id], postgres);
    expect(await queue.take(name, 1)).toEqual([]);
  });

  it('can be added again once they were removed', async () => {
    const id = randomUUID();
    const name = await opened(id);
    const [job] = await queue.take(name, 1);
    if (job) await queue.finish(job, postgres);
    await queue.remove(name, id, postgres);
    await queue.add(name, [id], postgres);
    expect(await queue.take(name, 1)).toHaveLength(1);
  });

  it('of a process that died are due again, and what the dead one says later counts for nothing', async () => {
    const name = await opened(randomUUID());
    const [stale] = await queue.take(name, 1);
    const [fresh] = await eventually(
      async () => {
        const taken = await other.take(name, 1);
        expect(taken).toHaveLength(1);
        return taken;
      },
      { within: 20_000 },
    );
    if (!stale || !fresh) throw new Error('no job');
    await queue.finish(stale, postgres);
    await other.postpone(fresh, 0, postgres);
    await eventually(async () => expect(await other.take(name, 1)).toHaveLength(1));
  });
});

describe('a queue whose database is unwell', () => {
  it('says so, and not that it has a defect', async () => {
    const away = createJobQueue({ url: 'postgres://nobody@127.0.0.1:1/none', schema, expireSeconds: 1 });
    await expect(away.start()).rejects.toBeInstanceOf(TransientError);
    const id = randomUUID();
    await expect(away.add('lane', [id], postgres)).rejects.toBeInstanceOf(TransientError);
    await expect(away.schedule('lane', [{ id, at: new Date() }], postgres)).rejects.toBeInstanceOf(TransientError);
    await expect(away.remove('lane', id, postgres)).rejects.toBeInstanceOf(TransientError);
  });

  it('has no connection left when the driver says so', () => {
    expect(translate(Object.assign(new Error('sorry, too many clients already'), { code: '53300' }))).toBeInstanceOf(
      TransientError,
    );
  });
});
