import { deadLetterHeaderNames, headerNames, inquiryEnriched, inquiryNormalized, inquiryRaw } from '@sluice/contracts';
import { TransientError } from '@sluice/kernel';
import { createPostgres, migrate, type Database } from '@sluice/persistence';
import { RefusedRecordsError, type ProducedRecord, type ProjectedEvent } from '@sluice/stage';
import { onePlaybook } from '@sluice/stage/testing';
import { randomName, testInfrastructure } from '@sluice/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { recordTelemetry, type RecordedTelemetry } from '../../../../libs/stage/src/testing/recorded-telemetry.ts';
import { openReadModel } from '../entities.ts';
import { apiSchema } from '../migrations.ts';
import { createTestLog } from '../testing/logged-events.ts';
import { createDeadLetters, type DeadLetterPosition, type DeadLetters, type ReplayOrder } from './dead-letters.ts';
import { createPartitions } from './partitions.ts';
import { createProjector } from './project.ts';
import { createReadModel } from './read-model.ts';

const { postgresUrl: url } = testInfrastructure();
const schema = randomName('dead');
const log = createTestLog();
const published: ProducedRecord[] = [];
/** What the log does instead of taking records, while somebody says so. */
let publish: ((records: readonly ProducedRecord[]) => Promise<void>) | null = null;
let postgres: Database;
let telemetry: RecordedTelemetry;
let deadLetters: DeadLetters;

const inquiryId = '11111111-1111-5111-8111-111111111111';
const [broken, mended] = ['b'.repeat(64), 'm'.repeat(64)];

const project = (events: readonly ProjectedEvent[]): Promise<void> =>
  createProjector(postgres, { schema, partitions: createPartitions(postgres, schema) })(events);

beforeAll(async () => {
  telemetry = recordTelemetry();
  postgres = createPostgres({ url });
  await migrate({ url, schema, migrations: apiSchema.migrations });
  await project([
    log.golden(inquiryRaw.v1.type, { inquiryId, brand: 'default', source: 'mail' }),
    log.deadLetter(inquiryEnriched.v1.type, 'score-inquiry', {
      inquiryId,
      headers: { [headerNames.playbook]: broken, [deadLetterHeaderNames.playbook]: broken },
    }),
    // What came in bears no stamp of its own yet.
    log.deadLetter(inquiryRaw.v1.type, 'normalize-inquiry', {
      inquiryId,
      headers: { [deadLetterHeaderNames.playbook]: broken },
    }),
  ]);
  const { active } = onePlaybook(null, mended);
  deadLetters = createDeadLetters(openReadModel(postgres, schema), {
    transport: {
      publish: async (records) => {
        await publish?.(records);
        published.push(...records);
      },
    },
    playbooks: {
      active: async (selector) => {
        expect(selector).toEqual({ brand: 'default', source: 'mail' });
        return active(selector);
      },
    },
  });
});
beforeEach(async () => {
  published.splice(0);
  publish = null;
  await postgres.query(
    `update "${schema}".dead_letter set replayed_at = null, expired_at = null, replay_id = null, replay_by = null, replay_until = null`,
  );
});
afterAll(async () => {
  await postgres.query(`drop schema if exists "${schema}" cascade`);
  await postgres.close();
  await telemetry.stop();
});

const replay = (playbook: ReplayOrder['playbook']) =>
  deadLetters.replay({ who: 'ada', why: 'a test', dryRun: false, limit: 10, playbook });
const stamps = () => published.map(({ topic, headers }) => [topic, String(headers[headerNames.playbook])]).sort();

describe('putting dead letters back', () => {
  it('has them decided by the version they failed by, when that is asked for', async () => {
    await replay('original');
    expect(stamps()).toEqual([
      ['inquiry.enriched.v1', broken],
      ['inquiry.raw.v1', broken],
    ]);
  });

  it('has them decided by the version that is in force now, when that is asked for', async () => {
    await replay('active');
    expect(stamps()).toEqual([
      ['inquiry.enriched.v1', mended],
      ['inquiry.raw.v1', mended],
    ]);
  });

  it('puts back what failed of one inquiry, once, and nothing of another', async () => {
    const [mine, other] = [inquiryId, '22222222-2222-5222-8222-222222222222'];
    const of = (id: string) =>
      deadLetters.replay({ who: 'ada', why: 'a test', dryRun: false, limit: 10, playbook: 'original', inquiryId: id });
    expect([
      (await of(other)).replayed.length,
      (await of(mine)).replayed.length,
      (await of(mine)).replayed.length,
    ]).toEqual([0, 2, 0]);
    expect(await deadLetters.list({ inquiryId: other, limit: 10 })).toEqual({ data: [], next: null });
  });

  it('leaves out what can not be put back any more, and names it', async () => {
    await postgres.query(`update "${schema}".dead_letter set expired_at = now() where stage = 'score-inquiry'`);
    const replayed = await replay('original');
    expect(replayed).toMatchObject({ selected: 1, expired: [expect.stringContaining('score-inquiry') as string] });
    expect(published).toHaveLength(1);
  });

  it('is measured: what lies there, and what was put back', async () => {
    const measured = async (metric: string): Promise<number> =>
      ((await telemetry.metrics()).get(metric)?.dataPoints ?? [])
        .filter(({ attributes }) => attributes['stage'] === 'score-inquiry')
        .reduce((sum, { value }) => sum + Number(value), 0);
    const [depth, putBack] = [await measured('sluice_dlq_depth'), await measured('sluice_dlq_replayed')];
    await replay('original');
    expect(depth).toBe(1);
    expect(await measured('sluice_dlq_replayed')).toBe(putBack + 1);
    expect(await measured('sluice_dlq_depth')).toBe(0);
  });

  it('keeps the accounts: what was put back is on its way once more', async () => {
    const model = createReadModel(openReadModel(postgres, schema));
    const id = '33333333-3333-5333-8333-333333333333';
    await project([
      log.golden(inquiryRaw.v1.type, { inquiryId: id, brand: 'default', source: 'mail' }),
      log.deadLetter(inquiryNormalized.v1.type, 'enrich-inquiry', { inquiryId: id }),
    ]);
    const before = await model.summary();
    await deadLetters.replay({
      who: 'ada',
      why: 'a test',
      dryRun: false,
      limit: 10,
      playbook: 'original',
      inquiryId: id,
    });
    expect(await model.summary()).toMatchObject({
      deadLettered: before.deadLettered - 1,
      inFlight: before.inFlight + 1,
    });
  });

  it('leaves nothing of the failure on them, and notes who asked for which version', async () => {
    await replay('active');
    expect(published.flatMap(({ headers }) => Object.keys(headers)).filter((name) => name.includes('errors'))).toEqual(
      [],
    );
    const [audit] = await postgres.query(`select who, detail from "${schema}".audit order by id desc limit 1`);
    expect([audit?.['who'], JSON.parse(String(audit?.['detail']))]).toMatchObject(['ada', { playbook: 'active' }]);
  });
});

describe('putting the same dead letters back', () => {
  const by = (who: string, over: Partial<ReplayOrder> = {}) =>
    deadLetters.replay({ who, why: 'a test', dryRun: false, limit: 10, playbook: 'original', inquiryId, ...over });
  const idsOf = async () =>
    (await deadLetters.list({ inquiryId, limit: 10 })).data.map((one) => (one as { readonly id: string }).id).sort();

  it('at the same time is done by one of those who ask, and the other is told that it is being done, and by whom', async () => {
    const ids = await idsOf();
    const answers = await Promise.all(['ada', 'bob', 'cyd'].map((who) => by(who)));
    expect(published).toHaveLength(2);
    expect(answers.flatMap(({ replayed }) => replayed).sort()).toEqual(ids);
    expect(await idsOf()).toEqual(ids);
  });

  it('while another is at it publishes nothing, and says who is', async () => {
    const ids = await idsOf();
    const [whilePublishing, ended] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    publish = () => {
      whilePublishing.resolve();
      return ended.promise;
    };
    const first = by('ada');
    await whilePublishing.promise;
    const second = await by('bob');
    const third = await by('bob', { dryRun: true });
    ended.resolve();
    expect(await first).toMatchObject({ selected: 2, replayed: expect.arrayContaining(ids) as string[], underway: [] });
    for (const told of [second, third]) {
      expect(told).toMatchObject({ selected: 0, replayed: [] });
      expect([...told.underway].sort((a, b) => (a.id < b.id ? -1 : 1))).toEqual(
        ids.map((id) => ({ id, by: 'ada', until: expect.any(String) as string })),
      );
    }
    expect(published).toHaveLength(2);
  });

  it('after another has done it says who did, and when, to those who name them', async () => {
    const ids = await idsOf();
    await by('ada');
    const told = await by('bob', { ids, inquiryId: undefined });
    expect(told).toMatchObject({ selected: 0, replayed: [], underway: [] });
    expect([...told.before].sort((a, b) => (a.id < b.id ? -1 : 1))).toEqual(
      ids.map((id) => ({ id, by: 'ada', at: expect.any(String) as string })),
    );
    expect((await by('bob', { inquiryId: undefined, stage: 'score-inquiry' })).before).toEqual([]);
    expect(published).toHaveLength(2);
  });

  it('is possible at once where the log did not take them', async () => {
    publish = async () => {
      throw new TransientError('publishing: no broker');
    };
    await expect(by('ada')).rejects.toThrow(TransientError);
    publish = null;
    expect(await by('bob')).toMatchObject({ selected: 2, underway: [] });
    expect(published).toHaveLength(2);
  });

  it('is possible again after whoever was at it has died', async () => {
    const [whilePublishing, died] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    publish = () => {
      whilePublishing.resolve();
      return died.promise;
    };
    const dead = by('ada');
    await whilePublishing.promise;
    expect((await by('bob')).underway).toHaveLength(2);
    await postgres.query(`update "${schema}".dead_letter set replay_until = now() - interval '1 second'`);
    publish = null;
    expect(await by('cyd')).toMatchObject({ selected: 2, underway: [] });
    // Alive after all: what another has put back meanwhile is not noted again.
    const { deadLettered } = await createReadModel(openReadModel(postgres, schema)).summary();
    died.resolve();
    await dead;
    expect((await createReadModel(openReadModel(postgres, schema)).summary()).deadLettered).toBe(deadLettered);
    expect((await by('bob')).selected).toBe(0);
  });

  it('puts back the others where the log does not take one of them, and names that', async () => {
    const refusing = 'inquiry.raw.v1';
    publish = async (records) => {
      if (records.some(({ topic }) => topic === refusing))
        throw new RefusedRecordsError('publishing: too large', { reason: 'MESSAGE_TOO_LARGE' });
    };
    const told = await by('ada');
    expect(told).toMatchObject({
      selected: 2,
      replayed: [expect.stringContaining('inquiry.enriched.v1') as string],
      refused: [{ id: expect.stringContaining(refusing) as string, reason: 'MESSAGE_TOO_LARGE' }],
    });
    publish = null;
    expect((await by('bob')).replayed).toEqual(told.refused.map(({ id }) => id));
  });
});

describe('dead letters', () => {
  it('are shown newest first, some at a time, none twice and none left out', async () => {
    await project(
      Array.from({ length: 7 }, (_, at) =>
        log.deadLetter(inquiryRaw.v1.type, 'normalize-inquiry', {
          inquiryId,
          headers: { [deadLetterHeaderNames.fingerprint]: 'paged', n: String(at) },
        }),
      ),
    );
    const seen: unknown[] = [];
    let after: DeadLetterPosition | undefined;
    do {
      const page = await deadLetters.list({ fingerprint: 'paged', limit: 3, after });
      seen.push(...page.data.map((letter) => (letter as { readonly id: string }).id));
      after = page.next ?? undefined;
    } while (after);
    expect(seen).toHaveLength(7);
    expect(new Set(seen).size).toBe(7);
  });
});
