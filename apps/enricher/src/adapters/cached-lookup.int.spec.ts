import { createCache } from '@sluice/cache';
import { startTcpProxy } from '@sluice/cache/testing';
import { startSimulators, type RunningSimulators } from '@sluice/simulators';
import { eventually, randomName, testInfrastructure } from '@sluice/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { someTerms } from '../testing/a-policy.ts';
import { cachedLookup } from './cached-lookup.adapter.ts';
import { companyRecord } from './company-record.ts';
import { httpCompanies } from './http-companies.adapter.ts';

const { redisUrl } = testInfrastructure();
const signal = new AbortController().signal;

describe('looking companies up through Redis', () => {
  let simulators: RunningSimulators;
  beforeAll(async () => {
    simulators = await startSimulators();
  });
  afterAll(() => simulators.close());

  const replica = (url: string, namespace: string) => {
    const cache = createCache({ url, namespace });
    const provider = httpCompanies({ url: simulators.addressOf('firmographics'), apiKey: null });
    const lookup = cachedLookup({ provider, store: cache, schema: companyRecord, breaker: null });
    return {
      cache,
      lookUp: (domain: string) => lookup.lookUp(domain, { terms: someTerms, maxCharacters: 1000, signal }),
    };
  };
  const questions = async (): Promise<number> => (await simulators.journal('firmographics')).received;

  it('asks the provider once for all replicas, also about a company that is not known', async () => {
    const namespace = randomName('company');
    const [one, other] = [replica(redisUrl, namespace), replica(redisUrl, namespace)];
    const before = await questions();
    expect(await one.lookUp('acme.example')).toMatchObject({ status: 'found', costUsd: 0.01 });
    expect(await one.lookUp('nobody.example')).toMatchObject({ status: 'not-found', costUsd: 0.01 });
    expect(await other.lookUp('acme.example')).toMatchObject({
      status: 'cached',
      costUsd: 0,
      value: { name: 'Acme Corporation' },
    });
    expect(await other.lookUp('nobody.example')).toMatchObject({ status: 'cached', costUsd: 0, value: null });
    expect((await questions()) - before).toBe(2);
    await Promise.all([one.cache.close(), other.cache.close()]);
  });

  it('goes on asking while Redis is away, and caches again when it is back', async () => {
    const { hostname, port } = new URL(redisUrl);
    const proxy = await startTcpProxy({ host: hostname, port: Number(port) });
    const { cache, lookUp } = replica(`redis://127.0.0.1:${proxy.port}`, randomName('company'));
    await lookUp('acme.example');
    await proxy.cut();
    expect(await lookUp('acme.example')).toMatchObject({ status: 'found', value: { name: 'Acme Corporation' } });
    await proxy.heal();
    await eventually(async () => expect(await lookUp('acme.example')).toMatchObject({ status: 'cached' }), {
      within: 5000,
    });
    await cache.close();
    await proxy.close();
  });
});
