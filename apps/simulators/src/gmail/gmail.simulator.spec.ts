import { auth, gmail as createGmail } from '@googleapis/gmail';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startSimulators, type RunningSimulators } from '../start-simulators.ts';

let simulators: RunningSimulators;
beforeAll(async () => {
  simulators = await startSimulators();
});
afterEach(async () => {
  await simulators.forgetObjects('gmail');
  await simulators.clearJournal('gmail');
});
afterAll(() => simulators.close());

/** The vendor's own client, of which only the address is another. */
const client = (credentials: object = { refresh_token: 'token' }) => {
  const base = simulators.addressOf('gmail');
  const oauth = new auth.OAuth2({
    clientId: 'client',
    clientSecret: 'secret',
    endpoints: { oauth2TokenUrl: `${base}/token` },
  });
  oauth.setCredentials(credentials);
  const { users } = createGmail({ version: 'v1', auth: oauth });
  // The client keeps the path of a base address only where a call itself names it.
  const options = { rootUrl: `${base}/`, retry: false };
  return {
    profile: (userId = 'me') => users.getProfile({ userId }, options),
    send: (requestBody: object) => users.messages.send({ userId: 'me', requestBody }, options),
    list: (asked: object) => users.messages.list({ userId: 'me', ...asked }, options),
    get: (asked: object) => users.messages.get({ userId: 'me', ...asked }, options),
  };
};
const mail = (id: string, headers: Readonly<Record<string, string>> = {}) =>
  [
    'From: hello@acme.example',
    ...Object.entries({
      To: 'jane@customer.example',
      Subject: 'Hello',
      'Message-ID': `<${id}@acme.example>`,
      ...headers,
    }).map(([name, value]) => `${name}: ${value}`),
    '',
    'Good day.',
  ].join('\r\n');
const send = async (text: string, threadId?: string) =>
  (
    await client().send({
      raw: Buffer.from(text).toString('base64url'),
      ...(threadId === undefined ? {} : { threadId }),
    })
  ).data;
const tell = async (control: string, body: unknown) => {
  const response = await fetch(`${simulators.url}/__sim/gmail/${control}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: (await response.json()) as { id: string; threadId: string } };
};
const find = async (q: string) => (await client().list({ q })).data.messages?.map(({ id }) => id);

describe('the Gmail simulator', () => {
  it('sends a mail, and sends it again, for it has no idempotency key', async () => {
    expect(await send(mail('e-1'))).toMatchObject({ labelIds: ['SENT'] });
    await send(mail('e-1'));
    expect((await simulators.journal('gmail')).applied).toEqual({ 'e-1': 2 });
    expect((await client().profile()).data.messagesTotal).toBe(2);
  });

  it('finds a mail by its Message-ID, later', async () => {
    const { id } = await send(mail('e-1'));
    expect(await find('rfc822msgid:e-1@acme.example in:sent')).toEqual([id]);
    expect(await find('rfc822msgid:e-2@acme.example')).toBeUndefined();
    await tell('settings', { searchDelayMs: 600_000 });
    expect(await find('rfc822msgid:e-1@acme.example')).toBeUndefined();
    expect((await client().get({ id: id ?? '' })).data.id).toBe(id);
    await tell('settings', { searchDelayMs: 0 });
  });

  it('lists newest first, page by page', async () => {
    const ids = [];
    for (const name of ['1', '2', '3']) ids.unshift((await send(mail(name))).id);
    const { data: first } = await client().list({ maxResults: 2 });
    expect(first.messages?.map(({ id }) => id)).toEqual(ids.slice(0, 2));
    const { data: rest } = await client().list({ maxResults: 2, pageToken: first.nextPageToken ?? '' });
    expect([rest.messages?.map(({ id }) => id), rest.nextPageToken]).toEqual([ids.slice(2), undefined]);
  });

  it('shows a mail in each format', async () => {
    const id = (await send(mail('e-1'))).id ?? '';
    const shown = async (format: string, more: object = {}) => (await client().get({ id, format, ...more })).data;
    expect(Buffer.from((await shown('raw')).raw ?? '', 'base64url').toString()).toBe(mail('e-1'));
    expect((await shown('metadata', { metadataHeaders: ['subject'] })).payload?.headers).toEqual([
      { name: 'Subject', value: 'Hello' },
    ]);
    expect(Buffer.from((await shown('full')).payload?.body?.data ?? '', 'base64url').toString()).toBe('Good day.');
    expect((await shown('minimal')).payload).toBeUndefined();
    await expect(shown('else')).rejects.toMatchObject({ status: 400 });
  });

  it('answers within a thread that fits, and in no other', async () => {
    const { body: came } = await tell('received', { raw: mail('came') });
    const answer = { Subject: 'Re: Hello', 'In-Reply-To': '<came@acme.example>', References: '<came@acme.example>' };
    expect((await send(mail('1', answer), came.threadId)).threadId).toBe(came.threadId);
    expect((await send(mail('2', answer))).threadId).toBe(came.threadId);
    await expect(send(mail('3', answer), '404')).rejects.toMatchObject({ status: 404 });
    await expect(send(mail('4', { ...answer, Subject: 'Else' }), came.threadId)).rejects.toMatchObject({ status: 400 });
    await expect(send(mail('5', { Subject: 'Re: Hello' }), came.threadId)).rejects.toMatchObject({ status: 400 });
    expect((await send(mail('6'))).threadId).not.toBe(came.threadId);
    expect((await simulators.journal('gmail')).applied).toEqual({ 1: 1, 2: 1, 6: 1 });
  });

  it.each([
    [
      'nobody to write to',
      { raw: Buffer.from('Subject: Hello\r\n\r\nx').toString('base64url') },
      'Recipient address required',
    ],
    ['no mail', {}, "'raw' RFC822 payload"],
    ['what is no base64url', { raw: 'a+b/c' }, 'raw'],
  ])('refuses %s, as Gmail does', async (_case, requestBody, message) => {
    await expect(client().send(requestBody)).rejects.toMatchObject({
      status: 400,
      message: expect.stringContaining(message) as unknown,
      response: {
        data: { error: { status: 'INVALID_ARGUMENT', errors: [{ domain: 'global', reason: 'invalidArgument' }] } },
      },
    });
  });

  it('gives tokens to a person and to a service account', async () => {
    const token = async (form: Readonly<Record<string, string>>) => {
      const response = await fetch(`${simulators.addressOf('gmail')}/token`, {
        method: 'POST',
        body: new URLSearchParams(form),
      });
      return [response.status, await response.json()] as const;
    };
    const grant_type = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
    const signed = { grant_type, assertion: 'a.b.c' };
    expect(await token(signed)).toMatchObject([
      200,
      { access_token: expect.stringMatching(/^ya29\./u) as unknown, token_type: 'Bearer' },
    ]);
    expect(await token({ grant_type, assertion: 'a' })).toMatchObject([400, { error: 'invalid_grant' }]);
    expect(await token({ grant_type: 'password' })).toMatchObject([400, { error: 'unsupported_grant_type' }]);
    await simulators.refuseAccess('gmail', true);
    expect(await token(signed)).toMatchObject([400, { error: 'invalid_grant' }]);
    await simulators.refuseAccess('gmail', false);
  });

  it('wants a token, and knows its users and mails', async () => {
    await expect(client({ access_token: 'else' }).profile()).rejects.toMatchObject({
      status: 401,
      response: { data: { error: { status: 'UNAUTHENTICATED', errors: [{ reason: 'authError' }] } } },
    });
    await expect(client().profile('nobody')).rejects.toMatchObject({ status: 400 });
    await expect(client().get({ id: '404' })).rejects.toMatchObject({ status: 404 });
    expect((await tell('received', {})).status).toBe(422);
  });
});
