import { join } from 'node:path';
import { Module } from '@nestjs/common';
import { uuidV5, type PlaybookHash } from '@sluice/kernel';
import type { Playbook } from '@sluice/policy';
import { loadPlaybooks } from '@sluice/policy/files';
import { SERVICE_PARTS, startService, type RunningService } from '@sluice/service';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ReplayOrder } from '../../adapters/dead-letters.ts';
import type { InquiryWithEffects } from '../../adapters/read-model.ts';
import { AUTHORIZE, createAuthorize, parseApiKeys } from '../access.ts';
import { apiDocument } from '../open-api.ts';
import { createFacadeSwitch, createFindInquiry, FACADE_PARTS, type FacadeParts } from './facades.ts';
import { InquiryFacadesController } from './inquiry-facades.controller.ts';

const KEY = 'sl_test_ops_secret';
const READER = 'sl_test_reader_secret';
const folder = loadPlaybooks(join(import.meta.dirname, '..', '..', '..', '..', '..', 'playbooks'));
const playbookOf = (name: string): Playbook => {
  const found = folder.playbooks.find(({ playbook }) => playbook.name === name);
  if (!found) throw new Error(`there is no playbook ${name}`);
  return found.playbook;
};

const PLAYBOOKS: Readonly<Record<string, string>> = {
  mail: 'customer-ops',
  'email-webhook': 'email-to-crm',
  'lead-webhook': 'revops',
};
const world = {
  rows: new Map<string, Partial<InquiryWithEffects>>(),
  orders: [] as ReplayOrder[],
  dead: [] as string[],
  underway: [] as string[],
  off: false,
  looks: 0,
  appearsAt: 0,
  waits: 0,
};

const model = {
  firstOf: async (ids: readonly string[]): Promise<InquiryWithEffects | null> => {
    if ((world.looks += 1) <= world.appearsAt) return null;
    const [id] = ids.filter((one) => world.rows.has(one));
    return id === undefined
      ? null
      : ({ inquiryId: id, category: null, confidence: null, ...world.rows.get(id) } as never);
  },
};
const parts: FacadeParts = {
  find: createFindInquiry(model, 'default'),
  deadLetters: {
    replay: async (order) => {
      world.orders.push(order);
      const underway = world.underway.map((id) => ({ id, by: 'bob', until: null }));
      return { selected: world.dead.length, replayed: world.dead, refused: [], underway, before: [], expired: [] };
    },
  },
  isOn: createFacadeSwitch(
    {
      active: async ({ source }) => ({
        hash: '' as PlaybookHash,
        playbook: { ...playbookOf(PLAYBOOKS[source] ?? 'base'), ...(world.off ? { facades: [] } : {}) },
      }),
    },
    'default',
  ),
  get patience() {
    return { withinMs: world.waits, everyMs: 5 };
  },
};

@Module({})
class TestModule {}

const config = { SLUICE_HTTP_PORT: 0, SLUICE_HTTP_HOST: '127.0.0.1', SLUICE_LOG_LEVEL: 'error' } as const;
let running: RunningService;

const call = async (
  method: 'GET' | 'POST',
  path: string,
  { body, key = KEY }: { readonly body?: object; readonly key?: string } = {},
) => {
  const answer = await fetch(`${running.url}${path}`, {
    method,
    headers: {
      ...(key === '' ? {} : { authorization: `Bearer ${key}` }),
      ...(body ? { 'content-type': 'application/json' } : {}),
    },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  return {
    status: answer.status,
    type: answer.headers.get('content-type'),
    body: (await answer.json()) as Record<string, unknown>,
  };
};

beforeAll(async () => {
  const keys = parseApiKeys(`${KEY}:inquiries:read+dlq:replay,${READER}:ops:read`);
  running = await startService(
    {
      name: 'api',
      readConfig: () => config,
      createModule: () => ({
        module: TestModule,
        controllers: [InquiryFacadesController],
        exports: [SERVICE_PARTS],
        providers: [
          { provide: SERVICE_PARTS, useValue: { runnables: [], checks: [], close: async () => undefined } },
          { provide: FACADE_PARTS, useValue: parts },
          { provide: AUTHORIZE, useValue: createAuthorize(keys) },
        ],
      }),
    },
    config,
  );
});
afterAll(() => running.stop());
beforeEach(() => {
  world.rows.clear();
  Object.assign(world, { orders: [], dead: [], underway: [], off: false, looks: 0, appearsAt: 0, waits: 0 });
});

const MAIL = uuidV5('default', 'mail', 'm1@mail.example');
const LEAD = uuidV5('default', 'lead-webhook', 'L-001');
const WATCHED = uuidV5('default', 'email-webhook', 'm2@mail.example+t-1');
const assigned = {
  state: 'assigned',
  category: 'billing',
  confidence: 0.9,
  label: 'Qualified',
  score: 85,
  priority: 'normal',
  queue: 'us',
  owner: 'us-ada',
  settled: true,
};

const rows = [
  {
    box: 'A-29',
    method: 'POST',
    path: '/triage',
    documented: '/triage',
    body: { message_id: '<M1@mail.example>', thread_id: 't-9' },
    status: 200,
    answer: { ticket_id: MAIL, category: 'billing', confidence: 0.9, actions_taken: ['slack_posted'] },
  },
  {
    box: 'A-29 of a watched mail',
    method: 'POST',
    path: '/triage',
    documented: '/triage',
    body: { message_id: '<M2@mail.example>', thread_id: 't-1' },
    status: 200,
    answer: { ticket_id: WATCHED, category: 'billing' },
  },
  {
    box: 'E-02',
    method: 'POST',
    path: '/admin/replay',
    documented: '/admin/replay',
    body: { email_id: WATCHED },
    status: 202,
    answer: { email_id: WATCHED, inquiryId: WATCHED, status: 'queued', replayed: 1 },
  },
  {
    box: 'E-02 by Message-ID',
    method: 'POST',
    path: '/admin/replay',
    documented: '/admin/replay',
    body: { email_id: '<M2@mail.example>', thread_id: 't-1' },
    status: 202,
    answer: { inquiryId: WATCHED, replayed: 1 },
  },
  {
    box: 'V-02',
    method: 'GET',
    path: '/admin/leads/L-001',
    documented: '/admin/leads/{lead_id}',
    status: 200,
    answer: {
      lead_id: 'L-001',
      inquiryId: LEAD,
      status: 'assigned',
      label: 'Qualified',
      score: 85,
      owner: 'us-ada',
      queue: 'us',
    },
  },
  {
    box: 'V-02 by our id',
    method: 'GET',
    path: `/admin/leads/${LEAD}`,
    documented: '/admin/leads/{lead_id}',
    status: 200,
    answer: { lead_id: LEAD, inquiryId: LEAD },
  },
  {
    box: 'V-02, retry',
    method: 'POST',
    path: '/admin/retry/L-001',
    documented: '/admin/retry/{lead_id}',
    status: 202,
    answer: { lead_id: 'L-001', inquiryId: LEAD, status: 'queued', replayed: 1 },
  },
].map((row) => ({ body: undefined, ...row })) as readonly {
  box: string;
  method: 'GET' | 'POST';
  path: string;
  documented: string;
  body?: object;
  status: number;
  answer: object;
}[];

const effect = (kind: string, state: string) => ({
  effectId: '',
  kind,
  state,
  target: '',
  requestedAt: null,
  settledAt: null,
  receipt: null,
  approveBy: null,
  review: null,
});

const settle = (): void => {
  for (const id of [MAIL, LEAD, WATCHED])
    world.rows.set(id, {
      ...assigned,
      effects: [
        effect('slack.message', 'confirmed'),
        effect('slack.message', 'confirmed'),
        effect('webhook.delivery', 'requested'),
      ],
    });
  world.dead = ['inquiry.raw.v1.dlq.normalize-inquiry/0/7'];
};
const sent = (body: object | undefined) => (body ? { body } : {});

describe('a path of a document', () => {
  it.each(rows)('$box: $method $documented', async ({ method, path, body, status, answer }) => {
    settle();
    const got = await call(method, path, sent(body));
    expect([got.status, got.body]).toEqual([status, expect.objectContaining(answer)]);
  });

  it.each(rows)(
    '$box: is not there for a playbook that does not list it ($documented)',
    async ({ method, path, body }) => {
      settle();
      world.off = true;
      const got = await call(method, path, sent(body));
      expect([got.status, got.type, got.body['status'], world.orders]).toEqual([
        404,
        expect.stringContaining('application/problem+json'),
        404,
        [],
      ]);
    },
  );

  it.each(rows)('$box: asks for a key, and for its scope ($documented)', async ({ method, path, body }) => {
    settle();
    expect((await call(method, path, { ...sent(body), key: '' })).status).toBe(401);
    expect((await call(method, path, { ...sent(body), key: READER })).status).toBe(403);
    expect(world.orders).toEqual([]);
  });

  it.each(rows)('$box: knows nobody else ($documented)', async ({ method, path, body }) => {
    const got = await call(method, path, sent(body));
    expect([got.status, got.type]).toEqual([404, expect.stringContaining('application/problem+json')]);
  });

  it.each(rows)('$box: stands in the description ($documented)', ({ method, documented, status }) => {
    const operation = (apiDocument().paths[documented] as unknown as Readonly<Record<string, { responses: object }>>)[
      method.toLowerCase()
    ];
    expect(Object.keys(operation?.responses ?? {})).toEqual(expect.arrayContaining([String(status), '401', '404']));
  });
});

describe('POST /triage', () => {
  it('waits for a mail that is on its way', async () => {
    settle();
    Object.assign(world, { appearsAt: 9, waits: 10_000 });
    expect(await call('POST', '/triage', { body: { message_id: 'm1@mail.example' } })).toMatchObject({
      status: 200,
      body: { ticket_id: MAIL },
    });
  });

  it('says of one that is not decided yet that it is not', async () => {
    world.rows.set(MAIL, { state: 'normalized', settled: false, effects: [] });
    expect(await call('POST', '/triage', { body: { message_id: 'm1@mail.example' } })).toMatchObject({
      status: 202,
      body: { ticket_id: MAIL, category: null, confidence: null, actions_taken: [] },
    });
  });

  it('names the field that is missing', async () => {
    expect(await call('POST', '/triage', { body: { thread_id: 't' } })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/message_id' }] },
    });
  });
});

describe('a retry', () => {
  it('puts back what failed of this one lead, under the name of the key', async () => {
    settle();
    await call('POST', '/admin/retry/L-001');
    expect(world.orders).toEqual([
      {
        inquiryId: LEAD,
        who: 'ops',
        why: 'POST /admin/retry/{lead_id}',
        dryRun: false,
        playbook: 'original',
        limit: 500,
      },
    ]);
  });

  it('of what somebody else is putting back says that it is queued, and puts nothing back', async () => {
    settle();
    world.dead = [];
    world.underway = ['inquiry.raw.v1.dlq.normalize-inquiry/0/7'];
    expect(await call('POST', '/admin/retry/L-001')).toMatchObject({
      status: 202,
      body: { status: 'queued', replayed: 0, underway: 1 },
    });
  });

  it('of what did not fail changes nothing, and says how it stands', async () => {
    settle();
    world.dead = [];
    expect(await call('POST', '/admin/retry/L-001')).toMatchObject({
      status: 200,
      body: { status: 'assigned', replayed: 0 },
    });
  });
});
