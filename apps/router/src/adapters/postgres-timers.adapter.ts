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

const jobIdOf = ({ conversationId, clock, revision }: ClockPosition): string => uuidV5(conversationId, clock, String(revision));
const text = (row: Row, name: string): string => String(row[name]);
const maybe = (row: Row, name: string): string | null => (row[name] === null ? null : String(row[name]));

const toTimer = (row: Row, { taking }: TakenJob): DueTimer => ({
  id: text(row, 'job_id'), conversationId: text(row, 'conversation_id'), clock: text(row, 'clock'), inquiryId: text(row, 'inquiry_id'),
  brand: text(row, 'brand'), playbook: text(row, 'playbook'), traceParent: maybe(row, 'trace_parent'), wakeAt: (row['wake_at'] as Date).toISOString(), taking,
});

/** True when this position is newer than what is known, with whether it breaks a promise that was whole. */
const upsert = async ({ query }: Queryable, schema: string, position: ClockPosition): Promise<{ readonly isNew: boolean; readonly breaks: boolean }> => {
  const { conversationId, clock, revision, inquiryId, queue, status, dueAt, wakeAt, passedShare, brand, playbook, traceParent } = position;
  const [row] = await query(
    `with before as (select passed_share from "${schema}".sla_timer where conversation_id = $1 and clock = $2)
     insert into "${schema}".sla_timer as t (conversation_id, clock, revision, inquiry_id, queue, status, due_at, wake_at, passed_share, brand, playbook, trace_parent, job_id)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
     on conflict (conversation_id, clock) do update set revision = excluded.revision, inquiry_id = excluded.inquiry_id, queue = excluded.queue, status = excluded.status,
       due_at = excluded.due_at, wake_at = excluded.wake_at, passed_share = excluded.passed_share, brand = excluded.brand, playbook = excluded.playbook,
       trace_parent = excluded.trace_parent, job_id = excluded.job_id, fired_at = null
     where t.revision < excluded.revision returning coalesce((select passed_share from before), 0) as before`,
    [conversationId, clock, revision, inquiryId, queue, status, dueAt, wakeAt, passedShare, brand, playbook, traceParent, jobIdOf(position)]);
  return { isNew: row !== undefined, breaks: row !== undefined && Number(row['before']) < 1 && passedShare >= 1 };
};

/**
 * Timers in Postgres. A row says what a clock wants, and a job of pg-boss makes somebody look at it; both change in one
 * transaction. A job that no row knows any more is one of a clock that has moved on: it ends unheard.
 */
export const createPostgresTimers = ({ postgres, schema, queue }: PostgresTimersOptions): Timers => {
  const finish = (jobs: readonly TakenJob[]): Promise<void> => postgres.transaction(async (within) => {
    for (const job of jobs) await queue.finish(job, within);
  });

  let started: Promise<void> | null = null;
  const start = async (): Promise<void> => {
    await queue.start();
    await queue.open(LANE);
  };

  return {
    start: () => (started ??= start().catch((error: unknown) => {
      started = null;
      throw error;
    })),
    set: (positions) => postgres.transaction(async (within) => {
      const broken: ClockPosition[] = [];
      for (const position of positions) {
        const { isNew, breaks } = await upsert(within, schema, position);
        if (breaks) broken.push(position);
        if (isNew && position.wakeAt !== null) await queue.schedule(LANE, [{ id: jobIdOf(position), at: new Date(position.wakeAt) }], within);
      }
      return broken;
    }),
    async take(count) {
      const jobs = new Map((await queue.take(LANE, count)).map((job) => [job.id, job]));
      if (jobs.size === 0) return [];
      const rows = await postgres.query(`select * from "${schema}".sla_timer where job_id = any($1::uuid[]) and wake_at is not null and fired_at is null`, [[...jobs.keys()]]);
      const timers = rows.flatMap((row) => {
        const job = jobs.get(text(row, 'job_id'));
        return job ? [toTimer(row, job)] : [];
      });
      const known = new Set(timers.map(({ id }) => id));
      await finish([...jobs.values()].filter(({ id }) => !known.has(id)));
      return timers;
    },
    done: (timers) => postgres.transaction(async (within) => {
      await within.query(`update "${schema}".sla_timer set fired_at = now() where job_id = any($1::uuid[])`, [timers.map(({ id }) => id)]);
      for (const { id, taking } of timers) await queue.finish({ id, lane: LANE, taking }, within);
    }),
    async remind() {
      const rows = await postgres.query(
        `select job_id, wake_at from "${schema}".sla_timer where fired_at is null and wake_at < now() - interval '1 minute' order by wake_at limit ${REMINDED}`);
      if (rows.length > 0) await queue.schedule(LANE, rows.map((row) => ({ id: text(row, 'job_id'), at: row['wake_at'] as Date })), postgres);
      return rows.length;
    },
    counts: async () => (await postgres.query(
      `select queue, clock, count(*) filter (where passed_share > 0 and passed_share < 1) as at_risk, count(*) filter (where passed_share >= 1) as overdue,
         extract(epoch from min(due_at) filter (where passed_share < 1) - now()) / 60 as minutes
       from "${schema}".sla_timer where status = 'running' group by queue, clock`,
    )).map((row) => ({
      queue: text(row, 'queue'), clock: text(row, 'clock'), atRisk: Number(row['at_risk']), overdue: Number(row['overdue']),
      minutesToBreach: row['minutes'] === null ? null : Number(row['minutes']),
    })),
    stop: () => queue.stop(),
  };
};
