import twilioSdk from 'twilio';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startSimulators, type RunningSimulators } from '../start-simulators.ts';

const FROM = '+15550199';
const TO = '+15550100';
let simulators: RunningSimulators;
beforeAll(async () => {
  simulators = await startSimulators();
});
afterEach(async () => {
  await simulators.forgetObjects('twilio');
  await simulators.clearJournal('twilio');
  await tell('stopped', { numbers: [] });
  await tell('regions', { refused: [] });
});
afterAll(() => simulators.close());

/** The vendor's own client, of which only the address is another. */
const client = (user = 'AC1', sid = 'AC1') => {
  const http = new twilioSdk.RequestClient();
  const send = http.request.bind(http);
  http.request = (options) =>
    send({ ...options, uri: options.uri.replace('https://api.twilio.com', simulators.addressOf('twilio')) });
  return twilioSdk(user, 'secret', { accountSid: sid, httpClient: http });
};
const tell = (control: string, body: unknown) =>
  fetch(`${simulators.url}/__sim/twilio/${control}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
const applied = async () => (await simulators.journal('twilio')).applied;

describe('the Twilio simulator', () => {
  it('sends, shows and lists a message to the vendor’s own client', async () => {
    const made = await client().messages.create({ to: TO, from: FROM, body: 'Hello' });
    expect(made).toMatchObject({
      status: 'queued',
      to: TO,
      from: FROM,
      body: 'Hello',
      numSegments: '1',
      dateSent: null,
    });
    expect(await client().messages(made.sid).fetch()).toMatchObject({ sid: made.sid, status: 'sent' });
    expect((await client().messages.list({ to: TO })).map(({ sid }) => sid)).toEqual([made.sid]);
    expect(await client().api.v2010.accounts('AC1').fetch()).toMatchObject({ sid: 'AC1', status: 'active' });
  });

  it('sends a repeated message twice, for it has no idempotency key', async () => {
    const statusCallback = 'https://sluice.example/twilio?sluice_effect=e-1';
    for (const _ of [1, 2]) await client().messages.create({ to: TO, from: FROM, body: 'Hello', statusCallback });
    expect(await applied()).toEqual({ 'e-1': 2 });
    expect(await client().messages.list()).toHaveLength(2);
  });

  it('counts by the digits at the end of the text, else by number and text', async () => {
    await client().messages.create({ to: TO, from: FROM, body: 'Hello #0a1b2c3d' });
    await client().messages.create({ to: TO, from: FROM, body: 'Hello' });
    expect(Object.keys(await applied())).toEqual(['0a1b2c3d', expect.stringMatching(/^[0-9a-f]{64}$/u)]);
  });

  it('lists newest first, page by page, between two times', async () => {
    for (const body of ['1', '2', '3']) await client().messages.create({ to: TO, from: FROM, body });
    await client().messages.create({ to: '+15550101', from: FROM, body: 'to another' });
    expect((await client().messages.list({ to: TO, pageSize: 2 })).map(({ body }) => body)).toEqual(['3', '2', '1']);
    expect((await client().messages.page({ to: TO, pageSize: 2 })).nextPageUrl).toContain('PageToken=');
    const [before, after] = [new Date(Date.now() - 60_000), new Date(Date.now() + 60_000)];
    expect(await client().messages.list({ dateSentAfter: before, dateSentBefore: after })).toHaveLength(4);
    expect(await client().messages.list({ dateSentAfter: after })).toEqual([]);
    expect(await client().messages.list({ dateSentBefore: before })).toEqual([]);
  });

  it.each([
    ['no number', { to: '+1', from: FROM, body: 'a' }, 21_211],
    ['a sender that is none', { to: TO, from: 'no sender at all', body: 'a' }, 21_212],
    ['no sender', { to: TO, body: 'a' }, 21_603],
    ['no text', { to: TO, from: FROM, body: '' }, 21_602],
    ['1,601 characters', { to: TO, from: FROM, body: 'x'.repeat(1_601) }, 21_617],
    ['a service that is none', { to: TO, messagingServiceSid: 'else', body: 'a' }, 21_701],
    ['a callback that is no address', { to: TO, from: FROM, body: 'a', statusCallback: 'here' }, 21_609],
  ])('refuses %s, as Twilio does', async (_case, message, code) => {
    await expect(client().messages.create(message)).rejects.toMatchObject({ status: 400, code });
    expect(await applied()).toEqual({});
  });

  it('sends nothing to who has answered STOP, nor where the account may not', async () => {
    await tell('stopped', { numbers: [TO] });
    await tell('regions', { refused: ['+850'] });
    const send = (to: string) => client().messages.create({ to, from: FROM, body: 'a' });
    await expect(send(TO)).rejects.toMatchObject({ code: 21_610 });
    await expect(send('+85012345678')).rejects.toMatchObject({ code: 21_408 });
    expect((await tell('stopped', { number: TO })).status).toBe(422);
  });

  it('wants credentials, and those of the same account', async () => {
    expect((await fetch(`${simulators.addressOf('twilio')}/2010-04-01/Accounts/AC1.json`)).status).toBe(401);
    await expect(client('AC1', 'AC2').messages.list()).rejects.toMatchObject({ status: 404, code: 20_404 });
    await expect(client().messages('SM404').fetch()).rejects.toMatchObject({ status: 404, code: 20_404 });
    await simulators.refuseAccess('twilio', true);
    await expect(client().messages.list()).rejects.toMatchObject({ status: 401, code: 20_003 });
    await simulators.refuseAccess('twilio', false);
  });
});
