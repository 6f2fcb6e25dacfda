import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startSimulators, type RunningSimulators } from '../start-simulators.ts';

let simulators: RunningSimulators;
beforeAll(async () => {
  simulators = await startSimulators();
});
afterEach(async () => {
  await simulators.forgetObjects('graph');
  await simulators.clearJournal('graph');
});
afterAll(() => simulators.close());

interface Asked {
  readonly body?: unknown;
  readonly type?: string;
  readonly token?: string;
}
const BOX = 'users/hello@acme.example';
const ask = async (method: string, path: string, { body, type = 'application/json', token = 'eyJ.a' }: Asked = {}) => {
  const response = await fetch(`${simulators.addressOf('graph')}/v1.0/${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, ...(body === undefined ? {} : { 'content-type': type }) },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    body: (text === '' ? null : JSON.parse(text)) as Readonly<Record<string, unknown>>,
  };
};
const codeOf = ({ body }: { body: Readonly<Record<string, unknown>> }) =>
  (body['error'] as { code: string } | undefined)?.code;
const tell = async (control: string, body: unknown) => {
  const response = await fetch(`${simulators.url}/__sim/graph/${control}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: (await response.json()) as Readonly<Record<string, string>> };
};
const applied = async () => (await simulators.journal('graph')).applied;
const to = (address: string) => ({ emailAddress: { address } });
const aMessage = (over: object = {}) => ({
  subject: 'Hello',
  body: { contentType: 'text', content: 'Good day.' },
  toRecipients: [to('jane@customer.example')],
  internetMessageHeaders: [{ name: 'x-sluice-effect-id', value: 'e-1' }],
  ...over,
});
const send = (over: object = {}, more: object = {}) =>
  ask('POST', `${BOX}/sendMail`, { body: { message: aMessage(over), ...more } });
const sendMime = (mime: string) =>
  ask('POST', `${BOX}/sendMail`, { body: Buffer.from(mime).toString('base64'), type: 'text/plain' });
const list = async (path: string, filter?: string) =>
  (await ask('GET', `${BOX}/${path}${filter === undefined ? '' : `?$filter=${encodeURIComponent(filter)}`}`)).body[
    'value'
  ] as Readonly<Record<string, string>>[];
const MIME = 'To: Jane <jane@customer.example>\r\nSubject: Hello\r\nMessage-ID: <e-2@acme.example>\r\n\r\nGood day.';

describe('the Graph simulator', () => {
  it('sends a message, and sends it again, for it has no idempotency key', async () => {
    for (const _ of [1, 2]) expect(await send()).toEqual({ status: 202, body: null });
    expect(await applied()).toEqual({ 'e-1': 2 });
    expect(await list('mailFolders/sentitems/messages')).toHaveLength(2);
    await send({}, { saveToSentItems: false });
    expect(await list('mailFolders/sentitems/messages')).toHaveLength(2);
  });

  it('sends MIME, and finds it by its Message-ID, later', async () => {
    expect((await sendMime(MIME)).status).toBe(202);
    expect(await applied()).toEqual({ 'e-2': 1 });
    const filter = "internetMessageId eq '<e-2@acme.example>'";
    expect(await list('mailFolders/sentitems/messages', filter)).toMatchObject([{ subject: 'Hello', isDraft: false }]);
    expect(await list('messages', filter)).toHaveLength(1);
    expect(await list('messages', "internetMessageId eq '<else>'")).toEqual([]);
    await tell('settings', { searchDelayMs: 600_000 });
    expect(await list('messages', filter)).toEqual([]);
    await tell('settings', { searchDelayMs: 0 });
    expect(codeOf(await ask('GET', `${BOX}/messages?$filter=subject`))).toBe('BadRequest');
  });

  it('makes a draft, changes it and sends it once', async () => {
    const { status, body } = await ask('POST', `${BOX}/messages`, { body: aMessage() });
    expect([status, body['isDraft'], body['internetMessageId']]).toEqual([
      201,
      true,
      expect.stringMatching(/^<.+@.+>$/u),
    ]);
    const path = `${BOX}/messages/${String(body['id'])}`;
    expect((await ask('PATCH', path, { body: { subject: 'Good day' } })).body['subject']).toBe('Good day');
    expect((await ask('POST', `${path}/send`)).status).toBe(202);
    expect(codeOf(await ask('POST', `${path}/send`))).toBe('ErrorItemNotFound');
    expect(codeOf(await ask('GET', path))).toBe('ErrorItemNotFound');
    const [sent] = await list('messages', `internetMessageId eq '${String(body['internetMessageId'])}'`);
    expect(sent).toMatchObject({ subject: 'Good day', parentFolderId: 'sentitems' });
    expect(await applied()).toEqual({ 'draft:e-1': 1, 'update:e-1': 1, 'e-1': 1 });
  });

  it('answers a mail in its conversation', async () => {
    const { body: came } = await tell('received', {
      user: 'hello@acme.example',
      message: { subject: 'Pricing', from: to('jane@customer.example'), internetMessageId: '<came@customer.example>' },
    });
    const { status, body } = await ask('POST', `${BOX}/messages/${came['id']}/createReply`, {
      body: { comment: 'Thanks' },
    });
    expect(status).toBe(201);
    expect(body).toMatchObject({
      subject: 'RE: Pricing',
      conversationId: came['conversationId'],
      toRecipients: [to('jane@customer.example')],
    });
    expect(codeOf(await ask('POST', `${BOX}/messages/404/createReply`))).toBe('ErrorItemNotFound');
    await ask('PATCH', `${BOX}/messages/${String(body['id'])}`, {
      body: { internetMessageHeaders: [{ name: 'X-Sluice-Effect-Id', value: 'e-3' }] },
    });
    await ask('POST', `${BOX}/messages/${String(body['id'])}/send`);
    expect((await applied())['e-3']).toBe(1);
  });

  it.each([
    [
      'a header that is not its own',
      { internetMessageHeaders: [{ name: 'Auto-Submitted', value: 'a' }] },
      'InvalidInternetMessageHeader',
    ],
    ['nobody to write to', { toRecipients: [] }, 'ErrorInvalidRecipients'],
    ['an address that is none', { toRecipients: [to('jane')] }, 'ErrorInvalidRecipients'],
    ['an unknown property', { colour: 'red' }, 'RequestBodyRead'],
    ['a body of another type', { body: { contentType: 'markdown', content: '' } }, 'RequestBodyRead'],
  ])('refuses %s, as Graph does', async (_case, over, code) => {
    const answer = await send(over);
    expect([answer.status, codeOf(answer)]).toEqual([400, code]);
    expect(await applied()).toEqual({});
  });

  it('refuses what is no MIME, or goes to nobody', async () => {
    expect(codeOf(await ask('POST', `${BOX}/sendMail`, { body: '{not base64}', type: 'text/plain' }))).toBe(
      'ErrorMimeContentInvalidBase64String',
    );
    expect(codeOf(await sendMime('Subject: Hello\r\n\r\nGood day.'))).toBe('ErrorInvalidRecipients');
  });

  it('gives an application its token, where the tenant says', async () => {
    const base = simulators.addressOf('graph');
    const discovered = (await (await fetch(`${base}/acme/v2.0/.well-known/openid-configuration`)).json()) as {
      token_endpoint: string;
    };
    const token = async (over: Readonly<Record<string, string>> = {}) => {
      const form = {
        grant_type: 'client_credentials',
        client_id: 'a',
        client_secret: 'b',
        scope: 'https://graph.microsoft.com/.default',
      };
      const response = await fetch(discovered.token_endpoint, {
        method: 'POST',
        body: new URLSearchParams({ ...form, ...over }),
      });
      return [response.status, await response.json()] as const;
    };
    expect(await token()).toMatchObject([
      200,
      { token_type: 'Bearer', access_token: expect.stringMatching(/^eyJ/u) as unknown },
    ]);
    expect(await token({ scope: 'Mail.Send' })).toMatchObject([400, { error: 'invalid_scope' }]);
    expect(await token({ grant_type: 'password' })).toMatchObject([400, { error: 'unsupported_grant_type' }]);
    expect(await token({ client_secret: '' })).toMatchObject([401, { error: 'invalid_client' }]);
  });

  it('wants a token, and knows its users', async () => {
    expect((await ask('GET', BOX)).body).toMatchObject({ mail: 'hello@acme.example' });
    expect(codeOf(await ask('GET', BOX, { token: 'else' }))).toBe('InvalidAuthenticationToken');
    expect(codeOf(await ask('GET', 'users/missing@acme.example'))).toBe('Request_ResourceNotFound');
    expect(codeOf(await ask('GET', 'users/missing@acme.example/messages'))).toBe('ErrorInvalidUser');
    expect((await tell('received', { user: 'nobody' })).status).toBe(422);
  });
});
