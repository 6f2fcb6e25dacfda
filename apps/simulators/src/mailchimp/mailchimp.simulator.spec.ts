import { createHash } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startSimulators, type RunningSimulators } from '../start-simulators.ts';

let simulators: RunningSimulators;
beforeAll(async () => {
  simulators = await startSimulators();
});
afterEach(async () => {
  await simulators.forgetObjects('mailchimp');
  await simulators.clearJournal('mailchimp');
});
afterAll(() => simulators.close());

const EMAIL = 'jane@customer.example';
const basic = (key: string) => `Basic ${Buffer.from(`any:${key}`).toString('base64')}`;
const ask = async (method: string, path: string, body?: unknown, authorization = basic('key-us1')) => {
  const response = await fetch(`${simulators.addressOf('mailchimp')}/3.0/${path}`, {
    method,
    headers: { authorization, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    body: (text === '' ? null : JSON.parse(text)) as Readonly<Record<string, unknown>>,
  };
};
const tell = (control: string, body: unknown) =>
  fetch(`${simulators.url}/__sim/mailchimp/${control}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
const hashOf = (email: string) => createHash('md5').update(email.toLowerCase()).digest('hex');
const pathOf = (email = EMAIL, list = 'sluice') => `lists/${list}/members/${hashOf(email)}`;
const put = (over: object = {}, path = pathOf()) =>
  ask('PUT', path, { email_address: EMAIL, status_if_new: 'subscribed', ...over });
const applied = async () => (await simulators.journal('mailchimp')).applied;

describe('the Mailchimp simulator', () => {
  it('has somebody on a list once, however often they are put there', async () => {
    const merge_fields = { FNAME: 'Jane', LNAME: 'Doe' };
    expect((await put({ merge_fields })).body).toMatchObject({
      id: hashOf(EMAIL),
      status: 'subscribed',
      full_name: 'Jane Doe',
    });
    await put({ merge_fields });
    expect(await applied()).toEqual({ [`sluice:${hashOf(EMAIL)}`]: 1 });
    await put({ merge_fields: { FNAME: 'Joan' } });
    expect((await ask('GET', pathOf())).body).toMatchObject({ merge_fields: { FNAME: 'Joan', LNAME: 'Doe' } });
    expect((await applied())[`update:sluice:${hashOf(EMAIL)}`]).toBe(1);
    expect((await ask('GET', 'lists/sluice')).body).toMatchObject({ id: 'sluice', stats: { member_count: 1 } });
  });

  it('counts under the effect that a merge field names', async () => {
    await put({ merge_fields: { SLUICEID: 'e-1' } });
    expect(await applied()).toEqual({ 'e-1': 1 });
  });

  it('gives and takes tags', async () => {
    await put({ tags: ['trial'] });
    const tags = [
      { name: 'nurture', status: 'active' },
      { name: 'trial', status: 'inactive' },
    ];
    for (const _ of [1, 2]) expect((await ask('POST', `${pathOf()}/tags`, { tags })).status).toBe(204);
    expect((await ask('GET', pathOf())).body).toMatchObject({ tags: [{ name: 'nurture' }], tags_count: 1 });
    expect(await applied()).toMatchObject({
      [`tag:sluice:${hashOf(EMAIL)}:nurture`]: 1,
      [`tag:sluice:${hashOf(EMAIL)}:trial`]: 1,
    });
  });

  it('takes back nobody who has unsubscribed or is cleaned', async () => {
    await tell('unsubscribed', { list: 'sluice', emails: [EMAIL] });
    const subscribed = { status: 'subscribed' };
    expect(await put(subscribed)).toMatchObject({ status: 400, body: { title: 'Member In Compliance State' } });
    expect((await put()).body['status']).toBe('unsubscribed');
    expect((await put({ status: 'pending' })).body['status']).toBe('pending');
    await tell('unsubscribed', { list: 'sluice', emails: [EMAIL], status: 'cleaned' });
    for (const status of ['subscribed', 'pending'])
      expect((await put({ status })).body['title']).toBe('Member In Compliance State');
  });

  it.each([
    ['an unknown field', { colour: 'red' }, 400],
    ['an unknown merge field', { merge_fields: { COLOUR: 'red' } }, 400],
    ['a name of 256', { merge_fields: { FNAME: 'x'.repeat(256) } }, 400],
    ['an unknown status', { status_if_new: 'keen' }, 400],
    ['no status', { status_if_new: undefined }, 400],
    ['another’s address', { email_address: 'joe@customer.example' }, 400],
  ])('refuses %s, as Mailchimp does', async (_case, over, status) => {
    const answer = await put(over);
    expect([answer.status, answer.body['title']]).toEqual([status, 'Invalid Resource']);
    expect((answer.body['errors'] as unknown[]).length).toBeGreaterThan(0);
    expect(await applied()).toEqual({});
  });

  it('knows the lists it is told of', async () => {
    expect((await put({}, pathOf(EMAIL, 'else'))).body['title']).toBe('Resource Not Found');
    await tell('lists', { ids: ['else'] });
    expect((await put({}, pathOf(EMAIL, 'else'))).status).toBe(200);
    expect((await ask('GET', pathOf())).status).toBe(404);
    expect((await tell('lists', { id: 'x' })).status).toBe(422);
  });

  it('sends a mail of an automation once, and starts a journey each time', async () => {
    const queue = () => ask('POST', 'automations/sluice/emails/welcome/queue', { email_address: EMAIL });
    const trigger = () => ask('POST', 'customer-journeys/journeys/1/steps/1/actions/trigger', { email_address: EMAIL });
    expect([(await queue()).status, (await trigger()).status]).toEqual([400, 400]);
    await put();
    expect([(await queue()).status, (await queue()).status]).toEqual([204, 400]);
    expect([(await trigger()).status, (await trigger()).status]).toEqual([204, 204]);
    expect(await applied()).toMatchObject({
      [`queue:sluice:welcome:${EMAIL}`]: 1,
      [`journey:1:1:${EMAIL}`]: 2,
    });
    expect((await ask('POST', 'automations/else/emails/welcome/queue', { email_address: EMAIL })).status).toBe(404);
  });

  it('wants a key with its data centre, or a token', async () => {
    expect((await ask('GET', 'ping')).body).toEqual({ health_status: "Everything's Chimpy!" });
    expect((await ask('GET', 'ping', undefined, 'Bearer token')).status).toBe(200);
    expect(await ask('GET', 'ping', undefined, basic('key'))).toMatchObject({
      status: 401,
      body: { title: 'API Key Invalid' },
    });
    expect(await ask('PUT', pathOf(), '{')).toMatchObject({ status: 400, body: { title: 'JSON Parse Error' } });
    expect((await ask('GET', 'nothing')).body['title']).toBe('Resource Not Found');
  });
});
