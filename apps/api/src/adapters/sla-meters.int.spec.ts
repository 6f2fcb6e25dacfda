import { randomUUID } from 'node:crypto';
import { headerNames, slaAtRisk, slaBreached, slaClocksMoved, type SlaClockMove } from '@sluice/contracts';
import { TransientError } from '@sluice/kernel';
import { createPostgres, migrate, type Postgres, type Queryable } from '@sluice/persistence';
import { parsePlaybook } from '@sluice/policy';
import { aDocument } from '@sluice/policy/testing';
import type { ProjectedEvent } from '@sluice/stage';
import { onePlaybook } from '@sluice/stage/testing';
import { randomName, testInfrastructure } from '@sluice/testing';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { recordTelemetry, type RecordedTelemetry } from '../../../../libs/stage/src/testing/recorded-telemetry.ts';
import { apiSchema } from '../migrations.ts';
import { createTestLog, goldenOf, type LoggedOptions } from '../testing/logged-events.ts';
import { createEventMeters } from './event-meters.ts';
import { createPartitions } from './partitions.ts';
import { createProjector } from './project.ts';
import { watchPromises } from './sla-meters.ts';

const url = testInfrastructure().postgresUrl;
const schema = randomName('sla');
const NOW = '2026-11-26T12:00:00.000Z';
const inMinutes = (minutes: number): string => new Date(Date.parse(NOW) + minutes * 60_000).toISOString();

const clock = { stops: ['replied'] };
const playbook = parsePlaybook(
  aDocument({
    sla: { clocks: { first_human: clock, acknowledgement: clock } },
    routes: ['sales', 'support'].map((queue) => ({ id: queue, when: 'true', queue, sla: { first_human: 60 } })),
    overrides: { brand: { acme: { routes: [{ id: 'all', when: 'true', queue: 'partners' }] } } },
  }),
);
const playbooks = onePlaybook(playbook);

const log = createTestLog();
let postgres: Postgres;
let telemetry: RecordedTelemetry;

interface Promised {
  readonly inquiryId: string;
  readonly conversationId: string;
  readonly clock: string;
  readonly queue: string;
}
const promised = (over: Partial<Promised> = {}): Promised => ({
  inquiryId: randomUUID(),
  conversationId: randomUUID(),
  clock: 'first_human',
  queue: 'sales',
  ...over,
});
const STAMPED: LoggedOptions = { headers: { [headerNames.playbook]: 'a'.repeat(64) } };
const [someMove] = slaClocksMoved.v1.parse(goldenOf(slaClocksMoved.v1.type)).moves;

const moved = (
  { clock: name, ...about }: Promised,
  revision: number,
  change: SlaClockMove['change'],
  over: Partial<SlaClockMove> = {},
): ProjectedEvent => {
  const status = change === 'paused' || change === 'stopped' ? change : 'running';
  const move = { ...someMove, clock: name, revision, change, status, dueAt: null, ...over };
  return log.golden(slaClocksMoved.v1.type, { ...about, moves: [move] }, STAMPED);
};
const runs = (one: Promised, revision: number, change: SlaClockMove['change'], minutes: number) =>
  moved(one, revision, change, { dueAt: inMinutes(minutes) });
const atRisk = (one: Promised) => log.golden(slaAtRisk.v1.type, one, STAMPED);
const breached = (one: Promised, options: LoggedOptions = {}) =>
  log.golden(slaBreached.v1.type, one, { ...STAMPED, ...options });

const apply = (events: readonly ProjectedEvent[]): Promise<void> =>
  createProjector(postgres, {
    schema,
    partitions: createPartitions(postgres, schema),
    onApplied: createEventMeters({ playbooks }),
  })(events);

const GAUGES = ['sluice_sla_at_risk', 'sluice_sla_overdue', 'sluice_minutes_to_breach'];
/** Points of a metric as `queue/clock: value`. */
const pointsOf = async (metric: string): Promise<Readonly<Record<string, number>>> =>
  Object.fromEntries(
    ((await telemetry.metrics()).get(metric)?.dataPoints ?? []).map(({ attributes, value }) => [
      `${String(attributes['queue'] ?? attributes['lane'])}/${String(attributes['clock'])}`,
      Number(value),
    ]),
  );
/** What a scrape shows now: at risk, overdue, minutes to the next breach. */
const shown = async (on: Queryable = postgres) => {
  const unwatch = watchPromises(on, { schema, playbooks, clock: { now: () => NOW } });
  const [first, ...rest] = GAUGES;
  const gauges = [await pointsOf(first ?? '')];
  for (const gauge of rest) gauges.push(await pointsOf(gauge));
  unwatch();
  return { atRisk: gauges[0], overdue: gauges[1], minutes: gauges[2] };
};
const breaches = async (lane = 'sales/first_human'): Promise<number> =>
  (await pointsOf('sluice_sla_breach'))[lane] ?? 0;

beforeAll(async () => {
  telemetry = recordTelemetry();
  postgres = createPostgres({ url });
  await migrate({ url, schema, migrations: apiSchema.migrations });
});
beforeEach(() => postgres.query(`truncate "${schema}".sla_promise`));
afterAll(async () => {
  await postgres.query(`drop schema if exists "${schema}" cascade`);
  await postgres.close();
  await telemetry.stop();
});

const NOTHING = { atRisk: {}, overdue: {}, minutes: {} };

describe('a promise that runs', () => {
  it('is shown by how many minutes are left, then as at risk, then as overdue, and no more once it was kept', async () => {
    const one = promised();
    const before = await breaches();
    const seen = [await shown()];
    for (const event of [runs(one, 1, 'started', 30), atRisk(one), breached(one), moved(one, 2, 'stopped')]) {
      await apply([event]);
      seen.push(await shown());
    }
    const lane = 'sales/first_human';
    expect(seen).toEqual([
      NOTHING,
      { atRisk: { [lane]: 0 }, overdue: { [lane]: 0 }, minutes: { [lane]: 30 } },
      { atRisk: { [lane]: 1 }, overdue: { [lane]: 0 }, minutes: { [lane]: 30 } },
      { atRisk: { [lane]: 0 }, overdue: { [lane]: 1 }, minutes: {} },
      NOTHING,
    ]);
    expect(await breaches()).toBe(before + 1);
  });

  it('is not counted while it stands still, and is again when it counts on', async () => {
    const one = promised();
    await apply([runs(one, 1, 'started', 10), atRisk(one), moved(one, 2, 'paused')]);
    expect(await shown()).toEqual(NOTHING);
    await apply([runs(one, 3, 'resumed', 50)]);
    expect(await shown()).toMatchObject({
      atRisk: { 'sales/first_human': 1 },
      minutes: { 'sales/first_human': 50 },
    });
  });

  it('whose breach was withdrawn is not overdue, whichever is heard of first', async () => {
    const [one, other] = [promised(), promised()];
    const withdrawn = (of: Promised) => moved(of, 2, 'stopped', { result: 'met', breachWithdrawn: true });
    await apply([runs(one, 1, 'started', -5), runs(other, 1, 'started', -5), breached(one)]);
    expect(await shown()).toMatchObject({ overdue: { 'sales/first_human': 1 } });
    await apply([withdrawn(one)]);
    await apply([withdrawn(other)]);
    await apply([breached(other)]);
    expect(await shown()).toEqual(NOTHING);
  });

  it('is another once its clock was started anew, and is not at risk since the one before it was', async () => {
    const first = promised();
    const next = promised({ conversationId: first.conversationId, queue: 'support' });
    await apply([runs(first, 1, 'started', 10), atRisk(first), breached(first), moved(first, 2, 'stopped')]);
    await apply([runs(next, 3, 'restarted', 40)]);
    const lane = 'support/first_human';
    expect(await shown()).toEqual({ atRisk: { [lane]: 0 }, overdue: { [lane]: 0 }, minutes: { [lane]: 40 } });
  });

  it('ends when a further message tightens its clock', async () => {
    const first = promised();
    const next = promised({ conversationId: first.conversationId });
    await apply([runs(first, 1, 'started', 90), atRisk(first)]);
    await apply([runs(next, 2, 'tightened', 20)]);
    expect(await shown()).toMatchObject({ atRisk: { 'sales/first_human': 0 }, minutes: { 'sales/first_human': 20 } });
  });
});

describe('a breach', () => {
  it('is counted once: not again with its batch, nor as a copy, nor as another event of the same promise', async () => {
    const one = promised();
    const before = await breaches();
    const batch = [runs(one, 1, 'started', -1), breached(one, { id: 'the same' })];
    await apply(batch);
    await apply(batch);
    await apply([breached(one, { id: 'the same' }), breached(one)]);
    await apply([moved(one, 2, 'stopped'), breached(one, { id: 'the same' })]);
    expect(await breaches()).toBe(before + 1);
  });

  it('is counted when it is heard of after its clock has stopped, or before it has started', async () => {
    const [late, early] = [promised(), promised()];
    const before = await breaches();
    await apply([runs(late, 1, 'started', -1), moved(late, 2, 'stopped'), breached(early)]);
    await apply([breached(late)]);
    await apply([runs(early, 1, 'started', -1)]);
    expect(await breaches()).toBe(before + 2);
    expect(await shown()).toMatchObject({ overdue: { 'sales/first_human': 1 } });
  });
});

/** Conversations that came to all that a clock can come to; each in the order in which it happened. */
const stories = (): readonly (readonly ProjectedEvent[])[] => {
  const [onTime, pressing, overdue, missed, withdrawn, paused, resumed] = Array.from({ length: 7 }, () => promised());
  const before = promised();
  const after = promised({ conversationId: before.conversationId });
  const loose = promised();
  const tight = promised({ conversationId: loose.conversationId, queue: 'support' });
  if (!onTime || !pressing || !overdue || !missed || !withdrawn || !paused || !resumed) throw new Error('seven');
  return [
    [runs(onTime, 1, 'started', 30)],
    [runs(pressing, 1, 'started', 10), atRisk(pressing)],
    [runs(overdue, 1, 'started', -3), atRisk(overdue), breached(overdue)],
    [runs(missed, 1, 'started', -3), atRisk(missed), breached(missed), moved(missed, 2, 'stopped')],
    [runs(withdrawn, 1, 'started', -3), breached(withdrawn), moved(withdrawn, 2, 'stopped', { breachWithdrawn: true })],
    [runs(paused, 1, 'started', 5), atRisk(paused), moved(paused, 2, 'paused')],
    [runs(resumed, 1, 'started', 5), atRisk(resumed), moved(resumed, 2, 'paused'), runs(resumed, 3, 'resumed', 45)],
    [
      runs(before, 1, 'started', -9),
      breached(before),
      moved(before, 2, 'paused'),
      runs(before, 3, 'resumed', -6),
      moved(before, 4, 'stopped'),
      runs(after, 5, 'restarted', 60),
    ],
    [runs(loose, 1, 'started', 90), atRisk(loose), runs(tight, 2, 'tightened', 20)],
  ];
};

it('whatever is heard of first, however batches are cut and how often they come, the same is shown and counted', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })),
      fc.integer({ min: 1, max: 9 }),
      async (choices, size) => {
        await postgres.query(`truncate "${schema}".sla_promise`);
        const before = await breaches();
        const draw = (): number => choices.next().value ?? 0;
        const heard = stories()
          .flat()
          .map((event) => ({ event, at: draw() }))
          .sort((a, b) => a.at - b.at)
          .map(({ event }) => event);
        const applied: (readonly ProjectedEvent[])[] = [];
        for (let at = 0; at < heard.length; at += size) {
          // Within a batch the log's order is kept, and by no other.
          applied.push(heard.slice(at, at + size).sort((a, b) => Number(a.record.offset - b.record.offset)));
          await apply(applied.at(-1) ?? []);
          await apply(applied[Math.floor(draw() * applied.length)] ?? []);
        }
        expect(await shown()).toEqual({
          atRisk: { 'sales/first_human': 2, 'support/first_human': 0 },
          overdue: { 'sales/first_human': 1, 'support/first_human': 0 },
          minutes: { 'sales/first_human': 10, 'support/first_human': 20 },
        });
        expect(await breaches()).toBe(before + 4);
      },
    ),
    { numRuns: 25 },
  );
});

describe('the gauges of promises', () => {
  it('have as labels words that the playbook declares, for whomever, and no others', async () => {
    const declared = promised({ queue: 'partners', clock: 'acknowledgement' });
    const others = [promised({ queue: 'of its own' }), promised({ queue: 'of its own, too', clock: 'made up' })];
    await apply([declared, ...others].map((one, at) => runs(one, 1, 'started', 10 + at)));
    await apply(others.map((one) => breached(one)));
    expect(await shown()).toEqual({
      atRisk: { 'partners/acknowledgement': 0, 'other/first_human': 0, 'other/other': 0 },
      overdue: { 'partners/acknowledgement': 0, 'other/first_human': 1, 'other/other': 1 },
      minutes: { 'partners/acknowledgement': 10 },
    });
    expect([await breaches('other/first_human'), await breaches('other/other')]).toEqual([1, 1]);
  });

  it('are kept of events that hold whatever they may, and cost nobody else theirs', async () => {
    const [odd, fine] = [promised(), promised()];
    const stamp = { headers: { [headerNames.playbook]: Array.from({ length: 200 }, () => randomUUID()).join('') } };
    const move = { ...someMove, clock: odd.clock, revision: Number.MAX_SAFE_INTEGER, dueAt: inMinutes(5) };
    await apply([log.golden(slaClocksMoved.v1.type, { ...odd, moves: [move] }, stamp), runs(fine, 1, 'started', 30)]);
    expect(await shown()).toMatchObject({ minutes: { 'other/other': 5, 'sales/first_human': 30 } });
  });

  it('cost one query, however many scrape within some seconds', async () => {
    await apply([runs(promised(), 1, 'started', 30)]);
    let asked = 0;
    const counting: Queryable = { query: (text, values) => ((asked += 1), postgres.query(text, values)) };
    expect(await shown(counting)).toMatchObject({ minutes: { 'sales/first_human': 30 } });
    expect(asked).toBe(1);
  });

  it('show nothing while the database can not be asked', async () => {
    await apply([runs(promised(), 1, 'started', 30)]);
    const away = async () => {
      throw new TransientError('asking Postgres: no connection');
    };
    expect(await shown({ query: away })).toEqual(NOTHING);
  });
});
