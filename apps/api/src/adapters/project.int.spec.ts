import { randomUUID } from 'node:crypto';
import {
  assignmentRequested,
  deadLetterHeaderNames,
  decisionJournal,
  effectRequested,
  effectSettled,
  headerNames,
  inquiryAssigned,
  inquiryCommand,
  inquiryDropped,
  inquiryEnriched,
  inquiryNormalized,
  inquiryRaw,
  inquiryRouted,
  inquiryScored,
  poolChanged,
  slaEscalated,
} from '@sluice/contracts';
import { createPostgres, migrate, type Database, type Postgres, type Row } from '@sluice/persistence';
import type { ProjectedEvent } from '@sluice/stage';
import { randomName, testInfrastructure } from '@sluice/testing';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openReadModel } from '../entities.ts';
import { apiSchema } from '../migrations.ts';
import { createTestLog } from '../testing/logged-events.ts';
import { createPartitions } from './partitions.ts';
import { createProjector } from './project.ts';
import { createReadModel, type ReadModel } from './read-model.ts';

const url = testInfrastructure().postgresUrl;
const schema = randomName('project');
let postgres: Database;
let model: ReadModel;
let log = createTestLog();

const projectorOn = (on: Postgres) => createProjector(on, { schema, partitions: createPartitions(postgres, schema) });
const project = (events: readonly ProjectedEvent[]): Promise<void> => projectorOn(postgres)(events);
const rowsOf = (table: string, inquiryId: string): Promise<readonly Row[]> =>
  postgres.query(`select * from "${schema}".${table} where inquiry_id = $1`, [inquiryId]);
const rowOf = async (inquiryId: string): Promise<Row> => (await rowsOf('inquiry', inquiryId))[0] ?? {};
const stateOf = async (inquiryId: string): Promise<unknown> => (await rowOf(inquiryId))['state'];

/** Postgres that counts what it is asked, the ends of a transaction too. */
const counting = (): { readonly on: Postgres; readonly asked: string[] } => {
  const asked: string[] = [];
  return {
    asked,
    on: {
      ...postgres,
      query: (text, values) => (asked.push(text), postgres.query(text, values)),
      transaction: (work) => {
        asked.push('begin', 'commit');
        return postgres.transaction(({ query }) =>
          work({ query: (text, values) => (asked.push(text), query(text, values)) }),
        );
      },
    },
  };
};

/** The way of one inquiry through the chain, as each topic has it. */
const wayOf = (inquiryId: string, partition = 0): readonly ProjectedEvent[] => {
  const about = { inquiryId, conversationId: randomUUID() };
  const effectId = randomUUID();
  const at = { partition, headers: { [headerNames.playbook]: 'a'.repeat(64) } };
  return [
    log.golden(inquiryRaw.v1.type, { inquiryId, receivedAt: '2026-11-21T09:00:00.000Z' }, at),
    log.golden(decisionJournal.v1.type, { inquiryId, decisionId: randomUUID(), costUsd: 0.25 }, at),
    log.golden(inquiryNormalized.v1.type, about, at),
    log.golden(inquiryEnriched.v1.type, about, at),
    log.golden(inquiryScored.v1.type, about, at),
    log.golden(inquiryRouted.v1.type, about, at),
    log.golden(assignmentRequested.v1.type, about, at),
    log.golden(inquiryAssigned.v1.type, { ...about, owner: 'ada' }, at),
    log.golden(slaEscalated.v1.type, { ...about, priority: 'urgent' }, at),
    log.golden(effectRequested.v1.type, { ...about, effectId }, at),
    log.golden(effectSettled.v1.type, { ...about, effectId, state: 'confirmed' }, at),
  ];
};

beforeAll(async () => {
  postgres = createPostgres({ url });
  await migrate({ url, schema, migrations: apiSchema.migrations });
  model = createReadModel(openReadModel(postgres, schema));
});
afterAll(async () => {
  await postgres.query(`drop schema if exists "${schema}" cascade`);
  await postgres.close();
});

describe('a batch of events', () => {
  it('costs about ten statements, however many events and inquiries it holds', async () => {
    // Partitions and progress are there: as in every batch but the first.
    await project(wayOf(randomUUID()));
    const statementsFor = async (inquiries: number): Promise<number> => {
      const { on, asked } = counting();
      const ways = Array.from({ length: inquiries }, () => wayOf(randomUUID()));
      await projectorOn(on)([
        ...ways.flat(),
        log.golden(inquiryDropped.v1.type, { inquiryId: randomUUID() }),
        log.deadLetter(inquiryRaw.v1.type, 'normalize-inquiry', { inquiryId: randomUUID() }),
      ]);
      return asked.length;
    };
    const few = await statementsFor(1);
    expect(few).toBeLessThanOrEqual(12);
    expect(await statementsFor(90)).toBeLessThanOrEqual(few);
  });

  it('changes nothing when it is delivered again, whole or in part, and by two at a time', async () => {
    const inquiryId = randomUUID();
    const way = wayOf(inquiryId);
    await project(way.slice(0, 6));
    const before = await model.summary();
    await Promise.all([project(way), project(way), project(way.slice(3))]);
    await project(way);
    const [row, events, effects] = await Promise.all([
      rowOf(inquiryId),
      rowsOf('event', inquiryId),
      rowsOf('effect', inquiryId),
    ]);
    expect(row).toMatchObject({ state: 'assigned', cost_usd: 0.25 });
    expect([events.length, effects.length]).toEqual([way.length, 1]);
    expect(await model.summary()).toEqual(before);
  });

  it('is made whole by a later delivery, where one of its events had to be passed over', async () => {
    const inquiryId = randomUUID();
    const [first, passedOver, last] = wayOf(inquiryId, 3)
      .filter(({ type }) => type === decisionJournal.v1.type)
      .concat(
        Array.from({ length: 2 }, () =>
          log.golden(decisionJournal.v1.type, { inquiryId, decisionId: randomUUID(), costUsd: 0.25 }, { partition: 3 }),
        ),
      );
    if (!first || !passedOver || !last) throw new Error('three journals');
    await project([first, last]);
    expect(await rowOf(inquiryId)).toMatchObject({ cost_usd: 0.5 });
    for (let time = 0; time < 2; time += 1) {
      await project([first, passedOver]);
      await project([last]);
    }
    expect(await rowOf(inquiryId)).toMatchObject({ cost_usd: 0.75 });
    expect(await rowsOf('event', inquiryId)).toHaveLength(3);
  });

  it('knows an inquiry and an effect by their ids, however they are written', async () => {
    const [inquiryId, effectId] = [randomUUID(), randomUUID()];
    await project([
      log.golden(inquiryRaw.v1.type, { inquiryId }),
      log.golden(inquiryNormalized.v1.type, { inquiryId: inquiryId.toUpperCase() }),
      log.golden(effectRequested.v1.type, { inquiryId, effectId }),
      log.golden(effectSettled.v1.type, { inquiryId, effectId: effectId.toUpperCase(), state: 'confirmed' }),
    ]);
    expect(await model.inquiry(inquiryId)).toMatchObject({ state: 'normalized', effects: [{ state: 'confirmed' }] });
  });

  it('is counted once: raw = routed + dropped + dead-lettered + in flight', async () => {
    const before = await model.summary();
    const [routed, dropped, stuck, onItsWay] = Array.from({ length: 4 }, () => randomUUID());
    const events = [
      ...wayOf(routed ?? ''),
      log.golden(inquiryRaw.v1.type, { inquiryId: dropped }),
      log.golden(inquiryDropped.v1.type, { inquiryId: dropped, reason: 'spam' }),
      log.golden(inquiryRaw.v1.type, { inquiryId: stuck }),
      log.deadLetter(inquiryRaw.v1.type, 'normalize-inquiry', { inquiryId: stuck ?? '' }),
      log.golden(inquiryRaw.v1.type, { inquiryId: onItsWay }),
      // Beside the way of an inquiry: accounts for none.
      log.deadLetter(inquiryCommand.v1.type, 'note-command', { inquiryId: onItsWay ?? '' }),
    ];
    await project(events);
    await project(events);
    const after = await model.summary();
    expect({
      raw: after.raw - before.raw,
      routed: after.routed - before.routed,
      dropped: after.dropped - before.dropped,
      deadLettered: after.deadLettered - before.deadLettered,
      inFlight: after.inFlight - before.inFlight,
      spam: (after.droppedBy['spam'] ?? 0) - (before.droppedBy['spam'] ?? 0),
    }).toEqual({ raw: 4, routed: 1, dropped: 1, deadLettered: 1, inFlight: 1, spam: 1 });
  });

  it('of a topic that was deleted and made anew is applied, though its offsets were had before', async () => {
    const [before, after] = [randomUUID(), randomUUID()];
    await project([
      log.event('inquiry.raw.v1', { ...rawOf(before) }, { partition: 7, id: 'first' }),
      log.event('inquiry.raw.v1', { ...rawOf(before) }, { partition: 7, id: 'second' }),
      log.deadLetter(inquiryScored.v1.type, 'follow-conversation', { inquiryId: before }),
    ]);
    const kept = log;
    log = createTestLog();
    const anew = [
      log.event('inquiry.raw.v1', { ...rawOf(after) }, { partition: 7, id: 'third' }),
      log.deadLetter(inquiryScored.v1.type, 'follow-conversation', { inquiryId: after, headers: { extra: '1' } }),
    ];
    await project(anew.map((event) => ({ ...event, record: { ...event.record, timestamp: Date.now() + 5 } })));
    log = kept;
    expect([await stateOf(after), (await rowsOf('dead_letter', after)).length]).toEqual(['dead-lettered', 1]);
    expect(await rowsOf('event', after)).toHaveLength(1);
  });

  it('finds its partitions, also where another process has dropped them', async () => {
    const old = Date.parse('2024-02-29T23:59:59.999Z');
    const apply = projectorOn(postgres);
    const inquiryId = randomUUID();
    const once = () => log.golden(inquiryRaw.v1.type, { inquiryId }, { timestamp: old });
    await apply([once()]);
    await createPartitions(postgres, schema).dropBefore('event', '2025-01-01T00:00:00.000Z');
    await createPartitions(postgres, schema).dropBefore('event_content', '2025-01-01T00:00:00.000Z');
    expect(await rowsOf('event', inquiryId)).toEqual([]);
    await apply([once()]);
    expect(await rowsOf('event', inquiryId)).toHaveLength(1);
  });
});

const rawOf = (inquiryId: string) => createTestLog().golden(inquiryRaw.v1.type, { inquiryId }).data as object;

describe('where an inquiry stands', () => {
  it('is told by whatever is furthest, in whatever order topics are heard and batches are cut', async () => {
    await fc.assert(
      fc.asyncProperty(fc.infiniteStream(fc.nat()), fc.integer({ min: 1, max: 5 }), async (choices, size) => {
        const inquiryId = randomUUID();
        // Events of one topic keep their order; the topics come as they will.
        const waiting = [...Map.groupBy(wayOf(inquiryId), ({ type }) => type).values()].map((events) => [...events]);
        const heard: ProjectedEvent[] = [];
        while (waiting.some((events) => events.length > 0)) {
          const some = waiting.filter((events) => events.length > 0);
          const chosen = some[(choices.next().value ?? 0) % some.length]?.shift();
          if (chosen) heard.push(chosen);
        }
        for (let at = 0; at < heard.length; at += size) await project(heard.slice(at, at + size));
        const found = await model.inquiry(inquiryId);
        expect(found).toMatchObject({
          state: 'assigned',
          receivedAt: '2026-11-21T09:00:00.000Z',
          owner: 'ada',
          priority: 'urgent',
          costUsd: 0.25,
          settled: true,
          effects: [{ state: 'confirmed', requestedAt: expect.any(String) as string }],
        });
      }),
      { numRuns: 40 },
    );
  });

  const eventsOf = (inquiryId: string) => ({
    raw: () => log.golden(inquiryRaw.v1.type, { inquiryId }),
    normalized: () => log.golden(inquiryNormalized.v1.type, { inquiryId }),
    letter: () => log.deadLetter(inquiryRaw.v1.type, 'normalize-inquiry', { inquiryId }),
  });

  it('is dead-lettered until it goes on, as when the mail comes of which only the id was known', async () => {
    const id = randomUUID();
    const { raw, letter, normalized } = eventsOf(id);
    const states: unknown[] = [];
    for (const events of [[raw(), letter()], [raw()], [normalized()]]) {
      await project(events);
      states.push(await stateOf(id));
    }
    expect(states).toEqual(['dead-lettered', 'dead-lettered', 'normalized']);
  });

  it('is as far as it got, where the record came after it had gone on', async () => {
    const id = randomUUID();
    const { raw, letter, normalized } = eventsOf(id);
    await project([raw(), normalized(), raw(), letter()]);
    expect(await stateOf(id)).toBe('normalized');
  });

  it('is dead-lettered, also where that is heard of before the inquiry is', async () => {
    const id = randomUUID();
    const { raw, letter } = eventsOf(id);
    await project([letter()]);
    await project([raw()]);
    expect(await rowOf(id)).toMatchObject({ state: 'dead-lettered', source: expect.any(String) as string });
  });

  it('is not changed by a repeat, nor is when it came in', async () => {
    const id = randomUUID();
    await project([
      log.golden(inquiryRaw.v1.type, { inquiryId: id, receivedAt: '2026-11-21T09:00:00.000Z' }),
      log.golden(inquiryRaw.v1.type, { inquiryId: id, receivedAt: '2026-11-25T09:00:00.000Z' }),
      log.golden(inquiryDropped.v1.type, { inquiryId: id, reason: 'duplicate' }),
    ]);
    expect(await model.inquiry(id)).toMatchObject({ state: 'received', receivedAt: '2026-11-21T09:00:00.000Z' });
  });

  it('is closed when somebody says so', async () => {
    const id = randomUUID();
    await project([
      ...wayOf(id).slice(0, 8),
      log.golden(inquiryCommand.v1.type, { inquiryId: id, command: { do: 'close' } }),
    ]);
    expect(await model.inquiry(id)).toMatchObject({ closed: true, settled: true });
  });

  it('of what concerns a pool alone, is nowhere: a pool is no inquiry', async () => {
    const { subject } = poolChanged.v1.of(
      poolChanged.v1.parse({
        brand: 'default',
        pool: 'sales',
        changes: [],
        by: 'ops',
        why: null,
        changedAt: '2026-11-21T09:00:00.000Z',
      }),
    );
    await project([log.golden(poolChanged.v1.type, { brand: 'default', pool: 'sales', changes: [] })]);
    expect(await rowsOf('inquiry', subject)).toEqual([]);
    expect((await rowsOf('event', subject)).length).toBeGreaterThan(0);
  });
});

describe('times and texts that no table takes', () => {
  it.each([
    { what: 'a year of none', times: { receivedAt: '0000-01-01T00:00:00.000Z' } },
    { what: 'the last moment there is', times: { receivedAt: '9999-12-31T23:59:59.999Z' } },
    { what: 'the first second of Unix', times: { receivedAt: '1970-01-01T00:00:00Z' } },
    {
      what: 'more digits than a moment has',
      times: { receivedAt: `2026-11-21T09:00:00.${'1'.repeat(200)}Z` },
    },
  ])('$what is kept, or the moment of the log in its place', async ({ times }) => {
    const inquiryId = randomUUID();
    await project([
      log.golden(inquiryRaw.v1.type, { inquiryId, ...times }, { time: times.receivedAt }),
      ...wayOf(inquiryId).slice(1),
    ]);
    const found = await model.inquiry(inquiryId);
    expect(found?.receivedAt).toMatch(/^\d{4}-\d\d-\d\dT/u);
    expect(found?.tookMs).toBeGreaterThanOrEqual(0);
    expect((await model.history(inquiryId, { withContent: true })).events).toHaveLength(11);
    expect(await model.list({ limit: 1, since: '1970-01-01T00:00:00.000Z' })).toMatchObject({
      data: [expect.anything()],
    });
  });

  it.each([-1, 0, Number.MAX_SAFE_INTEGER])('a record that says it was logged at %d is kept as of now', async (at) => {
    const inquiryId = randomUUID();
    await project([log.golden(inquiryRaw.v1.type, { inquiryId }, { timestamp: at })]);
    const [event] = await rowsOf('event', inquiryId);
    expect(Math.abs(Date.now() - Number((event?.['logged_at'] as Date).getTime()))).toBeLessThan(60_000);
  });

  it('an inquiry that something happened to after years says how long that is', async () => {
    const inquiryId = randomUUID();
    const receivedAt = '2020-01-01T00:00:00.000Z';
    await project([
      log.golden(inquiryRaw.v1.type, { inquiryId, receivedAt }, { time: receivedAt }),
      log.golden(inquiryNormalized.v1.type, { inquiryId }, { time: '2026-01-01T00:00:00.000Z' }),
    ]);
    const tookMs = Date.parse('2026-01-01T00:00:00.000Z') - Date.parse(receivedAt);
    expect(await model.inquiry(inquiryId)).toMatchObject({ tookMs });
    expect((await model.list({ limit: 500 })).data.find((one) => one.inquiryId === inquiryId)).toMatchObject({
      tookMs,
    });
  });

  it('an event that happened before its inquiry came in, by another clock, takes no time below zero', async () => {
    const inquiryId = randomUUID();
    await project([
      log.golden(
        inquiryRaw.v1.type,
        { inquiryId, receivedAt: '2026-11-21T09:00:00.000Z' },
        { time: '2026-11-21T08:00:00.000Z' },
      ),
    ]);
    expect(await model.inquiry(inquiryId)).toMatchObject({ tookMs: 0 });
  });

  it('texts with a NUL or half a pair are kept without, and cost nobody else theirs', async () => {
    const [poor, fine] = [randomUUID(), randomUUID()];
    const bad = 'a\u0000b\ud800';
    const events = [
      log.golden(inquiryRaw.v1.type, { inquiryId: poor, source: bad, contact: { name: bad } }, { id: bad }),
      log.golden(inquiryAssigned.v1.type, { inquiryId: poor, owner: bad, pool: bad }),
      log.golden(effectRequested.v1.type, { inquiryId: poor, effectId: randomUUID(), target: bad }),
      log.golden(inquiryDropped.v1.type, { inquiryId: poor, reason: bad }),
      log.deadLetter(inquiryRaw.v1.type, 'normalize-inquiry', {
        inquiryId: bad,
        headers: {
          [deadLetterHeaderNames.message]: bad,
          [deadLetterHeaderNames.fingerprint]: Array.from({ length: 1_000 }, () => randomUUID()).join(''),
          [headerNames.playbook]: bad,
        },
      }),
      ...wayOf(fine),
    ];
    await project(events);
    await project(events);
    expect(await model.inquiry(fine)).toMatchObject({ state: 'assigned' });
    expect(await model.inquiry(poor)).toMatchObject({ owner: 'ab\ufffd', source: 'ab\ufffd', reason: 'ab\ufffd' });
    const { events: kept } = await model.history(poor, { withContent: true });
    expect(kept).toHaveLength(4);
    expect(kept.find(({ topic }) => topic === inquiryRaw.v1.type)?.data).toMatchObject({ contact: { name: bad } });
  });
});
