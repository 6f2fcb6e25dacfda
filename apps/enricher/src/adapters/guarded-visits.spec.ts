import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { LookupAddress } from 'node:dns';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { httpWebsites } from './http-websites.adapter.ts';
import { isPublicAddress } from './public-address.ts';
import { visitableUrl } from './visitable-url.ts';

describe('a public address', () => {
  it.each(['8.8.8.8', '93.184.216.34', '2606:4700:4700::1111', '::ffff:8.8.8.8'])('is %s', (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });

  it.each([
    '127.0.0.1',
    '127.8.8.8',
    '0.0.0.0',
    '10.1.2.3',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '192.0.0.8',
    '192.0.2.1',
    '198.18.0.1',
    '203.0.113.9',
    '224.0.0.1',
    '240.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    'fe80::1',
    'fc00::1',
    'fd12::1',
    'ff02::1',
    '2001:db8::1',
    '::ffff:127.0.0.1',
    '::ffff:10.0.0.1',
    '::ffff:a9fe:a9fe',
    '64:ff9b::7f00:1',
    '2002:7f00:1::',
    '2001:0:7f00:1::',
    'not an address',
    '',
    '1.2.3',
    '999.1.1.1',
  ])('is not %s', (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });

  it('is one of an allowed network, and no other', () => {
    expect(isPublicAddress('10.1.2.3', ['10.1.0.0/16'])).toBe(true);
    expect(isPublicAddress('::ffff:10.1.2.3', ['10.1.0.0/16'])).toBe(true);
    expect(isPublicAddress('10.2.2.3', ['10.1.0.0/16'])).toBe(false);
    expect(isPublicAddress('fd00::1', ['10.1.0.0/16'])).toBe(false);
  });
});

describe('a URL that may be visited', () => {
  const rules = { allowedNetworks: [], ports: new Set(['']) };

  it.each([
    'https://initech.example/',
    'http://initech.example/a?b#c',
    'https://8.8.8.8/',
    'https://[2606:4700:4700::1111]/',
    'https://initech.example:443/',
  ])('is %s', (url) => {
    expect(visitableUrl(url, rules)?.href).toBe(new URL(url).href);
  });

  it.each([
    'file:///etc/passwd',
    'ftp://initech.example/',
    'gopher://initech.example/',
    'javascript:alert(1)',
    'data:text/html,x',
    'http://127.0.0.1/',
    'http://2130706433/',
    'http://0x7f000001/',
    'http://0x7f.1/',
    'http://017700000001/',
    'http://0177.0.0.1/',
    'http://127.1/',
    'http://①②⑦.⓪.⓪.①/',
    'http://127.0.0.1./',
    'http://[::1]/',
    'http://[::ffff:127.0.0.1]/',
    'http://[::ffff:7f00:1]/',
    'http://[fe80::1]/',
    'http://169.254.169.254/latest/meta-data/',
    'http://0xA9FEA9FE/',
    'http://localhost/',
    'http://localhost./',
    'http://kubernetes/',
    'http://redis/',
    'http://initech.example:6379/',
    'https://initech.example:22/',
    'http://user@initech.example/',
    'http://initech.example@127.0.0.1/',
    'http://',
    'not a url',
  ])('is not %s', (url) => {
    expect(visitableUrl(url, rules)).toBeNull();
  });
});

describe('connecting to a host by its name', () => {
  let server: Server;
  let port: string;
  const asked: string[] = [];
  const answers = new Map<string, readonly (readonly string[])[]>();
  const resolve = async (host: string): Promise<readonly LookupAddress[]> => {
    asked.push(host);
    const [now = [], ...later] = answers.get(host) ?? [];
    if (later.length > 0) answers.set(host, later);
    return now.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
  };
  const redirects = new Map<string, string>();
  beforeAll(async () => {
    server = createServer((request, response) => {
      const location = redirects.get(request.headers.host ?? '');
      if (location) response.writeHead(302, { location }).end();
      else response.writeHead(200, { 'content-type': 'text/html' }).end(`<p>Hello from ${request.headers.host}</p>`);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    port = String((server.address() as AddressInfo).port);
  });
  afterAll(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });

  /** The server speaks plain HTTP only: the `https` try is met by no TLS, and the `http` try that follows is what counts. */
  const find = async (host: string, allowedNetworks: readonly string[] = []) => {
    asked.length = 0;
    const websites = httpWebsites({ baseUrl: null, allowedNetworks, ports: ['', port], resolve });
    try {
      return await websites.find(`${host}:${port}`, { signal: AbortSignal.timeout(3000), maxCharacters: 1000 });
    } finally {
      await websites.close();
    }
  };

  it.each([
    { resolves: ['127.0.0.1'] },
    { resolves: ['10.0.0.5'] },
    { resolves: ['169.254.169.254'] },
    { resolves: ['::1'] },
    { resolves: ['::ffff:127.0.0.1'] },
    { resolves: ['8.8.8.8', '127.0.0.1'] },
    { resolves: [] },
  ])('is refused when the name resolves to $resolves', async ({ resolves }) => {
    answers.set('sly.example', [resolves]);
    expect(await find('sly.example')).toEqual({ status: 'failed', because: 'forbidden address' });
  });

  it('is checked anew for each connection: a name that rebinds after the first is refused', async () => {
    answers.set('friend.example', [['127.0.0.1'], ['10.0.0.5']]);
    expect(await find('friend.example', ['127.0.0.1/32'])).toEqual({ status: 'failed', because: 'forbidden address' });
    expect(asked).toEqual(['friend.example', 'friend.example']);
  });

  it('goes to the very address that was checked: the name is asked for once per connection', async () => {
    answers.set('pinned.example', [['127.0.0.1'], ['127.0.0.1'], ['10.0.0.5']]);
    expect(await find('pinned.example', ['127.0.0.1/32'])).toMatchObject({ status: 'found' });
    expect(asked).toEqual(['pinned.example', 'pinned.example']);
  });

  it("is refused when a redirect's host rebinds to this machine", async () => {
    answers.set('first.example', [['127.0.0.1']]);
    answers.set('second.example', [['127.0.0.2']]);
    redirects.set(`first.example:${port}`, `http://second.example:${port}/`);
    expect(await find('first.example', ['127.0.0.1/32'])).toEqual({ status: 'failed', because: 'forbidden address' });
    expect(await find('first.example', ['127.0.0.1/32', '127.0.0.2/32'])).not.toMatchObject({
      because: 'forbidden address',
    });
  });

  it('falls back to plain HTTP where the host has no TLS', async () => {
    answers.set('plain.example', [['127.0.0.1']]);
    expect(await find('plain.example', ['127.0.0.1/32'])).toEqual({
      status: 'found',
      value: `Hello from plain.example:${port}`,
    });
  });
});
