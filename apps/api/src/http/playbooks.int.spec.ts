import { sourcesOf } from '@sluice/policy/files';
import { randomName, testInfrastructure } from '@sluice/testing';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ADA, READER, startApiService, WRITER, type ApiService } from '../testing/api-service.ts';

const root = join(import.meta.dirname, '..', '..', '..', '..', 'playbooks');
const [foundation, leadQual] = sourcesOf(root, 'lead-qual');
if (!foundation || !leadQual) throw new Error('lead-qual starts from foundation');

let service: ApiService;
beforeAll(async () => {
  service = await startApiService(testInfrastructure().postgresUrl, randomName('playbooks'));
});
afterAll(() => service.close());

interface Ask {
  readonly key?: string;
  readonly body?: unknown;
  readonly match?: string;
}
interface Answer {
  readonly status: number;
  readonly etag: string;
  readonly body: Readonly<Record<string, never>>;
  readonly location: string;
}

const ask = async (method: string, path: string, { key = ADA, body, match }: Ask = {}): Promise<Answer> => {
  const answer = await fetch(`${service.url}/v1/playbooks${path}`, {
    method,
    body: body === undefined ? null : JSON.stringify(body),
    headers: {
      authorization: `Bearer ${key}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(match === undefined ? {} : { 'if-match': match }),
    },
  });
  return {
    status: answer.status,
    etag: answer.headers.get('etag') ?? '',
    location: answer.headers.get('location') ?? '',
    body: (await answer.json()) as never,
  };
};

const minimal = (over = '') => `name: small\ndescription: For tests.
taxonomy: { categories: [{ name: lead, priority: normal }], fallback: lead, priorities: [normal] }
model: { small: { name: m, inputPerMillionUsd: 0, outputPerMillionUsd: 0 }, dailyBudgetUsd: 0 }
sinks: { slack: { mode: "off", otherwise: "#all" } }
retention: { rawDays: 30 }
gates: { reviewBelow: 0.6 }
routes: [{ id: all, when: "true", queue: all }]
${over}`;
const put = (id: string, playbook: unknown, more: object = {}, ask_: Ask = {}) =>
  ask('PUT', `/${id}`, { ...ask_, body: { reason: 'a test', playbook, ...more } });
const latestEtag = async (id: string) => (await ask('GET', `/${id}`)).etag;

describe('saving a playbook', () => {
  it('keeps a version under the name of its key, with an address and an ETag, and activates nothing', async () => {
    const saved = await put('small', minimal());
    expect(saved).toMatchObject({
      status: 201,
      etag: '"1"',
      location: '/v1/playbooks/small/versions/1',
      body: { id: 'small', version: 1, changed: true, active: null, latest: { author: 'ada', reason: 'a test' } },
    });
    expect(await put('small', minimal('# only a comment'), {}, { match: saved.etag })).toMatchObject({
      status: 200,
      body: { version: 1, changed: false },
    });
    expect((await ask('GET', '/small/versions/1')).body).toMatchObject({
      number: 1,
      document: { name: 'small', gates: { reviewBelow: 0.6 } },
      sources: [{ name: 'small', text: minimal() }],
    });
  });

  it('starts from what was sent with it, later from what is kept', async () => {
    const first = await put('lead-qual', leadQual.text, { prompts: leadQual.prompts, extends: [foundation] });
    expect(first).toMatchObject({ status: 201 });
    const second = await put(
      'lead-qual',
      leadQual.text.replace('points: 30', 'points: 31'),
      { prompts: leadQual.prompts },
      { match: first.etag },
    );
    expect(second).toMatchObject({ status: 201, body: { version: 2 } });
    expect(
      await put('other', leadQual.text.replace('name: lead-qual', 'name: other'), { prompts: leadQual.prompts }),
    ).toMatchObject({ status: 201 });
    expect(await put('orphan', 'extends: nowhere\nname: orphan')).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/extends' }] },
    });
  });

  it.each([
    {
      what: 'a pool that every object has',
      text: minimal().replace('queue: all }', 'queue: all, pool: constructor }'),
      fault: { pointer: '/routes/0/pool', detail: 'there is no pool "constructor"', line: 8, column: 53 },
    },
    {
      what: 'an override that nothing would read',
      text: minimal('overrides:\n  brand:\n    __proto__: { gates: { reviewBelow: 0.9 } }'),
      fault: { detail: 'no field can be called "__proto__"', line: 11, column: 5 },
    },
  ])('names $what as a mistake', async ({ text, fault }) => {
    expect(await put('small', text, {}, { match: '*' })).toMatchObject({ status: 422, body: { errors: [fault] } });
  });

  it('refuses what has mistakes, all of them at once, with pointer, line and column', async () => {
    const bad = minimal('rules:\n  - id: typo\n    when: inquiry.subjct == "x"\n    then: {}\n')
      .replace('0.6', '1.6')
      .replace('rawDays: 30', 'rawDays: 0');
    const answer = await put('small', bad, {}, { match: '*' });
    expect(answer).toMatchObject({
      status: 422,
      body: {
        type: 'urn:sluice:problem:playbook-not-usable',
        errors: [
          { pointer: '/gates/reviewBelow', line: 7, column: 23, file: 'small' },
          { pointer: '/retention/rawDays', line: 6 },
        ],
      },
    });
    const condition = await put(
      'small',
      bad.replace('1.6', '0.6').replace('rawDays: 0', 'rawDays: 30'),
      {},
      { match: '*' },
    );
    expect(condition.body).toMatchObject({
      errors: [{ pointer: '/rules/0/when', line: 11, column: 19, file: 'small' }],
    });
    expect((await ask('GET', '/small/versions')).body).toMatchObject({ data: [{ number: 1 }] });
  });

  it('counts line and column in the condition where JSON was sent', async () => {
    const whole = {
      name: 'json',
      description: 'x',
      rules: [{ id: 'typo', when: 'inquiry.words > 3.0 &&\n  inquiry.subjct == "x"', then: {} }],
      taxonomy: { categories: [{ name: 'lead', priority: 'normal' }], fallback: 'lead', priorities: ['normal'] },
      gates: { reviewBelow: 0.6 },
      retention: { rawDays: 30 },
      model: { small: { name: 'm', inputPerMillionUsd: 0, outputPerMillionUsd: 0 }, dailyBudgetUsd: 0 },
      sinks: { slack: { mode: 'off', otherwise: '#all' } },
      routes: [{ id: 'all', when: 'true', queue: 'all' }],
    };
    expect((await put('json', whole)).body).toMatchObject({
      errors: [{ pointer: '/rules/0/when', line: 2, column: 11 }],
    });
    expect(await put('json', { ...whole, rules: [] })).toMatchObject({ status: 201 });
  });

  it.each([
    { what: 'another name', id: 'small', playbook: minimal().replace('name: small', 'name: large'), pointer: '/name' },
    {
      what: 'one for others to start from',
      id: 'small',
      playbook: `abstract: true\n${minimal()}`,
      pointer: '/abstract',
    },
    { what: 'what is no YAML', id: 'small', playbook: 'a: [', pointer: '' },
  ])('refuses $what', async ({ id, playbook, pointer }) => {
    expect(await put(id, playbook, {}, { match: '*' })).toMatchObject({
      status: 422,
      body: { errors: expect.arrayContaining([expect.objectContaining({ pointer })]) },
    });
  });

  it("undoes nobody else's change", async () => {
    const etag = await latestEtag('small');
    expect(await put('small', minimal('numbers: { a: 1 }'))).toMatchObject({ status: 428 });
    expect(await put('small', minimal('numbers: { a: 1 }'), {}, { match: etag })).toMatchObject({ status: 201 });
    const late = await put('small', minimal('numbers: { a: 2 }'), {}, { match: etag });
    expect(late).toMatchObject({ status: 412, etag: await latestEtag('small') });
    expect(String(late.body['detail'])).toContain('its latest version is 2 by ada');
    expect(await put('small', minimal(), {}, { match: 'W/"1"' })).toMatchObject({ status: 400 });
  });
});

describe('the pointer', () => {
  const move = (way: string, body: object, match = '*') =>
    ask('POST', `/small/${way}`, { body: { reason: 'a test', ...body }, match });

  it('moves to a version, and back to one that was active, and the history says who and why', async () => {
    expect(await move('activate', { version: 1, bindings: [{ source: 'mail' }] })).toMatchObject({
      status: 200,
      body: { changed: true, active: { number: 1 }, bindings: [{ brand: '*', source: 'mail' }] },
    });
    expect(await move('activate', { version: 2 })).toMatchObject({ status: 200, body: { active: { number: 2 } } });
    expect(await move('rollback', { version: 1 })).toMatchObject({ status: 200, body: { active: { number: 1 } } });
    expect(await move('rollback', { version: 1 })).toMatchObject({ status: 200, body: { changed: false } });
    expect((await ask('GET', '/small')).body).toMatchObject({
      active: { number: 1 },
      latest: { number: 2 },
      movements: [
        { kind: 'rollback', from: 2, to: 1, author: 'ada', reason: 'a test' },
        { kind: 'activate' },
        { kind: 'activate', from: null },
      ],
    });
    expect((await ask('GET', '/small/versions')).body).toMatchObject({
      data: [
        { number: 2, active: false },
        { number: 1, active: true },
      ],
    });
  });

  it('goes nowhere else', async () => {
    expect(await move('activate', { version: 77 })).toMatchObject({ status: 404 });
    expect(await move('rollback', { version: 77 })).toMatchObject({ status: 409 });
    expect(await move('activate', { version: 2 }, '"1"')).toMatchObject({ status: 412 });
    expect(await ask('POST', '/small/activate', { body: { version: 2, reason: 'a test' } })).toMatchObject({
      status: 428,
    });
    expect(await move('activate', { version: 2, reason: '' })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/reason' }] },
    });
  });

  it('does not move to what this build can not read', async () => {
    await service.postgres.query(
      `insert into "${service.schema}".playbook (hash, name, document) values ('of-old', 'small', '{"name":"small","gone":1}') on conflict do nothing`,
    );
    await service.postgres.query(
      `insert into "${service.schema}".version (playbook, number, hash, sources, author, reason) values ('small', 50, 'of-old', '[]', 'x', 'y')`,
    );
    expect(await move('activate', { version: 50 })).toMatchObject({
      status: 422,
      body: { errors: expect.arrayContaining([expect.objectContaining({ pointer: '/gone' })]) },
    });
    expect(await ask('GET', '/small/diff?from=1&to=50')).toMatchObject({ status: 409 });
  });
});

describe('reading', () => {
  it('tells two versions apart in words', async () => {
    const { body } = await ask('GET', '/lead-qual/diff?from=1&to=2');
    expect(body).toMatchObject({
      from: { number: 1 },
      to: { number: 2 },
      summary: '1 change',
      changes: [
        { words: 'rubric component “fit” › points goes from 30 to 31 (points)', path: '/rubric/components/fit/points' },
      ],
    });
  });

  it('says of each value which layer set it, for a brand too', async () => {
    const at = async (query: string) => (await ask('GET', `/lead-qual/effective?version=2&${query}`)).body;
    expect(await at('at=/gates/reviewBelow')).toMatchObject({
      version: { number: 2 },
      values: [{ pointer: '/gates/reviewBelow', value: 0, layer: 'lead-qual', others: [{ layer: 'foundation' }] }],
    });
    expect(await at('at=/lists/countries_allowed&brand=eu-only')).toMatchObject({
      scope: { brand: 'eu-only' },
      values: [{ layer: 'brand eu-only' }],
    });
    expect(Number((await at(''))['values']?.['length'])).toBeGreaterThan(100);
  });

  it('lists playbooks, and knows no other', async () => {
    expect((await ask('GET', '')).body).toMatchObject({
      data: [
        { id: 'json' },
        { id: 'lead-qual', active: null, latest: { number: 2 } },
        { id: 'other' },
        { id: 'small' },
      ],
    });
    expect(await ask('GET', '/nothing')).toMatchObject({ status: 404 });
    expect(await ask('GET', '/lead-qual/versions/active')).toMatchObject({ status: 404 });
    expect(await ask('GET', '/lead-qual/versions/x')).toMatchObject({ status: 400 });
  });
});

it.each([
  { method: 'GET', path: '', key: 'sl_none', status: 401 },
  { method: 'PUT', path: '/small', key: READER, status: 403 },
  { method: 'POST', path: '/small/activate', key: WRITER, status: 403 },
  { method: 'POST', path: '/small/rollback', key: WRITER, status: 403 },
])('$method $path is not for everybody: $status', async ({ method, path, key, status }) => {
  expect(await ask(method, path, { key, ...(method === 'GET' ? {} : { body: {} }) })).toMatchObject({ status });
});
