import { randomName, testInfrastructure } from '@sluice/testing';
import { sourcesOf } from '@sluice/policy/files';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ADA, startApiService, type ApiService } from '../testing/api-service.ts';
import { apiDocument } from './open-api.ts';

interface Parameter {
  readonly name: string;
  readonly in: 'query' | 'path' | 'header';
  readonly required: boolean;
}
interface Operation {
  readonly parameters: readonly Parameter[];
  readonly requestBody?: object;
}
interface Route {
  readonly method: string;
  readonly path: string;
  readonly parameters: readonly Parameter[];
  readonly hasBody: boolean;
}

const routes: readonly Route[] = Object.entries(apiDocument().paths).flatMap(([path, operations]) =>
  Object.entries(operations as unknown as Readonly<Record<string, Operation>>).map(([method, operation]) => ({
    method: method.toUpperCase(),
    path,
    parameters: operation.parameters,
    hasBody: operation.requestBody !== undefined,
  })),
);

const ID = '11111111-1111-5111-8111-111111111111';
const HEADER_SAFE = /^[\x20-\x7e]*$/u;

/** Values that are no value of anything, or of something else, as they stand in an address. */
const BAD = {
  empty: '',
  'a space': '%20',
  'a NUL': 'a%00b',
  'no UTF-8': '%ff%fe',
  'half an escape': '%e',
  'no UUID': 'not-a-uuid',
  'a UUID': ID,
  zero: '0',
  'below zero': '-1',
  'a fraction': '1.5',
  'an exponent': '1e400',
  'more than 32 bits': '4294967296',
  'more than 64 bits': '99999999999999999999',
  'not a number': 'NaN',
  infinity: 'Infinity',
  'a quote': "'",
  'an injection': "1'%3B%20drop%20table%20x%3B--",
  'a wildcard': '%25_%5c',
  'a year of none': '0000-01-01T00:00:00Z',
  'the last year': '9999-12-31T23:59:59.999Z',
  'a year of six digits': '%2B275760-09-13T00:00:00Z',
  'many digits of a second': `2026-01-01T00:00:00.${'1'.repeat(300)}Z`,
  'no date': '2026-02-30T00:00:00Z',
  'a week of none': '0000-W01',
  'the last week': '9999-W52',
  'a JSON array': '%5B%5D',
  'a JSON object': '%7B%22a%22%3A1%7D',
  'base64 of nothing': 'e30',
  'base64 of a cursor with other types': Buffer.from(JSON.stringify({ receivedAt: 1, inquiryId: 2 })).toString(
    'base64url',
  ),
  'base64 of a cursor with bad values': Buffer.from(
    JSON.stringify({ receivedAt: '0000-01-01T00:00:00Z', inquiryId: ID }),
  ).toString('base64url'),
  'base64 of an old cursor': Buffer.from(JSON.stringify(['2026-01-01', ID])).toString('base64url'),
  'half a cursor': 'eyJyZWNlaXZlZEF0Ijoi',
  __proto__: '__proto__',
  'ten kilobytes': 'a'.repeat(10_000),
} as const;

let service: ApiService;
interface Answer {
  readonly status: number;
  readonly type: string;
  readonly text: string;
}

/** A connection each: one that the server has just ended, after a request that is none, must not fail the next. */
const agent = new Agent({ keepAlive: false });

/** The address as it is: fetch would mend it. */
const send = (method: string, path: string, sent: { headers?: object; body?: string } = {}): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const asked = request(
      service.url,
      {
        method,
        path,
        agent,
        headers: {
          authorization: `Bearer ${ADA}`,
          ...(sent.body === undefined
            ? {}
            : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(sent.body) }),
          ...sent.headers,
        },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => {
          resolve({
            status: response.statusCode ?? 0,
            type: response.headers['content-type'] ?? '',
            text: Buffer.concat(chunks).toString(),
          });
        });
      },
    );
    asked.on('error', reject);
    asked.end(sent.body);
  });

const GOOD: Readonly<Record<string, string>> = { week: '2026-W47', id: ID, lead_id: 'L-1', version: '1' };
const goodPath = ({ path }: Route): string =>
  path.startsWith('/v1/playbooks')
    ? path.replace('{id}', 'instant-response').replace('{version}', '1')
    : path.replaceAll(/\{(\w+)\}/gu, (_, name: string) => GOOD[name] ?? 'x');
const required = ({ parameters }: Route): string =>
  parameters
    .flatMap((one) => (one.in === 'query' && one.required ? [`${one.name}=${GOOD[one.name] ?? 'x'}`] : []))
    .join('&');

/** The request that is good but for one parameter; null where HTTP itself can't carry it. */
const askWith = (route: Route, { name, in: place }: Parameter, value: string): Promise<Answer> | null => {
  const body = route.hasBody ? { body: '{}' } : {};
  if (place === 'header') {
    const decoded = HEADER_SAFE.test(value) ? value : null;
    return decoded === null ? null : send(route.method, goodPath(route), { headers: { [name]: decoded }, ...body });
  }
  if (place === 'path') {
    const path = route.path.replace(`{${name}}`, () => value);
    return send(route.method, goodPath({ ...route, path }), body);
  }
  const others = required({ ...route, parameters: route.parameters.filter((one) => one.name !== name) });
  return send(route.method, `${goodPath(route)}?${others}&${name}=${value}`, body);
};

beforeAll(async () => {
  service = await startApiService(testInfrastructure().postgresUrl, randomName('bad'));
  const [foundation, instant] = sourcesOf(
    join(import.meta.dirname, '..', '..', '..', '..', 'playbooks'),
    'instant-response',
  );
  await send('PUT', '/v1/playbooks/instant-response', {
    body: JSON.stringify({
      reason: 'a test',
      playbook: instant?.text,
      prompts: instant?.prompts,
      extends: [foundation],
    }),
  });
  await send('POST', '/v1/playbooks/instant-response/activate', {
    headers: { 'if-match': '*' },
    body: JSON.stringify({ reason: 'a test', version: 1, bindings: [{}] }),
  });
});
afterAll(() => service.close());

const cases = routes.flatMap((route) =>
  route.parameters.map((parameter) => ({ route, parameter, ...route, of: `${parameter.in} ${parameter.name}` })),
);

describe('whatever a parameter holds', () => {
  it('is tried on every parameter there is', () => {
    expect(new Set(cases.map(({ of }) => of))).toEqual(
      new Set(
        [
          ...['category', 'label', 'queue', 'owner', 'state', 'since', 'cursor', 'limit', 'stage', 'topic'],
          ...['fingerprint', 'inquiryId', 'week', 'brand', 'from', 'to', 'version', 'channel', 'intent', 'at'],
          ...['id', 'reason', 'why'],
        ]
          .map((name) => `query ${name}`)
          .concat(['path id', 'path version', 'path lead_id', 'header If-Match', 'header idempotency-key']),
      ),
    );
  });

  it.each(cases)('$method $path is never our fault: $of', async ({ route, parameter }) => {
    for (const [what, value] of Object.entries(BAD)) {
      const answer = await askWith(route, parameter, value);
      if (answer === null) continue;
      expect([what, answer.status < 500]).toEqual([what, true]);
      // Node itself ends a head of more than 16 KiB (431).
      if (answer.status >= 400 && answer.status !== 431)
        expect([what, answer.type]).toEqual([what, expect.stringContaining('application/problem+json')]);
    }
  });

  it.each(cases.filter(({ parameter }) => parameter.in === 'query'))(
    '$method $path names it when it is given twice: $of',
    async ({ route, parameter: { name } }) => {
      const good = GOOD[name] ?? '1';
      const others = required({ ...route, parameters: route.parameters.filter((one) => one.name !== name) });
      const answer = await send(route.method, `${goodPath(route)}?${others}&${name}=${good}&${name}=${good}`);
      expect([answer.status, JSON.parse(answer.text)]).toEqual([
        400,
        expect.objectContaining({ errors: [expect.objectContaining({ parameter: name, in: 'query' })] }),
      ]);
    },
  );

  it.each(routes.filter(({ method, parameters }) => method === 'GET' && parameters.some((one) => one.in === 'query')))(
    '$method $path names one that it has not',
    async (route) => {
      const answer = await send(route.method, `${goodPath(route)}?${required(route)}&colour=red`);
      expect([answer.status, JSON.parse(answer.text)]).toEqual([
        400,
        expect.objectContaining({
          errors: [{ parameter: 'colour', in: 'query', detail: 'is no parameter of this path' }],
        }),
      ]);
    },
  );

  it.each(routes)('$method $path ends a hundred kilobytes of address', async (route) => {
    const answer = await send(route.method, `${goodPath(route)}?a=${'a'.repeat(100_000)}`).catch(() => null);
    expect(answer === null || (answer.status >= 400 && answer.status < 500)).toBe(true);
  });
});

describe('a parameter that does not fit', () => {
  it.each([
    { path: '/v1/inquiries?cursor=nonsense', parameter: 'cursor', in: 'query', fix: 'send next_cursor' },
    {
      path: `/v1/inquiries?cursor=${BAD['base64 of an old cursor']}`,
      parameter: 'cursor',
      in: 'query',
      fix: 'send next_cursor',
    },
    { path: '/v1/dlq?cursor=e30', parameter: 'cursor', in: 'query', fix: 'send next_cursor' },
    {
      path: '/v1/playbooks/instant-response/versions?cursor=e30',
      parameter: 'cursor',
      in: 'query',
      fix: 'send next_cursor',
    },
    { path: '/v1/inquiries?limit=0', parameter: 'limit', in: 'query', fix: 'from 1 to 500' },
    { path: '/v1/inquiries?limit=501', parameter: 'limit', in: 'query', fix: 'from 1 to 500' },
    { path: '/v1/inquiries?limit=all', parameter: 'limit', in: 'query', fix: 'from 1 to 500' },
    { path: '/v1/inquiries?since=yesterday', parameter: 'since', in: 'query', fix: 'RFC 3339' },
    { path: '/v1/inquiries?since=0000-01-01T00:00:00Z', parameter: 'since', in: 'query', fix: 'from 1970 on' },
    { path: '/v1/inquiries?state=lost', parameter: 'state', in: 'query', fix: 'dead-lettered' },
    { path: '/v1/inquiries?owner=a%00b', parameter: 'owner', in: 'query', fix: 'NUL' },
    { path: '/v1/inquiries?owner=', parameter: 'owner', in: 'query', fix: 'leave it out' },
    { path: '/v1/inquiries/1', parameter: 'id', in: 'path', fix: 'inquiryId' },
    { path: '/v1/decisions/1/explain', parameter: 'id', in: 'path', fix: 'decisionId' },
    { path: '/v1/pools/a%00b/fairness?week=2026-W47', parameter: 'id', in: 'path', fix: 'NUL' },
    { path: '/v1/pools/sales/fairness', parameter: 'week', in: 'query', fix: 'missing' },
    { path: '/v1/pools/sales/fairness?week=2026-W60', parameter: 'week', in: 'query', fix: '2026-W47' },
    { path: '/v1/pools/sales/fairness?week=9999-W52', parameter: 'week', in: 'query', fix: '1970 to 9998' },
    { path: '/v1/dlq?inquiryId=1', parameter: 'inquiryId', in: 'query', fix: 'UUID' },
    { path: `/v1/pools/${'a'.repeat(121)}/fairness?week=2026-W47`, parameter: 'id', in: 'path', fix: '120 characters' },
    { path: '/v1/playbooks/Instant', parameter: 'id', in: 'path', fix: 'lower-case' },
    { path: '/v1/playbooks/instant-response/versions/x', parameter: 'version', in: 'path', fix: 'latest' },
    { path: '/v1/playbooks/instant-response/diff?from=0', parameter: 'from', in: 'query', fix: 'from 1 on' },
  ])('$path is named, with what to send', async ({ path, parameter, in: place, fix }) => {
    const answer = await send('GET', path);
    expect([answer.status, JSON.parse(answer.text)]).toEqual([
      400,
      expect.objectContaining({
        title: 'Bad request',
        errors: [{ parameter, in: place, detail: expect.stringContaining(fix) as string }],
      }),
    ]);
  });
});

/** Bodies that parse, and that no route means. */
const BODIES: Readonly<Record<string, string>> = {
  nothing: '',
  null: 'null',
  'a list': '[]',
  'a text': '"a"',
  'no JSON': '{"a":',
  'a NUL in a field': JSON.stringify({
    why: 'a\u0000b',
    reason: 'a\u0000b',
    ids: ['a\u0000b'],
    message_id: 'a\u0000b',
  }),
  'half a pair': '{"why":"\\ud800","reason":"\\ud800","ids":["\\ud800"],"lead_id":"\\ud800"}',
  'a NUL in a name': '{"prompts":{"a\\u0000":"b"},"reason":"a test","playbook":{"a\\u0000":1}}',
  prototypes: '{"__proto__":{"x":1},"constructor":{"prototype":{"y":1}}}',
  'levels without end': `{"playbook":${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)},"reason":"a test"}`,
  'lists without end': `${'['.repeat(50_000)}${']'.repeat(50_000)}`,
  'numbers out of bounds': '{"version":1e400,"limit":-1,"why":"a test","ids":["x"],"reason":"a test"}',
  'a year of none':
    '{"command":{"do":"pause","reason":"x","until":"0000-01-01T00:00:00Z"},"at":"0000-01-01T00:00:00Z"}',
};

describe('whatever a body holds', () => {
  it.each(routes.filter(({ hasBody }) => hasBody))('$method $path is never our fault', async (route) => {
    for (const [what, body] of Object.entries(BODIES)) {
      const answer = await send(route.method, goodPath(route), {
        body,
        headers: { 'if-match': '*', 'idempotency-key': 'k' },
      });
      expect([what, answer.status < 500, answer.type]).toEqual([
        what,
        true,
        expect.stringContaining('application/problem+json'),
      ]);
    }
  });

  it.each([
    { path: '/v1/dlq/replay', body: { ids: ['x'], why: 'a\u0000b' }, pointer: '/why' },
    { path: '/v1/dlq/replay', body: { ids: ['x\ud800'], why: 'a test' }, pointer: '/ids/0' },
    {
      path: '/v1/pools/sales/commands',
      body: { command: { do: 'leave', owner: 'a\u0000', until: null }, why: 'a test' },
      pointer: '/command/owner',
    },
    {
      path: '/v1/pools/sales/commands',
      body: { command: { do: 'leave', owner: 'ada', until: '0000-01-01T00:00:00Z' }, why: 'a test' },
      pointer: '/command/until',
    },
    {
      path: `/v1/inquiries/${ID}/commands`,
      body: { command: { do: 'close' }, at: '0000-01-01T00:00:00Z' },
      pointer: '/at',
    },
    {
      path: `/v1/inquiries/${ID}/commands`,
      body: { command: { do: 'claim', owner: '\ud800' } },
      pointer: '/command/owner',
    },
  ])('$path names what no text or moment may be', async ({ path, body, pointer }) => {
    const answer = await send('POST', path, { body: JSON.stringify(body), headers: { 'idempotency-key': 'k' } });
    expect([answer.status, JSON.parse(answer.text)]).toEqual([
      422,
      expect.objectContaining({ errors: [expect.objectContaining({ pointer })] }),
    ]);
    expect(service.published).toEqual([]);
  });
});
