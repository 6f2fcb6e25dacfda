import { randomUUID } from 'node:crypto';
import { eventually, testInfrastructure } from '@sluice/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createCounter } from './create-counter.ts';
import { createRateLimiter } from './create-rate-limiter.ts';
import { openRedis, type RedisLink } from './redis-link.ts';
import { counterSuite } from './testing/counter.suite.ts';
import { rateLimiterSuite } from './testing/rate-limiter.suite.ts';
import { startTcpProxy, type TcpProxy } from './testing/tcp-proxy.ts';

const { redisUrl } = testInfrastructure();
const namespace = (): string => `test-${randomUUID()}`;
const patient = { url: redisUrl, commandTimeoutMs: 2000 };

counterSuite('Redis', async () => createCounter({ ...patient, namespace: namespace() }));
rateLimiterSuite('Redis', async (limit) => createRateLimiter({ ...patient, ...limit, namespace: namespace() }));

describe('two replicas on one Redis', () => {
  let replicas: readonly [RedisLink, RedisLink];
  beforeEach(() => {
    replicas = [openRedis(patient), openRedis(patient)];
  });
  afterEach(() => Promise.all(replicas.map((link) => link.close())));

  it('share one limit', async () => {
    const limit = { points: 2, durationSeconds: 60, namespace: namespace() };
    const [one, other] = [
      createRateLimiter({ link: replicas[0], ...limit }),
      createRateLimiter({ link: replicas[1], ...limit }),
    ];
    await one.consume('source');
    await other.consume('source');
    expect(await one.consume('source')).toMatchObject({ allowed: false, counted: 'shared' });
  });

  it('share one sum', async () => {
    const shared = namespace();
    const [one, other] = [
      createCounter({ link: replicas[0], namespace: shared }),
      createCounter({ link: replicas[1], namespace: shared }),
    ];
    await one.add('day', 1.5, 60);
    expect(await other.add('day', 1, 60)).toBe(2.5);
    expect(await one.read('day')).toBe(2.5);
  });
});

describe('counting while Redis is away', () => {
  let proxy: TcpProxy;
  let link: RedisLink;
  beforeEach(async () => {
    proxy = await startTcpProxy({ host: new URL(redisUrl).hostname, port: Number(new URL(redisUrl).port) });
    link = openRedis({ url: `redis://127.0.0.1:${proxy.port}` });
  });
  afterEach(async () => {
    await link.close();
    await proxy.close();
  });

  it('goes on limiting in this process, and says who counted', async () => {
    const limiter = createRateLimiter({ link, points: 2, durationSeconds: 60, namespace: namespace() });
    expect(await limiter.consume('source')).toMatchObject({ allowed: true, counted: 'shared' });
    await proxy.cut();
    const alone = [await limiter.consume('source'), await limiter.consume('source'), await limiter.consume('source')];
    expect(alone.map(({ allowed }) => allowed)).toEqual([true, true, false]);
    expect(alone.map(({ counted }) => counted)).toEqual(['local', 'local', 'local']);
    await proxy.heal();
    await eventually(async () => expect((await limiter.consume('other')).counted).toBe('shared'), { within: 5000 });
  });

  it('never forgets what this process spent, not even when Redis comes back empty', async () => {
    const counter = createCounter({ link, namespace: namespace() });
    expect(await counter.add('day', 1, 60)).toBe(1);
    await proxy.cut();
    expect(await counter.add('day', 2, 60)).toBe(3);
    expect(await counter.read('day')).toBe(3);
    await proxy.heal();
    await eventually(async () => expect(await link.isReachable()).toBe(true), { within: 5000 });
    expect(await counter.read('day')).toBe(3);
  });
});
