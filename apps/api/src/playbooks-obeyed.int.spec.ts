import { scoreInquiry } from '@sluice/classifier';
import {
  decisionJournal,
  headerNames,
  inquiryNormalized,
  inquiryRaw,
  inquiryRouted,
  type InquiryRaw,
} from '@sluice/contracts';
import { enrichInquiry } from '@sluice/enricher';
import { normalizeInquiry } from '@sluice/ingest';
import { systemClock, uuidV5, type InquiryId } from '@sluice/kernel';
import { createPlaybookSource, createPostgres, type Postgres } from '@sluice/persistence';
import { parsePlaybook, type Playbook } from '@sluice/policy';
import { followConversation } from '@sluice/router';
import { headerOf, runStage, type PlaybookSource, type Runnable } from '@sluice/stage';
import { memoryStateStore, plainCodec } from '@sluice/stage/testing';
import { eventually, randomName, testInfrastructure } from '@sluice/testing';
import { createMemoryTransport, MemoryLog } from '@sluice/transport';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ADA, startApiService, type ApiService } from './testing/api-service.ts';

const { postgresUrl } = testInfrastructure();
const schema = randomName('obeyed');
const log = new MemoryLog({ partitions: 4 });
const pools: Postgres[] = [];
const runners: Runnable[] = [];
let service: ApiService;
/** While it is shut no inquiry gets past the model. */
const model = Promise.withResolvers<undefined>();

const textOf = (version: number): string => `name: obeyed
description: Says in its queue and its score which version it is.
taxonomy: { categories: [{ name: lead, priority: normal }], fallback: lead, priorities: [normal] }
model: { small: { name: m, inputPerMillionUsd: 0, outputPerMillionUsd: 0 }, dailyBudgetUsd: 0 }
gates: { reviewBelow: 0.1 }
rubric: { components: [{ rule: version, when: "true", points: ${version}, input: "true", from: rule }] }
routes: [{ id: all, when: "true", queue: queue-${version}, notify: false }]
sinks: { slack: { mode: "off", otherwise: "#all" } }
retention: { rawDays: 30 }`;

const ask = async (method: string, path: string, body: object): Promise<void> => {
  const answer = await fetch(`${service.url}/v1/playbooks/obeyed${path}`, {
    method,
    body: JSON.stringify({ reason: 'a test', ...body }),
    headers: { authorization: `Bearer ${ADA}`, 'content-type': 'application/json', 'if-match': '*' },
  });
  expect([path, answer.ok]).toEqual([path, true]);
};

const raw = (name: string): InquiryRaw =>
  inquiryRaw.v1.parse({
    inquiryId: uuidV5('obeyed', name),
    brand: 'default',
    source: 'form',
    channel: 'form',
    receivedAt: '2026-11-21T09:00:00.000Z',
    attachments: [],
    contact: {
      email: `${name}@initech.example`,
      name: null,
      phone: null,
      company: null,
      title: null,
      website: null,
      country: null,
    },
    content: {
      sourceEventId: name,
      threadId: null,
      subject: name,
      text: `We need seats for ${name}.`,
      metadata: {},
      mail: null,
    },
  });

const idsOf = (batch: string, count: number): readonly string[] =>
  Array.from({ length: count }, (_, at) => `${batch}-${at}`);

const send = (names: readonly string[]) =>
  createMemoryTransport(log).publish(
    names.map(raw).map((data) => ({
      topic: inquiryRaw.v1.type,
      key: data.inquiryId,
      value: Buffer.from(JSON.stringify(data)),
      headers: {
        [headerNames.id]: data.inquiryId,
        [headerNames.subject]: data.inquiryId,
        [headerNames.source]: '/sluice/sources/form',
        [headerNames.brand]: 'default',
      },
    })),
  );

const normalizedCount = () => log.records(inquiryNormalized.v1.type).length;
const stampsOf = (topic: string) => log.records(topic).map(({ headers }) => headerOf(headers, headerNames.playbook));
const routed = () =>
  log.records(inquiryRouted.v1.type).map(({ value }) => inquiryRouted.v1.parse(JSON.parse(String(value))));
const queueOf = (name: string): string | undefined =>
  routed().find(({ inquiryId }) => inquiryId === uuidV5('obeyed', name))?.routing.queue;

const nobody = {
  lookUp: async () => ({ provider: 'none', status: 'skipped' as const, tookMs: 0, costUsd: 0, value: null }),
};

const startPod = async (states: ReturnType<typeof memoryStateStore>): Promise<void> => {
  const postgres = createPostgres({ url: postgresUrl, max: 2 });
  pools.push(postgres);
  const playbooks: PlaybookSource<Playbook> = createPlaybookSource(postgres, { parse: parsePlaybook, schema });
  const world = {
    transport: createMemoryTransport(log),
    codec: plainCodec(),
    clock: systemClock,
    playbooks,
    stateStore: states,
  };
  const parser = {
    parse: async ({ contact, content }: InquiryRaw) =>
      ({
        kind: 'parsed',
        contact,
        contactId: null,
        subject: content.subject,
        text: content.text ?? '',
        removed: [],
        language: { code: 'en', confidence: 1 },
        messageId: null,
        inReplyTo: [],
        references: [],
        signs: null,
      }) as const,
  };
  const reader = { read: async () => model.promise.then(() => ({ kind: 'not-asked' }) as const) };
  const pod = [
    runStage({ ...world, stage: normalizeInquiry, ports: { parser } }),
    runStage({ ...world, stage: enrichInquiry, ports: { companies: nobody, websites: nobody } }),
    runStage({ ...world, stage: scoreInquiry, ports: { reader } }),
    runStage({ ...world, stage: followConversation, ports: {} }),
  ];
  runners.push(...pod);
  await Promise.all(pod.map((runner) => runner.start()));
};

beforeAll(async () => {
  service = await startApiService(postgresUrl, schema);
  await ask('PUT', '', { playbook: textOf(1) });
  await ask('POST', '/activate', { version: 1, bindings: [{ brand: '*', source: '*' }] });
  const states = memoryStateStore();
  await Promise.all([startPod(states), startPod(states)]);
});
afterAll(async () => {
  model.resolve(undefined);
  await Promise.all(runners.map((runner) => runner.drain()));
  await Promise.all(pools.map((pool) => pool.close()));
  await service.close();
});

it('a playbook that is activated while 500 inquiries are on their way: each finishes on the version it began with, what comes later has the new one, and no pod was started again', async () => {
  const [before, during, after] = [idsOf('before', 500), idsOf('during', 50), idsOf('after', 100)];
  await send(before);
  await eventually(() => expect(normalizedCount()).toBe(500), { within: 20_000 });
  await ask('PUT', '', { playbook: textOf(2) });
  await ask('POST', '/activate', { version: 2 });
  const activatedAt = performance.now();
  const [hashOfOne] = stampsOf(inquiryNormalized.v1.type);

  // One after the other until a pod obeys; then all do within what is promised.
  let seen = 0;
  await eventually(
    async () => {
      await send(during.slice(seen, seen + 1));
      seen += 1;
      await eventually(() => expect(normalizedCount()).toBe(500 + seen), { within: 2_000 });
      expect(new Set(stampsOf(inquiryNormalized.v1.type)).size).toBe(2);
    },
    { within: 5_000 },
  );
  await eventually(() => expect(performance.now() - activatedAt).toBeGreaterThan(5_000), { within: 6_000 });
  await send(after);
  model.resolve(undefined);

  await eventually(() => expect(routed()).toHaveLength(600 + seen), { within: 60_000 });
  expect(new Set(before.map(queueOf))).toEqual(new Set(['queue-1']));
  expect(new Set(after.map(queueOf))).toEqual(new Set(['queue-2']));

  // One version per inquiry, in every decision that was made about it, and in what was decided.
  const byInquiry = Map.groupBy(
    log.records(decisionJournal.v1.type).map(({ value }) => decisionJournal.v1.parse(JSON.parse(String(value)))),
    ({ inquiryId }) => inquiryId,
  );
  expect(
    [...byInquiry.values()].map((entries) => [entries.length, new Set(entries.map(({ playbook }) => playbook)).size]),
  ).toEqual(Array.from({ length: 600 + seen }, () => [4, 1]));
  const mixed = routed().filter(({ routing, decision }) => routing.queue !== `queue-${decision.score}`);
  expect(mixed).toEqual([]);
  expect(byInquiry.get(uuidV5('obeyed', before[0] ?? '') as InquiryId)?.[0]?.playbook).toBe(hashOfOne);
}, 120_000);
