import { randomUUID } from 'node:crypto';
import {
  effectRequested,
  headerNames,
  inquiryAssigned,
  inquiryDropped,
  inquiryNormalized,
  inquiryRaw,
  inquiryScored,
  slaAtRisk,
  slaClocksMoved,
} from '@sluice/contracts';
import { parsePlaybook } from '@sluice/policy';
import { aDocument } from '@sluice/policy/testing';
import { randomName, testInfrastructure } from '@sluice/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ADA, startApiService, type ApiService } from '../testing/api-service.ts';
import { createTestLog, goldenOf } from '../testing/logged-events.ts';
import { createPartitions } from './partitions.ts';
import { createProjector } from './project.ts';
import { createRetentionRun } from './retention.ts';

const NOW = '2026-11-26T12:00:00.000Z';
const DAY_MS = 86_400_000;
const daysAgo = (days: number): number => Date.parse(NOW) - days * DAY_MS;

const log = createTestLog();
const warned: object[] = [];
let service: ApiService;

const run = (retention: object, limit = 1_000) =>
  createRetentionRun(service.postgres, {
    schema: service.schema,
    partitions: createPartitions(service.postgres, service.schema),
    playbooksInForce: async () => [parsePlaybook(aDocument({ retention: { rawDays: 30, ...retention } }))],
    clock: { now: () => NOW },
    logger: { info: () => undefined, warn: (what: object) => void warned.push(what) },
    limit,
  });

/** An inquiry of which everything was logged so many days ago. */
const wayOf = async (days: number, types: readonly string[], over: object = {}): Promise<string> => {
  const inquiryId = randomUUID();
  const timestamp = daysAgo(days);
  const options = { timestamp, headers: { [headerNames.playbook]: 'a'.repeat(64) } };
  const receivedAt = new Date(timestamp).toISOString();
  await createProjector(service.postgres, {
    schema: service.schema,
    partitions: createPartitions(service.postgres, service.schema),
  })(types.map((type) => log.golden(type, { inquiryId, receivedAt, ...over }, options)));
  return inquiryId;
};
const open = (days: number) => wayOf(days, [inquiryRaw.v1.type, inquiryScored.v1.type, inquiryAssigned.v1.type]);

const ask = async (path: string) => {
  const answer = await fetch(`${service.url}${path}`, { headers: { authorization: `Bearer ${ADA}` } });
  return { status: answer.status, body: (await answer.json()) as Readonly<Record<string, unknown>> };
};
const partitions = async (): Promise<readonly string[]> =>
  (
    await service.postgres.query(
      `select child.relname as name from pg_inherits join pg_class child on child.oid = inhrelid join pg_namespace n on n.oid = child.relnamespace where n.nspname = $1 and child.relkind = 'r' order by 1`,
      [service.schema],
    )
  ).map(({ name }) => String(name));

beforeAll(async () => {
  service = await startApiService(testInfrastructure().postgresUrl, randomName('retention'));
});
beforeEach(() => warned.splice(0));
afterAll(() => service.close());

describe('personal data that is older than the playbooks allow', () => {
  it('goes, and what was decided without it stays and is told', async () => {
    const [old, young] = [await open(31), await open(29)];
    await run({})();
    const [gone, kept] = [await ask(`/v1/decisions/${old}/explain`), await ask(`/v1/decisions/${young}/explain`)];
    expect(gone).toMatchObject({
      status: 200,
      body: {
        content: expect.stringMatching(/^expired: older than the playbooks keep it/u) as string,
        inquiry: { state: 'assigned', category: expect.any(String) as string },
        decision: { category: expect.any(String) as string },
      },
    });
    expect(JSON.stringify(gone.body)).not.toContain('"contact"');
    expect(kept).toMatchObject({ status: 200, body: { content: 'shown' } });
    expect(JSON.stringify(kept.body)).toContain('"contact"');
  });

  it('goes by the day, not before its last moment is too old', async () => {
    const before = await partitions();
    await open(10);
    await run({ rawDays: 10 })();
    expect(await partitions()).toContain('event_content_2026_11_16');
    await run({ rawDays: 9 })();
    expect(await partitions()).not.toContain('event_content_2026_11_16');
    expect(before.length).toBeGreaterThan(0);
  });

  it('goes from dead letters too: they can not be put back any more, and those who look are told', async () => {
    const inquiryId = randomUUID();
    const letter = log.deadLetter(inquiryRaw.v1.type, 'normalize-inquiry', { inquiryId, value: 'Jane Roe' });
    await createProjector(service.postgres, {
      schema: service.schema,
      partitions: createPartitions(service.postgres, service.schema),
    })([{ ...letter, record: { ...letter.record, timestamp: daysAgo(31) } }]);
    await run({})();
    expect(warned).toEqual([{ stage: 'normalize-inquiry', deadLetters: 1 }]);
    const [row] = await service.postgres.query(
      `select row_to_json(l)::text as whole from "${service.schema}".dead_letter l where inquiry_id = $1`,
      [inquiryId],
    );
    expect(row?.['whole']).not.toContain(Buffer.from('Jane Roe').toString('hex'));
    expect((await ask(`/v1/dlq?inquiryId=${inquiryId}`)).body['data']).toEqual([
      expect.objectContaining({ bytes: 8, expiredAt: expect.any(String) as string, replayedAt: null }),
    ]);
    await run({})();
    expect(warned).toHaveLength(1);
  });
});

describe('what is older than retention.auditDays', () => {
  it('goes: an inquiry that is known and can not be explained any more says so, and why', async () => {
    const old = await open(200);
    await run({ auditDays: 100 })();
    for (const path of [`/v1/decisions/${old}/explain`, `/v1/inquiries/${old}/clocks`])
      expect(await ask(path)).toMatchObject({
        status: 410,
        body: { title: 'Gone', detail: expect.stringContaining('retention.auditDays') as string },
      });
    expect(await ask(`/v1/inquiries/${old}`)).toMatchObject({ status: 200, body: { state: 'assigned' } });
  });

  it('keeps how an inquiry stands for as long as it is open, and forgets one that is over', async () => {
    const stillOpen = await open(200);
    const over = await wayOf(200, [inquiryRaw.v1.type, effectRequested.v1.type, inquiryDropped.v1.type], {
      reason: 'spam',
      effectId: randomUUID(),
    });
    const overLately = await wayOf(99, [inquiryRaw.v1.type, inquiryDropped.v1.type], { reason: 'spam' });
    await run({ auditDays: 100 })();
    expect((await ask(`/v1/inquiries/${stillOpen}`)).status).toBe(200);
    expect((await ask(`/v1/inquiries/${over}`)).status).toBe(404);
    expect((await ask(`/v1/inquiries/${overLately}`)).status).toBe(200);
    expect(
      await service.postgres.query(`select 1 from "${service.schema}".effect where inquiry_id = $1`, [over]),
    ).toEqual([]);
  });

  it('changes nothing of the accounts', async () => {
    const before = (await ask('/v1/summary')).body;
    await wayOf(200, [inquiryRaw.v1.type, inquiryDropped.v1.type], { reason: 'spam' });
    const after = (await ask('/v1/summary')).body;
    await run({ rawDays: 1, auditDays: 1 })();
    expect(Number(after['raw'])).toBe(Number(before['raw']) + 1);
    expect((await ask('/v1/summary')).body).toEqual(after);
  });

  it('takes promises that are over, once the log holds none of their events any more, and none that runs', async () => {
    const promisesOf = async (inquiryId: string) =>
      (
        await service.postgres.query(`select status from "${service.schema}".sla_promise where inquiry_id = $1`, [
          inquiryId,
        ])
      ).map(({ status }) => status);
    const golden = goldenOf(slaClocksMoved.v1.type)['moves'] as readonly object[];
    const moves = (over: object) => ({
      conversationId: randomUUID(),
      moves: golden.slice(0, 1).map((one) => ({ ...one, ...over })),
    });
    const stopped = { change: 'stopped', status: 'stopped', dueAt: null };
    const [old, young, running, unstarted] = [
      await wayOf(31, [slaClocksMoved.v1.type], moves(stopped)),
      await wayOf(29, [slaClocksMoved.v1.type], moves(stopped)),
      await wayOf(200, [slaClocksMoved.v1.type], moves({})),
      await wayOf(31, [slaAtRisk.v1.type], { conversationId: randomUUID() }),
    ];
    await run({})();
    expect(await Promise.all([old, young, running, unstarted].map(promisesOf))).toEqual([
      [],
      ['stopped'],
      ['running'],
      [],
    ]);
    await run({ auditDays: 20 })();
    expect(await Promise.all([young, running].map(promisesOf))).toEqual([[], ['running']]);
  });

  it('goes some at a time', async () => {
    for (let n = 0; n < 3; n += 1) await wayOf(200, [inquiryRaw.v1.type, inquiryDropped.v1.type], { reason: 'spam' });
    const once = run({ auditDays: 100 }, 2);
    expect([await once(), await once()]).toEqual(['again', 'rest']);
  });
});

describe('retention', () => {
  it('makes the partitions of the next days before they are needed', async () => {
    await run({})();
    expect(await partitions()).toEqual(
      expect.arrayContaining(['event_2026_11', 'event_content_2026_11_26', 'event_content_2026_11_29']),
    );
  });

  it('deletes nothing while no playbook is in force: nobody has said how long', async () => {
    const old = await open(2_000);
    await createRetentionRun(service.postgres, {
      schema: service.schema,
      partitions: createPartitions(service.postgres, service.schema),
      playbooksInForce: async () => [],
      clock: { now: () => NOW },
      logger: { info: () => undefined, warn: () => undefined },
    })();
    expect((await ask(`/v1/decisions/${old}/explain`)).body).toMatchObject({ content: 'shown' });
  });

  it('an event that comes after its day was dropped is kept, and dropped again', async () => {
    const late = await wayOf(400, [inquiryRaw.v1.type, inquiryNormalized.v1.type]);
    expect((await ask(`/v1/decisions/${late}/explain`)).body).toMatchObject({ content: 'shown' });
    await run({})();
    expect((await ask(`/v1/decisions/${late}/explain`)).body).toMatchObject({
      content: expect.stringContaining('expired') as string,
    });
  });
});
