import { createHmac } from 'node:crypto';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readConfig } from '@sluice/service';
import { z } from 'zod';
import { startIntakeBench, type IntakeBench } from '../testing/intake-bench.ts';
import { maySpeakFor, senderKeys } from './sender-keys.ts';

let bench: IntakeBench;

beforeAll(async () => {
  bench = await startIntakeBench();
});
afterAll(() => bench.stop());
beforeEach(() => bench.reset());

const lead = (over: object = {}): string =>
  JSON.stringify({
    source: 'web-form',
    eventId: 'e-1',
    contact: { email: 'ada@example.com' },
    text: 'Seats.',
    ...over,
  });
const signedBy = (secret: string, body: string | Buffer) => ({
  'x-signature': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
});

/** Begins a request and sends no byte of the body that it announces: only headers can answer it. */
const answerToHeaders = (path: string, headers: Readonly<Record<string, string>>): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    const asking = httpRequest(`${bench.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'content-length': '100000', ...headers },
    });
    asking.on('response', (answer) => {
      answer.resume();
      resolve(answer);
      asking.destroy();
    });
    asking.on('error', reject);
    asking.flushHeaders();
  });

describe('before a body is read', () => {
  const STALE = String(Math.floor(Date.now() / 1_000) - 3_600);
  const ANY = `sha256=${'0'.repeat(64)}`;

  it.each([
    { what: 'no signature', path: '/v1/inquiries', headers: {} },
    { what: 'a signature of another form', path: '/v1/mail', headers: { 'x-signature': 'md5=1' } },
    { what: 'an old timestamp', path: '/v1/inquiries:batch', headers: { 'x-signature': ANY, 'x-timestamp': STALE } },
    { what: 'no signature', path: '/api/leads/intake', headers: {} },
    { what: 'no signature', path: '/webhook/email', headers: {} },
    { what: 'no token', path: '/v1/intake/webhook', headers: {} },
    { what: 'a wrong token', path: '/v1/intake/webhook', headers: { authorization: 'Bearer guessed' } },
  ])('refuses $what at $path', async ({ path, headers }) => {
    const answer = await answerToHeaders(path, headers);
    expect([answer.statusCode, answer.headers['content-type']]).toEqual([
      401,
      expect.stringContaining('application/problem+json'),
    ]);
  });

  it('refuses a body that announces itself as larger than its route allows', async () => {
    const headers = { 'x-signature': ANY, 'content-length': '300000' };
    expect((await answerToHeaders('/v1/inquiries', headers)).statusCode).toBe(413);
  });

  it('refuses a facade that is switched off', async () => {
    const { playbookFor } = bench.world;
    bench.world.playbookFor = (source) => ({ ...playbookFor(source), facades: [] });
    expect((await answerToHeaders('/webhooks/lead', { 'x-signature': ANY })).statusCode).toBe(404);
  });

  it('hears no address for a while that showed nobody we know too often, and the others go on', async () => {
    const wrong = { 'x-signature': ANY };
    for (let n = 0; n < 20; n += 1) expect((await bench.send('/v1/inquiries', lead(), wrong)).status).toBe(401);
    const answer = await answerToHeaders('/v1/inquiries', wrong);
    expect([answer.statusCode, Number(answer.headers['retry-after']) > 0]).toEqual([429, true]);
    bench.reset();
    expect((await bench.send('/v1/inquiries', lead())).status).toBe(202);
  });
});

describe('a key of some sources', () => {
  const OF_ONE = 'of one source';

  it('speaks for them, and for no other', async () => {
    const mine = lead();
    const others = lead({ source: 'billing-form' });
    expect((await bench.send('/v1/inquiries', mine, signedBy(OF_ONE, mine))).status).toBe(202);
    const answer = await bench.send('/v1/inquiries', others, signedBy(OF_ONE, others));
    expect([answer.status, answer.body['detail']]).toEqual([403, expect.stringContaining('billing-form')]);
    expect(bench.world.published.length).toBe(1);
  });

  it('speaks for no other mailbox, facade or row either', async () => {
    const mail = 'From: a@b.example\r\n\r\nHi';
    const send = (path: string, body: string, headers: Readonly<Record<string, string>>) =>
      bench.send(path, body, { ...signedBy(OF_ONE, body), ...headers });
    const form = JSON.stringify({ lead_id: '1', message: 'Hi' });
    expect((await send('/v1/mail', mail, { 'content-type': 'message/rfc822' })).status).toBe(202);
    expect((await send('/v1/mail', mail, { 'content-type': 'message/rfc822', 'x-source': 'sales' })).status).toBe(403);
    expect((await send('/webhooks/lead', form, {})).status).toBe(403);
    expect((await bench.send('/v1/intake/webhook', form, { authorization: 'Bearer of another source' })).status).toBe(
      403,
    );
    const rows = [lead(), lead({ source: 'billing-form', eventId: 'e-2' })].join('\n');
    const { body } = await send('/v1/inquiries:batch', rows, { 'content-type': 'application/x-ndjson' });
    expect([body['accepted'], body['refused']]).toEqual([1, 1]);
  });
});

describe('keys in the environment', () => {
  const read = (KEYS: string) => readConfig(z.object({ KEYS: senderKeys('Keys') }), { KEYS }).KEYS;
  const speaksFor = (keys: ReturnType<typeof read>, source: string) =>
    keys.filter((key) => maySpeakFor(key, source)).map(({ secret }) => secret.reveal());

  it('belong to the sources that stand before them', () => {
    const keys = read('web-form+mail:one, billing-form:t:w:o ,*:three');
    expect([speaksFor(keys, 'mail'), speaksFor(keys, 'billing-form'), speaksFor(keys, 'x')]).toEqual([
      ['one', 'three'],
      ['t:w:o', 'three'],
      ['three'],
    ]);
  });

  it('are for all where nothing stands before them', () => {
    expect(speaksFor(read('c2VjcmV0=='), 'any')).toEqual(['c2VjcmV0==']);
  });

  it.each(['Web Form:hunter2', 'web-form:', '+:hunter2'])('are refused, and not shown, as %s', (text) => {
    expect(() => read(`mail:one,${text}`)).toThrow(/KEYS: entry 2 names no sources/);
    expect(() => read(`mail:one,${text}`)).not.toThrow(/hunter2/);
  });

  it('are printed to nobody', () => {
    expect(JSON.stringify(read('mail:hunter2'))).not.toContain('hunter2');
  });
});
