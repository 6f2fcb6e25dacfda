import { createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startSimulators } from '@sluice/simulators';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { anEffect, connectorSuite } from '../testing/index.ts';
import { isPublicHost } from './public-addresses-only.ts';
import { createWebhookConnector } from './webhook.connector.ts';

const SECRET = `whsec_${Buffer.from('a secret of the tests').toString('base64')}`;
const NEXT_SECRET = `whsec_${Buffer.from('the secret after it').toString('base64')}`;

connectorSuite('webhook.delivery', {
  async connect({ timeoutMs }) {
    const simulators = await startSimulators({ webhookSecret: SECRET });
    return {
      connector: createWebhookConnector({ url: simulators.addressOf('webhook'), secret: SECRET, timeoutMs }),
      provider: {
        fail: async (line) => void (await simulators.setFaults('webhook', { faults: [line] })),
        behave: () => simulators.clearFaults('webhook'),
        applied: async (effectId) => (await simulators.journal('webhook')).applied[effectId] ?? 0,
      },
      close: () => simulators.close(),
    };
  },
  connectToNobody: (port) => createWebhookConnector({ url: `http://127.0.0.1:${port}`, secret: SECRET }),
  effect: () => ({
    kind: 'webhook.delivery',
    target: 'crm',
    content: { type: 'inquiry.routed', data: { score: 80 } },
  }),
  refusal: { status: 410 },
});

/** A receiver that answers as told, and what it was sent. */
const receiving = async (answer: (response: ServerResponse) => void) => {
  const got: { readonly headers: IncomingMessage['headers']; readonly url: string; readonly body: string }[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request
      .on('data', (chunk: Buffer) => chunks.push(chunk))
      .on('end', () => {
        got.push({ headers: request.headers, url: request.url ?? '', body: Buffer.concat(chunks).toString() });
        answer(response);
      });
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks/`;
  return {
    got,
    url,
    [Symbol.asyncDispose]: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
};

describe('the published vector of Standard Webhooks', () => {
  it('is what our signer gives', () => {
    const signature = new Webhook('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw').sign(
      'msg_p5jXN8AQM9LWM0D4loKWxJek',
      new Date(1_614_265_330_000),
      '{"test": 2432232314}',
    );
    expect(signature).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
  });
});

describe('a delivery', () => {
  const effect = anEffect({
    kind: 'webhook.delivery',
    target: 'crm team',
    content: { type: 'inquiry.routed', data: { score: 80 }, event_id: 'not ours' },
  });

  it('repeats id and body byte for byte, with a new timestamp and signature (T-31)', async () => {
    await using receiver = await receiving((response) => response.end('ok'));
    const times = ['2026-01-05T09:00:00.000Z', '2026-01-05T09:00:07.000Z'];
    const connector = createWebhookConnector({
      url: receiver.url,
      secret: SECRET,
      clock: { now: () => times.shift() ?? '' },
    });
    await connector.perform(effect);
    await connector.perform(effect);
    await connector.close();
    const [first, second] = receiver.got;
    expect(first?.url).toBe('/hooks/crm%20team');
    expect(second?.body).toBe(first?.body);
    expect(JSON.parse(first?.body ?? '')).toEqual({
      type: 'inquiry.routed',
      data: { score: 80 },
      event_id: effect.effectId,
    });
    expect(second?.headers['webhook-id']).toBe(effect.effectId);
    expect([first, second].map((one) => one?.headers['webhook-timestamp'])).toEqual(['1767603600', '1767603607']);
    expect(second?.headers['webhook-signature']).not.toBe(first?.headers['webhook-signature']);
  });

  it('is signed by every live secret while one is rotated', async () => {
    await using receiver = await receiving((response) => response.end());
    const connector = createWebhookConnector({ url: receiver.url, secret: [NEXT_SECRET, SECRET] });
    await connector.perform(effect);
    await connector.close();
    const [{ headers, body }] = receiver.got as [(typeof receiver.got)[0]];
    const signedBy = (secret: string) =>
      `v1,${createHmac('sha256', Buffer.from(secret.slice(6), 'base64'))
        .update(`${String(headers['webhook-id'])}.${String(headers['webhook-timestamp'])}.${body}`)
        .digest('base64')}`;
    expect(headers['webhook-signature']).toBe(`${signedBy(NEXT_SECRET)} ${signedBy(SECRET)}`);
  });

  it.each([
    [302, { location: 'http://169.254.169.254/' }, { kind: 'refuted', reason: 'redirect-refused' }],
    [410, {}, { kind: 'refuted', reason: 'subscription-gone' }],
    [422, {}, { kind: 'refuted', reason: 'http-422' }],
    [403, {}, { kind: 'misconfigured', reason: 'http-403' }],
    [404, {}, { kind: 'misconfigured', reason: 'http-404' }],
    [413, {}, { kind: 'refuted', reason: 'http-413' }],
    [429, { 'retry-after': '100000000' }, { kind: 'retry', reason: 'http-429', afterMs: 3_600_000 }],
    [425, {}, { kind: 'retry', reason: 'http-425', spendsTry: true }],
    [502, {}, { kind: 'unknown', reason: 'http-502' }],
    [204, {}, { kind: 'confirmed' }],
  ])('that is answered %i is as certain as that', async (status, headers, expected) => {
    await using receiver = await receiving((response) => response.writeHead(status, headers).end());
    const connector = createWebhookConnector({ url: receiver.url, secret: SECRET });
    expect(await connector.perform(effect)).toMatchObject(expected);
    await connector.close();
    expect(receiver.got).toHaveLength(1);
  });

  it('is confirmed by its status though the body breaks off or never ends', async () => {
    await using broken = await receiving((response) => {
      response.writeHead(200, { 'content-length': '100' }).write('half');
      setImmediate(() => response.destroy());
    });
    await using endless = await receiving((response) => {
      response.writeHead(200).write('x'.repeat(200_000));
    });
    for (const { url } of [broken, endless]) {
      const connector = createWebhookConnector({ url, secret: SECRET });
      expect(await connector.perform(effect)).toMatchObject({ kind: 'confirmed' });
      await connector.close();
    }
  });
});

describe('receivers outside the public networks', () => {
  it.each([
    ['127.0.0.1', false],
    ['10.1.2.3', false],
    ['169.254.169.254', false],
    ['[::1]', false],
    ['[::ffff:10.0.0.1]', false],
    ['[fd00::1]', false],
    ['8.8.8.8', true],
    ['crm.example', true],
  ])('%s is public: %s', (host, expected) => {
    expect(isPublicHost(host)).toBe(expected);
  });

  it('get nothing when only public ones are allowed, by address or by name', async () => {
    await using receiver = await receiving((response) => response.end());
    for (const url of [receiver.url, receiver.url.replace('127.0.0.1', 'localhost')]) {
      const connector = createWebhookConnector({ url, secret: SECRET, publicOnly: true });
      expect(await connector.perform(anEffect({ kind: 'webhook.delivery' }))).toEqual({
        kind: 'refuted',
        reason: 'private-address-refused',
      });
      await connector.close();
    }
    expect(receiver.got).toEqual([]);
  });
});
