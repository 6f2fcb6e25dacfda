import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startSimulators, type RunningSimulators } from '../start-simulators.ts';

let simulators: RunningSimulators;
beforeAll(async () => {
  simulators = await startSimulators();
});
afterEach(async () => {
  await simulators.forgetObjects('activecampaign');
  await simulators.clearJournal('activecampaign');
});
afterAll(() => simulators.close());

type Row = Readonly<Record<string, string>>;
const EMAIL = 'jane@customer.example';
const ask = async (method: string, path: string, body?: unknown, token = 'secret') => {
  const response = await fetch(`${simulators.addressOf('activecampaign')}/api/3/${path}`, {
    method,
    headers: { 'api-token': token, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Readonly<Record<string, unknown>> };
};
const applied = async () => (await simulators.journal('activecampaign')).applied;
const sync = async (over: object = {}) => {
  const { status, body } = await ask('POST', 'contact/sync', { contact: { email: EMAIL, ...over } });
  return { status, id: (body['contact'] as Row | undefined)?.['id'] ?? '' };
};

describe('the ActiveCampaign simulator', () => {
  it('has somebody once, however often they are synced', async () => {
    const first = await sync({ firstName: 'Jane' });
    expect([first.status, (await sync({ firstName: 'Jane' })).status]).toEqual([201, 200]);
    await ask('POST', 'contact/sync', { contact: { email: EMAIL.toUpperCase(), lastName: 'Doe' } });
    expect((await ask('GET', `contacts?email=${EMAIL}`)).body).toMatchObject({
      contacts: [{ id: first.id, firstName: 'Jane', lastName: 'Doe' }],
      meta: { total: '1' },
    });
    expect((await ask('GET', `contacts/${first.id}`)).body).toMatchObject({ contact: { id: first.id } });
    expect((await applied())[`contact:${EMAIL}`]).toBe(1);
  });

  it('puts somebody on a list and gives them a tag once, but into an automation again', async () => {
    const { id: contact } = await sync();
    const { body } = await ask('POST', 'tags', { tag: { tag: 'nurture', tagType: 'contact' } });
    const { id: tag = '' } = body['tag'] as Row;
    const statuses = async (path: string, json: object) => [
      (await ask('POST', path, json)).status,
      (await ask('POST', path, json)).status,
    ];
    expect(await statuses('contactLists', { contactList: { list: 1, contact, status: 1 } })).toEqual([201, 200]);
    expect(await statuses('contactTags', { contactTag: { contact, tag } })).toEqual([201, 200]);
    expect(await statuses('contactAutomations', { contactAutomation: { contact, automation: '1' } })).toEqual([
      201, 201,
    ]);
    expect(await applied()).toMatchObject({
      [`contactLists:${EMAIL}:1`]: 1,
      [`contactTags:${EMAIL}:${tag}`]: 1,
      [`contactAutomations:${EMAIL}:1`]: 2,
    });
    for (const [path, length] of [
      ['contactLists', 1],
      ['contactTags', 1],
      ['contactAutomations', 2],
    ] as const)
      expect((await ask('GET', `contacts/${contact}/${path}`)).body[path]).toHaveLength(length);
  });

  it('puts nobody back onto a list who has left it, unless they want it', async () => {
    const { id: contact } = await sync();
    const put = async (status: number, more: object = {}) =>
      (
        (await ask('POST', 'contactLists', { contactList: { list: '1', contact, status, ...more } })).body[
          'contactList'
        ] as Row
      )['status'];
    expect([await put(1), await put(2), await put(1), await put(1, { sourceid: 4 })]).toEqual(['1', '2', '2', '1']);
  });

  it('finds a tag by its name, and makes none twice', async () => {
    const make = (tag: string) => ask('POST', 'tags', { tag: { tag, tagType: 'contact' } });
    await make('nurture');
    expect((await make('Nurture')).status).toBe(422);
    expect((await ask('GET', 'tags?search=NURT')).body['tags']).toMatchObject([{ tag: 'nurture' }]);
    expect((await ask('GET', 'tags?search=else')).body['tags']).toEqual([]);
  });

  it.each([
    ['contact/sync', { contact: { email: 'jane' } }],
    ['tags', { tag: { tag: 'a', tagType: 'else' } }],
    ['contactLists', { contactList: { list: '1', contact: '404', status: 1 } }],
    ['contactLists', { contactList: { list: '9', contact: 'CONTACT', status: 1 } }],
    ['contactLists', { contactList: { list: '1', contact: 'CONTACT', status: 3 } }],
    ['contactTags', { contactTag: { contact: 'CONTACT', tag: '1' } }],
    ['contactAutomations', { contactAutomation: { contact: 'CONTACT', automation: '9' } }],
    ['contactAutomations', { contactTag: { contact: 'CONTACT', tag: '1' } }],
  ])('refuses at %s %j, as ActiveCampaign does', async (path, body) => {
    const { id } = await sync();
    const { status, body: said } = await ask('POST', path, JSON.parse(JSON.stringify(body).replace('CONTACT', id)));
    expect([status, said]).toMatchObject([422, { errors: [{ title: expect.any(String) as unknown, source: {} }] }]);
    expect(Object.keys(await applied())).toEqual([`contact:${EMAIL}`]);
  });

  it('wants a token, and has lists and automations', async () => {
    expect(await ask('GET', 'users/me', undefined, '')).toMatchObject({
      status: 403,
      body: { message: expect.any(String) as unknown },
    });
    expect((await ask('GET', 'users/me')).body).toMatchObject({ user: { id: '1' } });
    expect((await ask('GET', 'lists')).body['lists']).toMatchObject([{ id: '1' }, { id: '2' }]);
    expect((await ask('GET', 'automations')).body['automations']).toMatchObject([{ id: '1' }, { id: '2' }]);
    expect((await ask('GET', 'contacts/404/contactTags')).status).toBe(404);
  });
});
