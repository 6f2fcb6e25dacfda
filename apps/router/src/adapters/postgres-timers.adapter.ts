import { uuidV5 } from '@sluice/kernel';
import type { JobQueue, Postgres, Queryable, Row, TakenJob } from '@sluice/persistence';
import type { ClockPosition, DueTimer, Timers } from '../ports/timers.port.ts';

export interface PostgresTimersOptions {
  readonly postgres: Postgres;
  readonly schema: string;
  readonly queue: JobQueue;
}

/** All timers are one lane: whoever is free takes what is due. */
const LANE = 'sla.timer';
const REMINDED = 1_000;

const jobIdOf = ({ conversationId, clock, revision }: ClockPosition): string =>
  uuidV5(conversationId, clock, String(revision));
const text = (row: Row, name: string): string => String(row[name]);
const maybe = (row: Row, name: string): string | null => (row[name] === null ? null : String(row[name]));

const toTimer = (row: Row, { taking }: TakenJob): DueTimer => ({
  id: text(row, 'job_id'),
  conversationId: text(row, 'conversation_id'),
  clock: text(row, 'clock'),
  inquiryId: text(row, 'inquiry_id'),
  brand: text(row, 'brand'),
  playbook: text(row, 'playbook'),
  traceParent: maybe(row, 'trace_parent'),
  wakeAt: (row['wake_at'] as Date).toISOString(),
  taking,
});

const COLUMNS = [
  'conversation_id uuid',
  'clock text',
  'revision int',
  'inquiry_id uuid',
  'queue text',
  'status text',
  'due_at timestamptz',
  'wake_at timestamptz',
  'passed_share double precision',
  'brand text',
  'playbook text',
  'trace_parent text',
  'job_id uuid',
];
const NAMES = COLUMNS.map((column) => column.split(' ')[0]).join(', ');
const CHANGES = NAMES.split(', ')
  .slice(2)
  .map((name) => `${name} = excluded.${name}`)
  .join(', ');

const nameOf = ({ conversationId, clock }: ClockPosition): string => `${conversationId}/${clock}`;

const toRow = (position: ClockPosition): Readonly<Record<string, string | number | null>> => {
  const {
    conversationId,
    clock,
    revision,
    inquiryId,
    queue,
    status,
    dueAt,
    wakeAt,
    passedShare,
    brand,
    playbook,
    traceParent,
  } = position;
  return {
    conversation_id: conversationId,
    clock,
    revision,
    inquiry_id: inquiryId,
    queue,
    status,
    due_at: dueAt,
    wake_at: wakeAt,
    passed_share: passedShare,
    brand,
    playbook,
    trace_parent: traceParent,
    job_id: jobIdOf(position),
  };
};

/** Cuts positions into rounds in which no clock stands twice: a statement changes a row only once, and each revision counts. */
const toRounds = (positions: readonly ClockPosition[]): readonly (readonly ClockPosition[])[] => {
  const rounds: ClockPosition[][] = [];
  const seen = new Map<string, number>();
  for (const position of positions) {
    const round = seen.get(nameOf(position)) ?? 0;
    seen.set(nameOf(position), round + 1);
    (rounds[round] ??= []).push(position);
  }
  return rounds;
};

interface Newer {
  readonly position: ClockPosition;
  /** True when it breaks a promise that was whole. */
  readonly breaks: boolean;
}

/** Stores what is newer than what is known, and gives it. */
const upsert = async (
  { query }: Queryable,
  schema: string,
  round: readonly ClockPosition[],
): Promise<readonly Newer[]> => {
  const rows = await query(
    `with incoming as (select * from jsonb_to_recordset($1::jsonb) as x(${COLUMNS.join(', ')})),
       before as (select t.conversation_id, t.clock, t.passed_share from "${schema}".sla_timer t join incoming i on t.conversation_id = i.conversation_id and t.clock = i.clock),
       stored as (insert into "${schema}".sla_timer as t (${NAMES}) select ${NAMES} from incoming order by conversation_id, clock
         on conflict (conversation_id, clock) do update set ${CHANGES}, fired_at = null where t.revision < excluded.revision
         returning conversation_id, clock)
     select stored.conversation_id, stored.clock, coalesce(before.passed_share, 0) as before from stored left join before using (conversation_id, clock)`,
    [JSON.stringify(round.map(toRow))],
  );
  const before = new Map(
    rows.map((row) => [`${text(row, 'conversation_id')}/${text(row, 'clock')}`, Number(row['before'])]),
  );
  return round.flatMap((position) => {
    const passed = before.get(nameOf(position));
    return passed === undefined ? [] : [{ position, breaks: passed < 1 && position.passedShare >= 1 }];
  });
};

/**
 * Timers in Postgres. A row says what a clock wants, and a job of pg-boss makes somebody look at it; both change in one
 * transaction. A job that no row knows any more is one of a clock that has moved on: it ends unheard.
 */
export const createPostgresTimers = ({ postgres, schema, queue }: PostgresTimersOptions): Timers => {
  const finish = (jobs: readonly TakenJob[]): Promise<void> =>
    postgres.transaction(async (within) => {
      for (const job of jobs) await queue.finish(job, within);
    });

  let started: Promise<void> | null = null;
  const start = async (): Promise<void> => {
    await queue.start();
    await queue.open(LANE);
  };

  return {
    start: () =>
      (started ??= start().catch((error: unknown) => {
        started = null;
        throw error;
      })),
    set: (positions) =>
      postgres.transaction(async (within) => {
        const newer: Newer[] = [];
        for (const round of toRounds(positions)) newer.push(...(await upsert(within, schema, round)));
        const jobs = newer.flatMap(({ position }) =>
          position.wakeAt === null ? [] : [{ id: jobIdOf(position), at: new Date(position.wakeAt) }],
        );
        if (jobs.length > 0) await queue.schedule(LANE, jobs, within);
        return newer.filter(({ breaks }) => breaks).map(({ position }) => position);
      }),
    async take(count) {
      const jobs = new Map((await queue.take(LANE, count)).map((job) => [job.id, job]));
      if (jobs.size === 0) return [];
      const rows = await postgres.query(
        `select * from "${schema}".sla_timer where job_id = any($1::uuid[]) and wake_at is not null and fired_at is null`,
        [[...jobs.keys()]],
      );
      const timers = rows.flatMap((row) => {
        const job = jobs.get(text(row, 'job_id'));
        return job ? [toTimer(row, job)] : [];
      });
      const known = new Set(timers.map(({ id }) => id));
      await finish([...jobs.values()].filter(({ id }) => !known.has(id)));
      return timers;
    },
    done: (timers) =>
      postgres.transaction(async (within) => {
        await within.query(`update "${schema}".sla_timer set fired_at = now() where job_id = any($1::uuid[])`, [
          timers.map(({ id }) => id),
        ]);
        for (const { id, taking } of timers) await queue.finish({ id, lane: LANE, taking }, within);
      }),
    async remind() {
      const rows = await postgres.query(
        `select job_id, wake_at from "${schema}".sla_timer where fired_at is null and wake_at < now() - interval '1 minute' order by wake_at limit ${REMINDED}`,
      );
      if (rows.length > 0)
        await queue.schedule(
          LANE,
          rows.map((row) => ({ id: text(row, 'job_id'), at: row['wake_at'] as Date })),
          postgres,
        );
      return rows.length;
    },
    counts: async () =>
      (
        await postgres.query(
          `select queue, clock, count(*) filter (where passed_share > 0 and passed_share < 1) as at_risk, count(*) filter (where passed_share >= 1) as overdue,
         extract(epoch from min(due_at) filter (where passed_share < 1) - now()) / 60 as minutes
       from "${schema}".sla_timer where status = 'running' group by queue, clock`,
        )
      ).map((row) => ({
        queue: text(row, 'queue'),
        clock: text(row, 'clock'),
        atRisk: Number(row['at_risk']),
        overdue: Number(row['overdue']),
        minutesToBreach: row['minutes'] === null ? null : Number(row['minutes']),
      })),
    stop: () => queue.stop(),
  };
};
