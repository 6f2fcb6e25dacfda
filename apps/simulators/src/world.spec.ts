import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSimulators, type RunningSimulators } from './start-simulators.ts';

let simulators: RunningSimulators;
beforeAll(async () => {
  simulators = await startSimulators();
});
afterAll(() => simulators.close());

describe('firmographics', () => {
  const find = (domain: string) => fetch(`${simulators.addressOf('firmographics')}/v1/companies/${domain}`);

  it('knows some companies and not others', async () => {
    expect(await (await find('ACME.example')).json()).toEqual({
      domain: 'acme.example',
      name: 'Acme Corporation',
      employees: 1_200,
      industry: 'manufacturing',
      country: 'US',
    });
    expect((await find('nobody.example')).status).toBe(404);
  });

  it('learns a company', async () => {
    await simulators.addCompanies([
      { domain: 'new.example', name: 'New', employees: 3, industry: null, country: null },
    ]);
    expect(await (await find('new.example')).json()).toMatchObject({ name: 'New' });
  });
});

describe('websites', () => {
  const read = (path: string) => fetch(`${simulators.addressOf('website')}/${path}`, { redirect: 'manual' });

  it('shows a home page by path', async () => {
    expect(await (await read('globex.example/')).text()).toContain('Globex works in energy');
  });

  it('shows it by the Host header, as a fetcher with its own resolver asks', async () => {
    const text = await new Promise<string>((resolve, reject) => {
      request(`${simulators.url}/`, { headers: { host: 'globex.example' } }, (response) => {
        response.setEncoding('utf8').on('data', (chunk: string) => resolve(chunk));
      })
        .on('error', reject)
        .end();
    });
    expect(text).toContain('Globex works in energy');
  });

  it.each([
    ['to-metadata', 'http://169.254.169.254/latest/meta-data/'],
    ['to-private', 'http://10.0.0.1/'],
    ['to-file', 'file:///etc/passwd'],
  ])('lays the trap %s', async (path, location) => {
    const response = await read(`traps.example/${path}`);
    expect([response.status, response.headers.get('location')]).toEqual([302, location]);
  });

  it('goes on and on where a page is huge', async () => {
    expect((await (await read('traps.example/huge')).arrayBuffer()).byteLength).toBeGreaterThanOrEqual(20_000_000);
  });

  it('learns a page, and has nothing elsewhere', async () => {
    await simulators.addPages([{ host: 'new.example', path: '/about', body: '<p>New</p>' }]);
    expect(await (await read('new.example/about')).text()).toBe('<p>New</p>');
    expect((await read('new.example/')).status).toBe(404);
  });
});

describe('health', () => {
  it.each(['healthz', 'readyz'])('answers %s', async (path) => {
    expect((await fetch(`${simulators.url}/${path}`)).status).toBe(200);
  });
});
