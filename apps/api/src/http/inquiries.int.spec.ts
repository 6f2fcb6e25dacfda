import { randomUUID } from 'node:crypto';
import {
  decisionJournal,
  effectRequested,
  effectSettled,
  headerNames,
  inquiryAssigned,
  inquiryCommand,
  inquiryNormalized,
  inquiryRaw,
  inquiryRouted,
  inquiryScored,
} from '@sluice/contracts';
import { randomName, testInfrastructure } from '@sluice/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPartitions } from '../adapters/partitions.ts';
import { createProjector } from '../adapters/project.ts';
import { ADA, CLERK, startApiService, type ApiService } from '../testing/api-service.ts';
import { createTestLog } from '../testing/logged-events.ts';

const log = createTestLog();
let service: ApiService;

interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

const ask = async (path: string, key = ADA): Promise<Answer> => {
  const answer = await fetch(`${service.url}${path}`, { headers: { authorization: `Bearer ${key}` } });
  return { status: answer.status, body: (await answer.json()) as Answer['body'] };
};

const RECEIVED = '2026-10-01T09:00:00.000Z';
/** An inquiry, something of which happened so many days after it came in. */
const inquiryWith = async (days: number, over: object = {}): Promise<{ inquiryId: string; decisionId: string }> => {
  const [inquiryId, decisionId, effectId] = [randomUUID(), randomUUID(), randomUUID()];
  const about = { inquiryId, conversationId: randomUUID(), ...over };
  const at = (time: string) => ({ time, headers: { [headerNames.playbook]: 'a'.repeat(64) } });
  const late = new Date(Date.parse(RECEIVED) + days * 86_400_000).toISOString();
  await createProjector(service.postgres, {
    schema: service.schema,
    partitions: createPartitions(service.postgres, service.schema),
  })([
    log.golden(inquiryRaw.v1.type, { inquiryId, receivedAt: RECEIVED }, at(RECEIVED)),
    log.golden(decisionJournal.v1.type, { inquiryId, decisionId }, at(RECEIVED)),
    ...[inquiryNormalized, inquiryScored, inquiryRouted, inquiryAssigned].map(({ v1: { type } }) =>
      log.golden(type, about, at(RECEIVED)),
    ),
    log.golden(effectRequested.v1.type, { ...about, effectId }, at(RECEIVED)),
    log.golden(effectSettled.v1.type, { ...about, effectId, state: 'confirmed' }, at(RECEIVED)),
    log.golden(inquiryCommand.v1.type, { inquiryId, command: { do: 'reply' } }, at(late)),
  ]);
  return { inquiryId, decisionId };
};

beforeAll(async () => {
  service = await startApiService(testInfrastructure().postgresUrl, randomName('inquiries'));
});
afterAll(() => service.close());

describe('an inquiry to which something happened long after it came in', () => {
  // Milliseconds of 24.9 days are more than 32 bits hold.
  it.each([1, 24.9, 400])(
    'is told after %d days, alone, in a page, with its clocks and its explanation',
    async (days) => {
      const { inquiryId } = await inquiryWith(days);
      const tookMs = days * 86_400_000;
      expect(await ask(`/v1/inquiries/${inquiryId}`)).toMatchObject({ status: 200, body: { tookMs } });
      expect(await ask('/v1/inquiries?limit=500')).toMatchObject({
        status: 200,
        body: { data: expect.arrayContaining([expect.objectContaining({ inquiryId, tookMs })]) as object },
      });
      for (const path of [`/v1/inquiries/${inquiryId}/clocks`, `/v1/decisions/${inquiryId}/explain`])
        expect((await ask(path)).status).toBe(200);
    },
  );
});

describe('the explanation', () => {
  it('is found by the inquiry and by each decision on it, with what was written for those who may read it', async () => {
    const { inquiryId, decisionId } = await inquiryWith(0);
    const [byInquiry, byDecision, clerk] = await Promise.all([
      ask(`/v1/decisions/${inquiryId}/explain`),
      ask(`/v1/decisions/${decisionId}/explain`),
      ask(`/v1/decisions/${decisionId}/explain`, CLERK),
    ]);
    expect(byDecision).toEqual(byInquiry);
    expect(byInquiry.body).toMatchObject({
      content: 'shown',
      truncated: false,
      inquiry: { inquiryId, state: 'assigned', settled: true },
      stages: [{ decisionId, facts: expect.anything() as unknown }],
      effects: [{ state: 'confirmed' }],
    });
    expect(clerk.body).toMatchObject({ content: 'hidden: this key lacks the scope inquiries:content' });
    const timeline = clerk.body['timeline'] as readonly { readonly topic: string; readonly data: object }[];
    expect(timeline.map(({ topic }) => topic)).toContain(inquiryRaw.v1.type);
    for (const { data } of timeline)
      expect(Object.keys(data).filter((name) => ['contact', 'content', 'attachments', 'facts'].includes(name))).toEqual(
        [],
      );
  });

  it('is told to be missing where there is none', async () => {
    expect((await ask(`/v1/decisions/${randomUUID()}/explain`)).status).toBe(404);
  });
});

describe('the list', () => {
  it('is read by pages, each from where the one before ended', async () => {
    const queue = randomName('queue');
    const wanted: string[] = [];
    for (let n = 0; n < 5; n += 1) {
      const routing = { ...(log.golden(inquiryRouted.v1.type).data as { routing: object }).routing, queue };
      wanted.push((await inquiryWith(0, { routing })).inquiryId);
    }
    const seen: unknown[] = [];
    let path: string | null = `/v1/inquiries?queue=${queue}&limit=2`;
    while (path) {
      const { status, body } = await ask(path);
      expect(status).toBe(200);
      seen.push(...(body['data'] as readonly { readonly inquiryId: string }[]).map(({ inquiryId }) => inquiryId));
      const next = body['next_cursor'];
      path = typeof next === 'string' ? `/v1/inquiries?queue=${queue}&limit=2&cursor=${next}` : null;
    }
    expect([...seen].sort()).toEqual([...wanted].sort());
  });
});
