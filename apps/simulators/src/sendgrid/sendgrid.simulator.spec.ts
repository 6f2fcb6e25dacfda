import shared from '@sendgrid/client';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startSimulators, type RunningSimulators } from '../start-simulators.ts';

let simulators: RunningSimulators;
beforeAll(async () => {
  simulators = await startSimulators();
});
afterEach(async () => {
  await simulators.forgetObjects('sendgrid');
  await simulators.clearJournal('sendgrid');
  await tell('suppressed', {});
  await tell('activity', { addOn: false });
});
afterAll(() => simulators.close());

/** The vendor's own client, of which only the address is another. */
const ask = async (request: { method?: 'GET' | 'POST'; url: string; body?: unknown }, key = 'SG.secret') => {
  const client = new (shared.constructor as new () => typeof shared)();
  client.setApiKey(key);
  client.setDefaultRequest({ baseUrl: `${simulators.addressOf('sendgrid')}/`, url: '/' });
  const [{ statusCode: status, headers, body }] = await client
    .request({ method: 'GET', ...request } as Parameters<typeof client.request>[0])
    .catch((error: { code: number; response: { headers: object; body: object } }) => [
      { statusCode: error.code, ...error.response },
    ]);
  return {
    status,
    headers: headers as Readonly<Record<string, string>>,
    body: body as Readonly<Record<string, unknown>>,
  };
};
const tell = (control: string, body: unknown) =>
  fetch(`${simulators.url}/__sim/sendgrid/${control}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
const applied = async () => (await simulators.journal('sendgrid')).applied;

const to = (email: string, id?: string) => ({
  to: [{ email }],
  ...(id === undefined ? {} : { custom_args: { sluice_effect_id: id } }),
});
const aMail = (over: object = {}) => ({
  personalizations: [to('jane@customer.example', 'e-1')],
  from: { email: 'hello@acme.example', name: 'Acme' },
  subject: 'Hello',
  content: [
    { type: 'text/plain', value: 'Hello' },
    { type: 'text/html', value: '<p>Hello</p>' },
  ],
  ...over,
});
const send = (over: object = {}) => ask({ method: 'POST', url: '/v3/mail/send', body: aMail(over) });

describe('the SendGrid simulator', () => {
  it('takes a mail, and takes it again, for it has no idempotency key', async () => {
    const first = await send();
    expect(first).toMatchObject({
      status: 202,
      headers: { 'x-message-id': expect.stringMatching(/^\w{22}$/u) as unknown },
    });
    await send();
    expect(await applied()).toEqual({ 'e-1': 2 });
  });

  it('knows an effect by the argument of a personalization, or of the whole mail', async () => {
    await send({
      personalizations: [to('a@customer.example', 'own'), to('b@customer.example')],
      custom_args: { sluice_effect_id: 'whole' },
    });
    expect(await applied()).toEqual({ own: 1, whole: 1 });
  });

  it.each([
    ['an unknown field', { subjekt: 'a' }, null],
    ['no personalization', { personalizations: [] }, 'personalizations'],
    ['nobody to write to', { personalizations: [{ to: [] }] }, 'personalizations.0.to'],
    ['an address that is none', { personalizations: [to('jane')] }, 'personalizations.0.to.0.email'],
    [
      'somebody twice',
      { personalizations: [{ ...to('a@x.example'), cc: [{ email: 'A@x.example' }] }] },
      'personalizations.0',
    ],
    [
      '1,001 personalizations',
      { personalizations: Array.from({ length: 1_001 }, (_, n) => to(`a${n}@x.example`)) },
      'personalizations',
    ],
    ['no subject', { subject: undefined }, 'subject'],
    ['no content', { content: undefined }, 'content'],
    ['an empty content', { content: [{ type: 'text/plain', value: '' }] }, 'content.0.value'],
    ['HTML before the text', { content: aMail().content.toReversed() }, 'content'],
    ['a reserved header', { headers: { 'Reply-To': 'a@x.example' } }, 'headers.Reply-To'],
    ['eleven categories', { categories: Array.from({ length: 11 }, (_, n) => String(n)) }, 'categories'],
  ])('refuses %s, as SendGrid does', async (_case, over, field) => {
    const { status, body } = await send(over);
    expect([status, (body['errors'] as { field: string | null }[])[0]?.field]).toEqual([400, field]);
    expect(await applied()).toEqual({});
  });

  it('looks a mail of the sandbox through, and sends none', async () => {
    const sandbox = { mail_settings: { sandbox_mode: { enable: true } } };
    expect((await send(sandbox)).status).toBe(200);
    expect((await send({ ...sandbox, content: [] })).status).toBe(400);
    expect(await simulators.objects('sendgrid')).toEqual({});
    expect(await applied()).toEqual({});
  });

  it('takes a mail to who bounced or has unsubscribed, and drops it', async () => {
    await tell('suppressed', { bounces: ['b@x.example'], spamReports: ['s@x.example'], unsubscribes: ['u@x.example'] });
    const personalizations = ['b', 's', 'u', 'fine'].map((name) => to(`${name}@x.example`, name));
    expect((await send({ personalizations })).status).toBe(202);
    expect(await applied()).toEqual({ fine: 1 });
    await send({ personalizations, mail_settings: { bypass_unsubscribe_management: { enable: true } } });
    expect(await applied()).toEqual({ fine: 2, u: 1 });
    const suppression = async (path: string) => (await ask({ url: `/v3/${path}` })).body;
    expect(await suppression('suppression/bounces/b@x.example')).toMatchObject([
      { email: 'b@x.example', status: '5.1.1' },
    ]);
    expect(await suppression('suppression/bounces/u@x.example')).toEqual([]);
    expect(await suppression('suppression/spam_reports/s@x.example')).toMatchObject([{ email: 's@x.example' }]);
    expect(await suppression('suppression/unsubscribes/u@x.example')).toMatchObject([{ email: 'u@x.example' }]);
    expect(await suppression('asm/suppressions/global/u@x.example')).toEqual({ recipient_email: 'u@x.example' });
    expect(await suppression('asm/suppressions/global/b@x.example')).toEqual({});
  });

  it('tells of its mails only with the add-on, and later', async () => {
    const find = (query: string) => ask({ url: `/v3/messages?limit=10&query=${encodeURIComponent(query)}` });
    expect((await find('')).status).toBe(403);
    await tell('activity', { addOn: true });
    await send();
    await send({ personalizations: [to('joe@customer.example', 'e-2')] });
    expect((await find(`unique_args['sluice_effect_id']="e-1"`)).body).toMatchObject({
      messages: [{ to_email: 'jane@customer.example', status: 'delivered', subject: 'Hello' }],
    });
    expect((await find('to_email="joe@customer.example" AND status="delivered"')).body['messages']).toHaveLength(1);
    expect((await find('somehow')).status).toBe(400);
    await tell('settings', { searchDelayMs: 600_000 });
    expect((await find('')).body).toEqual({ messages: [] });
    await tell('settings', { searchDelayMs: 0 });
  });

  it('says when it can be asked again', async () => {
    await tell('pace', { limit: 1, perSeconds: 60 });
    expect((await ask({ url: '/v3/scopes' })).headers['x-ratelimit-remaining']).toBe('0');
    const { status, headers } = await ask({ url: '/v3/scopes' });
    expect(status).toBe(429);
    expect(Number(headers['x-ratelimit-reset'])).toBeGreaterThan(Date.now() / 1_000);
    await fetch(`${simulators.url}/__sim/sendgrid/pace`, { method: 'DELETE' });
    expect((await ask({ url: '/v3/scopes' })).body['scopes']).toContain('mail.send');
  });

  it('wants a key, less than ten megabytes, and JSON', async () => {
    expect((await ask({ url: '/v3/scopes' }, 'else')).status).toBe(401);
    const post = async (body: string) => {
      const response = await fetch(`${simulators.addressOf('sendgrid')}/v3/mail/send`, {
        method: 'POST',
        headers: { authorization: 'Bearer SG.secret', 'content-type': 'application/json' },
        body,
      });
      return [response.status, await response.json()] as const;
    };
    expect(await post('{')).toMatchObject([400, { errors: [{ message: 'Bad Request', field: null }] }]);
    expect(await post(JSON.stringify(aMail({ subject: 'x'.repeat(11_000_000) })))).toMatchObject([
      413,
      { errors: [{}] },
    ]);
    expect((await tell('suppressed', { bounces: ['nobody'] })).status).toBe(422);
  });
});
