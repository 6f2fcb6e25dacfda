import { startSimulators, type RunningSimulators } from '@sluice/simulators';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { websitesSuite } from '../testing/websites.suite.ts';
import { httpWebsites } from './http-websites.adapter.ts';
import { tableWebsites } from './table-websites.adapter.ts';

websitesSuite('a table', async () => ({
  provider: tableWebsites({ 'initech.example': 'Initech\nInitech works in software with 240 people.' }),
  close: async () => {},
}));
websitesSuite('HTTP', async () => {
  const simulators = await startSimulators();
  const provider = httpWebsites({ baseUrl: simulators.addressOf('website') });
  return {
    provider,
    close: async () => {
      await provider.close();
      await simulators.close();
    },
  };
});

describe("reading strangers' pages", () => {
  let simulators: RunningSimulators;
  let websites: ReturnType<typeof httpWebsites>;
  beforeAll(async () => {
    simulators = await startSimulators();
    websites = httpWebsites({ baseUrl: `${simulators.addressOf('website')}/` });
  });
  afterAll(async () => {
    await websites.close();
    await simulators.close();
  });
  const find = (host: string, ms = 5000) =>
    websites.find(host, { signal: AbortSignal.timeout(ms), maxCharacters: 1000 });

  it('gives what people would read, without navigation, scripts and styles', async () => {
    expect(await find('initech.example')).toEqual({
      status: 'found',
      value: expect.stringMatching(
        /^Initech\s+Initech works in software with 240 people\. Talk to us about what you need\.$/i,
      ),
    });
  });

  it.each([
    {
      page: 'a redirect to a metadata service',
      to: 'http://169.254.169.254/latest/meta-data/',
      because: 'forbidden address',
    },
    { page: 'a redirect to this machine', to: 'http://127.0.0.1:1/', because: 'forbidden address' },
    { page: 'a redirect to this machine by another spelling', to: 'http://0x7f000001/', because: 'forbidden address' },
    { page: 'a redirect to a private network', to: 'http://10.0.0.1/', because: 'forbidden address' },
    { page: 'a redirect to a private IPv6 network', to: 'http://[fd00::1]/', because: 'forbidden address' },
    { page: 'a redirect to a name of this network', to: 'http://intranet/', because: 'forbidden address' },
    { page: 'a redirect to a file', to: 'file:///etc/passwd', because: 'forbidden address' },
    { page: 'a redirect to another port', to: 'http://initech.example:6379/', because: 'forbidden address' },
    { page: 'a redirect with credentials', to: 'http://user:password@initech.example/', because: 'forbidden address' },
    { page: 'a redirect to itself', to: '/', because: 'too many redirects' },
  ])('does not follow $page', async ({ to, because }) => {
    const host = `hop${Math.abs(to.length * 31 + to.charCodeAt(7))}.example`;
    await simulators.addPages([{ host, status: 302, location: to }]);
    expect(await find(host)).toEqual({ status: 'failed', because });
  });

  it.each([
    { hops: 3, gives: { status: 'found' } },
    { hops: 4, gives: { status: 'failed', because: 'too many redirects' } },
  ])('follows $hops redirects: $gives.status', async ({ hops, gives }) => {
    const hostAt = (n: number): string => (n === hops ? 'initech.example' : `chain${hops}-${n}.example`);
    await simulators.addPages(
      Array.from({ length: hops }, (_, n) => ({ host: hostAt(n), status: 301, location: `https://${hostAt(n + 1)}/` })),
    );
    expect(await find(hostAt(0))).toMatchObject(gives);
  });

  it('fetches no more of an endless page than it needs', async () => {
    await simulators.addPages([{ host: 'endless.example', body: '<p>Start</p>', padToBytes: 50_000_000 }]);
    const before = performance.now();
    expect(await find('endless.example')).toMatchObject({ status: 'found', value: expect.stringMatching(/^Start/) });
    expect(performance.now() - before).toBeLessThan(2000);
  });

  it.each([
    { page: 'no text', over: { contentType: 'application/octet-stream', body: 'x' }, gives: { status: 'not-found' } },
    { page: 'empty', over: { body: '<script>app()</script>' }, gives: { status: 'not-found' } },
    { page: 'gone', over: { status: 410 }, gives: { status: 'not-found' } },
    { page: 'broken', over: { status: 500 }, gives: { status: 'failed', because: 'status 500' } },
    {
      page: 'plain text',
      over: { contentType: 'text/plain', body: 'Just  text' },
      gives: { status: 'found', value: 'Just text' },
    },
    { page: 'slow', over: { slowMs: 3000 }, ms: 200, gives: { status: 'failed', because: 'timeout' } },
  ])('takes a page that is $page for what it is', async ({ page, over, ms, gives }) => {
    const host = `${page.replace(/\W/g, '')}.example`;
    await simulators.addPages([{ host, ...over }]);
    expect(await find(host, ms)).toEqual(gives);
  });

  it('says so when the connection breaks', async () => {
    await simulators.setOutage('website', { up: false, how: 'reset' });
    expect(await find('initech.example')).toEqual({ status: 'failed', because: 'unreachable' });
    await simulators.setOutage('website', { up: true });
  });
});
