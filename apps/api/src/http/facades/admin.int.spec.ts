import { createPlaybookSource } from '@sluice/persistence';
import { parsePlaybook } from '@sluice/policy';
import { sourcesOf } from '@sluice/policy/files';
import { eventually, randomName, testInfrastructure } from '@sluice/testing';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ADA, ADMIN, READER, startApiService, WRITER, type ApiService } from '../../testing/api-service.ts';

const [foundation, instant] = sourcesOf(
  join(import.meta.dirname, '..', '..', '..', '..', '..', 'playbooks'),
  'instant-response',
);
if (!foundation || !instant) throw new Error('instant-response starts from foundation');

let service: ApiService;

interface Ask {
  readonly key?: string;
  readonly body?: unknown;
  readonly match?: string;
}
interface Answer {
  readonly status: number;
  readonly etag: string;
  readonly body: Readonly<Record<string, unknown>>;
}

const ask = async (method: string, path: string, { key = ADMIN, body, match }: Ask = {}): Promise<Answer> => {
  const answer = await fetch(`${service.url}/v1${path}`, {
    method,
    body: body === undefined ? null : JSON.stringify(body),
    headers: {
      ...(key === '' ? {} : { authorization: `Bearer ${key}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(match === undefined ? {} : { 'if-match': match }),
    },
  });
  return {
    status: answer.status,
    etag: answer.headers.get('etag') ?? '',
    body: (await answer.json()) as Answer['body'],
  };
};

const keep = async (text: string): Promise<void> => {
  const saved = await ask('PUT', '/playbooks/instant-response', {
    key: ADA,
    match: '*',
    body: { reason: 'a test', playbook: text, prompts: instant.prompts, extends: [foundation] },
  });
  const moved = await ask('POST', '/playbooks/instant-response/activate', {
    key: ADA,
    match: '*',
    body: { reason: 'a test', version: saved.body['version'], bindings: [{ source: 'intake-webhook' }] },
  });
  expect([saved.status, moved.status]).toEqual([expect.any(Number), 200]);
};

beforeAll(async () => {
  service = await startApiService(testInfrastructure().postgresUrl, randomName('admin'));
  await keep(instant.text);
});
afterAll(() => service.close());

const faq = { id: 'hubspot', question: 'Do you integrate with HubSpot?', answer: 'Yes, both ways.' };
const template = { name: 'welcome', subject: 'Hello', text: 'We have your message.' };

/** In this order: each finds what the one before it made. */
const rows = [
  {
    method: 'GET',
    path: '/settings',
    status: 200,
    answer: {
      version: 1,
      playbook: 'instant-response',
      booking_link: null,
      booking_provider: 'calendly',
      thresholds: { review_below: 0, auto_send: 0.7 },
      quiet_hours: '22:00-07:00',
      quiet_hours_zone: 'America/New_York',
    },
  },
  {
    method: 'PUT',
    path: '/settings',
    body: {
      booking_link: 'https://calendly.com/acme/intro-call',
      thresholds: { auto_send: 0.8 },
      quiet_hours: '21:00-08:00',
    },
    status: 200,
    answer: {
      version: 2,
      booking_link: 'https://calendly.com/acme/intro-call',
      booking_provider: 'calendly',
      thresholds: { review_below: 0, auto_send: 0.8 },
      quiet_hours: '21:00-08:00',
    },
  },
  { method: 'GET', path: '/faqs', status: 200, answer: { data: [] } },
  { method: 'POST', path: '/faqs', body: faq, status: 201, answer: { ...faq, version: 3 } },
  {
    method: 'POST',
    path: '/faqs',
    body: { question: 'How soon?', answer: 'In a week.' },
    status: 201,
    answer: { id: 'faq-2', question: 'How soon?', version: 4 },
  },
  {
    method: 'POST',
    path: '/faqs',
    body: faq,
    status: 409,
    answer: { errors: [{ pointer: '/id', detail: 'is taken' }] },
  },
  {
    method: 'PUT',
    path: '/faqs',
    body: { id: 'hubspot', answer: 'Yes.' },
    status: 200,
    answer: {
      data: [
        { ...faq, answer: 'Yes.' },
        { id: 'faq-2', question: 'How soon?', answer: 'In a week.' },
      ],
      version: 5,
    },
  },
  { method: 'PUT', path: '/faqs', body: { id: 'nothing', answer: 'Yes.' }, status: 404, answer: {} },
  {
    method: 'DELETE',
    path: '/faqs?id=faq-2',
    documented: '/faqs',
    status: 200,
    answer: { data: [{ ...faq, answer: 'Yes.' }], version: 6 },
  },
  { method: 'DELETE', path: '/faqs?id=faq-2', documented: '/faqs', status: 404, answer: {} },
  { method: 'PUT', path: '/faqs', body: { faqs: [faq] }, status: 200, answer: { data: [faq], version: 7 } },
  { method: 'GET', path: '/tone', status: 200, answer: { tone: expect.stringContaining('Concise') } },
  {
    method: 'PUT',
    path: '/tone',
    body: { tone: 'Warm, and brief.', reason: 'the new brand' },
    status: 200,
    answer: { tone: 'Warm, and brief.', version: 8 },
  },
  {
    method: 'GET',
    path: '/templates',
    status: 200,
    answer: {
      data: expect.arrayContaining([
        expect.objectContaining({ name: 'book-a-call', enabled: true, slots: ['booking_link'] }),
      ]),
    },
  },
  {
    method: 'POST',
    path: '/templates',
    body: template,
    status: 201,
    answer: { ...template, enabled: false, version: 9 },
  },
  {
    method: 'POST',
    path: '/templates',
    body: { name: 'welcome', enabled: true },
    status: 200,
    answer: { ...template, enabled: true, version: 10 },
  },
  {
    method: 'POST',
    path: '/rollback',
    body: { version: 8 },
    status: 200,
    answer: { version: 8, booking_link: 'https://calendly.com/acme/intro-call' },
  },
  { method: 'POST', path: '/rollback', body: { version: 77 }, status: 409, answer: {} },
  { method: 'PUT', path: '/tone', body: { tone: 'Warm.' }, status: 200, answer: { tone: 'Warm.', version: 11 } },
].map((row) => ({ body: undefined, documented: row.path, ...row }));

describe('the administration of document 003 (R-03)', () => {
  it.each(rows)('$method /v1/admin$documented $body: $status', async ({ method, path, body, status, answer }) => {
    const got = await ask(method, `/admin${path}`, { body });
    expect([got.status, got.body]).toEqual([status, expect.objectContaining(answer)]);
  });

  it('goes on from what is in force: what was rolled back does not come back with the next edit', async () => {
    expect((await ask('GET', '/admin/templates')).body['data']).not.toContainEqual(
      expect.objectContaining({ name: 'welcome' }),
    );
  });

  it('leaves a history of who and why, and the comments of the file', async () => {
    const { body } = await ask('GET', '/playbooks/instant-response', { key: ADA });
    expect(body['movements']).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ kind: 'activate', to: 8, author: 'admin', reason: 'the new brand' }),
        expect.objectContaining({ kind: 'activate', to: 2, author: 'admin', reason: 'PUT /v1/admin/settings' }),
        expect.objectContaining({ kind: 'rollback', from: 10, to: 8, author: 'admin' }),
      ]),
    );
    const { sources } = (await ask('GET', '/playbooks/instant-response/versions/active', { key: ADA })).body as {
      readonly sources: readonly { readonly text: string }[];
    };
    expect(sources.at(-1)?.text).toContain("# R-11: the owner's telephone rests");
  });

  it.each([
    { path: '/settings', body: { booking_link: 'calendly' }, pointer: '/booking_link' },
    { path: '/settings', body: { thresholds: { review_below: 7 } }, pointer: '/thresholds/review_below' },
    { path: '/settings', body: { quiet_hours: '22-7' }, pointer: '/quiet_hours' },
    { path: '/settings', body: { quiet_hours_zone: 'Moon/Crater' }, pointer: '/quiet_hours_zone' },
    { path: '/faqs', body: { id: 'hubspot', answer: '' }, pointer: '/answer' },
    { path: '/tone', body: { tone: 'x'.repeat(4_001) }, pointer: '/tone' },
    { path: '/tone', body: {}, pointer: '/tone' },
    { method: 'POST', path: '/templates', body: { ...template, name: '__proto__' }, pointer: '/name' },
    { method: 'POST', path: '/templates', body: { ...template, name: 'Two Words' }, pointer: '/name' },
  ])('refuses $pointer where it was sent, and keeps nothing', async ({ method = 'PUT', path, body, pointer }) => {
    expect(await ask(method, `/admin${path}`, { body })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer }] },
    });
    expect((await ask('GET', '/admin/settings')).body['version']).toBe(11);
  });

  it("undoes nobody else's edit where the ETag is sent, and loses none where it is not", async () => {
    const { etag } = await ask('GET', '/admin/tone');
    const questions = await Promise.all(
      [1, 2, 3].map((number) =>
        ask('POST', '/admin/faqs', { body: { id: `q${number}`, question: `Question ${number}?`, answer: 'Yes.' } }),
      ),
    );
    expect(questions.map(({ status }) => status)).toEqual([201, 201, 201]);
    expect((await ask('GET', '/admin/faqs')).body['data']).toHaveLength(4);
    expect(await ask('PUT', '/admin/tone', { body: { tone: 'Cold.' }, match: etag })).toMatchObject({ status: 412 });
  });

  it('asks for a key, and for what it may', async () => {
    for (const { method, documented, body } of rows)
      expect([method, documented, (await ask(method, `/admin${documented}`, { body, key: '' })).status]).toEqual([
        method,
        documented,
        401,
      ]);
    expect((await ask('GET', '/admin/tone', { key: READER })).status).toBe(200);
    for (const key of [READER, WRITER])
      expect((await ask('PUT', '/admin/tone', { key, body: { tone: 'x' } })).status).toBe(403);
    expect((await ask('GET', '/playbooks', { key: ADMIN })).status).toBe(401);
  });

  it('is obeyed by another pod within five seconds', async () => {
    const pod = createPlaybookSource(service.postgres, { parse: parsePlaybook, schema: service.schema });
    const toneThere = async () =>
      (await pod.active({ brand: 'default', source: 'intake-webhook' })).playbook.drafting.tone;
    expect(await toneThere()).toBe('Warm.');
    await ask('PUT', '/admin/tone', { body: { tone: 'Dry.' } });
    await eventually(async () => expect(await toneThere()).toBe('Dry.'), { within: 5_000 });
  });

  it('says what is wrong with a version that another build wrote, to nobody but who may know', async () => {
    const { postgres, schema } = service;
    await postgres.query(
      `insert into "${schema}".playbook (hash, name, document) values ('of-old', 'instant-response', '{"name":"instant-response","gone":1}')`,
    );
    await postgres.query(
      `insert into "${schema}".version (playbook, number, hash, sources, author, reason) values ('instant-response', 90, 'of-old', '[]', 'x', 'y')`,
    );
    await postgres.query(`update "${schema}".head set active = 90`);
    const mistakes = {
      status: 409,
      body: {
        title: 'Version not readable',
        errors: expect.arrayContaining([expect.objectContaining({ pointer: '/gone' })]) as object,
      },
    };
    expect(await ask('GET', '/admin/tone')).toMatchObject(mistakes);
    await postgres.query(`update "${schema}".activation set hash = 'of-old'`);
    await eventually(
      async () =>
        expect(await ask('GET', '/admin/tone')).toMatchObject({
          ...mistakes,
          body: { ...mistakes.body, detail: expect.stringContaining('the source intake-webhook') as string },
        }),
      { within: 5_000 },
    );
    expect((await ask('GET', '/admin/tone', { key: '' })).status).toBe(401);
  });

  it('is not there once the playbook does not list it', async () => {
    await keep(instant.text.replace(', admin-settings]', ']'));
    await eventually(
      async () => {
        for (const { method, documented, body } of rows)
          expect((await ask(method, `/admin${documented}`, { body })).status).toBe(404);
      },
      { within: 5_000 },
    );
  });
});
