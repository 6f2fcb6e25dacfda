import { randomUUID } from 'node:crypto';
import { eventually, testInfrastructure, selfSignedCertificate } from '@sluice/testing';
import { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createCache } from './create-cache.ts';
import type { Cache } from './ports/cache.port.ts';
import type { ReachabilityChange } from './redis-link.ts';
import { cacheSuite } from './testing/cache.suite.ts';
import { startTcpProxy, type TcpProxy } from './testing/tcp-proxy.ts';

const { redisUrl } = testInfrastructure();
const namespace = (): string => `test-${randomUUID()}`;
const target = { host: new URL(redisUrl).hostname, port: Number(new URL(redisUrl).port) };

cacheSuite('Redis', async () => createCache({ url: redisUrl, namespace: namespace(), commandTimeoutMs: 2000 }));

describe('Redis behind a network that fails', () => {
  let proxy: TcpProxy;
  let cache: Cache;
  let changes: ReachabilityChange[];
  beforeEach(async () => {
    changes = [];
    proxy = await startTcpProxy(target);
    cache = createCache({
      url: `redis://127.0.0.1:${proxy.port}`,
      namespace: namespace(),
      onReachabilityChange: (change) => changes.push(change),
    });
    await cache.set('key', 'value', 60);
  });
  afterEach(async () => {
    await cache.close();
    await proxy.close();
  });
  const states = (): readonly boolean[] => changes.map(({ reachable }) => reachable);

  it('misses while the connection is cut, and hits again after it heals', async () => {
    expect(await cache.get('key')).toBe('value');
    await proxy.cut();
    expect(await cache.get('key')).toBeUndefined();
    await cache.set('other', 'value', 60);
    expect(await cache.isReachable()).toBe(false);
    await proxy.heal();
    await eventually(async () => expect(await cache.get('key')).toBe('value'), { within: 5000 });
  });

  it('says so once per change, however many calls failed', async () => {
    await proxy.cut();
    for (let n = 0; n < 50; n += 1) await cache.get('key');
    expect(states()).toEqual([true, false]);
    await proxy.heal();
    await eventually(async () => expect(await cache.get('key')).toBe('value'), { within: 5000 });
    expect(states()).toEqual([true, false, true]);
  });

  it('costs a caller one short time-out, not one per call, while the server is frozen', async () => {
    proxy.stall();
    const before = performance.now();
    for (let n = 0; n < 20; n += 1) expect(await cache.get('key')).toBeUndefined();
    expect(performance.now() - before).toBeLessThan(1_500);
  });
});

describe('Redis that is not there', () => {
  it('never throws and says why', async () => {
    const gone = await startTcpProxy(target);
    await gone.close();
    const changes: ReachabilityChange[] = [];
    const cache = createCache({
      url: `redis://:secret@127.0.0.1:${gone.port}`,
      onReachabilityChange: (change) => changes.push(change),
    });
    expect(await cache.get('key')).toBeUndefined();
    await cache.set('key', 1, 60);
    expect(await cache.isReachable()).toBe(false);
    expect(changes.map(({ reachable }) => reachable)).toEqual([false]);
    expect(JSON.stringify(changes)).not.toContain('secret');
    await cache.close();
  });
});

describe('Redis as others run it', () => {
  it('speaks TLS to a rediss:// address whose authority is given', async () => {
    const tls = selfSignedCertificate();
    const proxy = await startTcpProxy({ ...target, tls });
    const cache = createCache({
      url: `rediss://127.0.0.1:${proxy.port}`,
      certificateAuthority: tls.cert,
      namespace: namespace(),
      commandTimeoutMs: 2000,
    });
    await cache.set('key', 'over TLS', 60);
    expect(await cache.get('key')).toBe('over TLS');
    const distrustful = createCache({ url: `rediss://127.0.0.1:${proxy.port}`, namespace: namespace() });
    expect(await distrustful.isReachable()).toBe(false);
    await distrustful.close();
    await cache.close();
    await proxy.close();
  });

  it('logs in as an ACL user whose password holds reserved characters', async () => {
    const admin = new Redis(redisUrl);
    const user = `test-${randomUUID()}`;
    const password = 'p@ss:w/ord?#%&+ ü';
    await admin.call('ACL', 'SETUSER', user, 'on', `>${password}`, '~*', '+@all');
    const url = `redis://${user}:${encodeURIComponent(password)}@${target.host}:${target.port}/0`;
    const cache = createCache({ url, namespace: namespace(), commandTimeoutMs: 2000 });
    await cache.set('key', 'mine', 60);
    expect(await cache.get('key')).toBe('mine');
    await cache.close();
    await admin.call('ACL', 'DELUSER', user);
    await admin.quit();
  });
});
