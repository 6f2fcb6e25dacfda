import { PgBoss, type Db } from 'pg-boss';
import { connectionOf, translate, type DatabaseAddress, type Queryable } from '../postgres.ts';

/** A job that this process holds for as long as the lane allows. */
export interface TakenJob {
  readonly id: string;
  readonly lane: string;
  /** Which taking of the job this is: what is told about it later counts only if nobody else has taken it since. */
  readonly taking: number;
}

export interface ScheduledJob {
  readonly id: string;
  readonly at: Date;
}

/**
 * Durable jobs by lane. A job is a reminder that something (its id) wants looking at; what is done about it is decided by who
 * looks. Methods with `within` change the job in the caller's own transaction, so that a job and what it is about never disagree.
 */
export interface JobQueue {
  start(): Promise<void>;
  /** Makes a lane; repeating it changes nothing. A lane must be open before its jobs are added or taken. @throws TransientError while the database is unwell, as all methods do */
  open(lane: string): Promise<void>;
  /** Adds jobs that are due now; an id that is there already is left as it is. */
  add(lane: string, ids: readonly string[], within: Queryable): Promise<void>;
  /** Adds jobs that are due at a moment of their own; an id that is there already is left as it is. */
  schedule(lane: string, jobs: readonly ScheduledJob[], within: Queryable): Promise<void>;
  /** Takes up to `count` due jobs, the oldest first; nobody else gets them until they are finished, postponed or expired. */
  take(lane: string, count: number): Promise<readonly TakenJob[]>;
  /** The thing is done. */
  finish(job: TakenJob, within: Queryable): Promise<void>;
  /** The thing wants looking at again, `afterMs` from now. */
  postpone(job: TakenJob, afterMs: number, within: Queryable): Promise<void>;
  /** Forgets a job, so that its id may be added again. */
  remove(lane: string, id: string, within: Queryable): Promise<void>;
  stop(): Promise<void>;
}

export interface JobQueueOptions extends DatabaseAddress {
  /** pg-boss's own schema: made and migrated when the queue starts. */
  readonly schema: string;
  /** Seconds after which a taken job of a process that died is due again. */
  readonly expireSeconds: number;
}

const SUPERVISE_SECONDS = 5;
const CLEAN_SECONDS = 3_600;
const KEEP_DONE_SECONDS = 3_600;
const KEEP_WAITING_SECONDS = 30 * 86_400;
/** How often a thing is looked at is not the queue's business. */
const RETRIES = 1_000_000;

const on = (within: Queryable): { readonly db: Db } => ({
  db: { executeSql: async (text, values) => ({ rows: [...(await within.query(text, values ?? []))] }) },
});

/** pg-boss has connections of its own, asks there after a lane even within another's transaction, and says of them what the driver says. */
const toldApart = async <Result>(work: Promise<Result>): Promise<Result> => {
  try {
    return await work;
  } catch (error) {
    throw translate(error);
  }
};

const attemptOf = ({ id, taking }: TakenJob) => ({ id, retryCount: taking });

/** Jobs in Postgres by pg-boss, in a schema of their own. */
export const createJobQueue = ({ schema, expireSeconds, ...address }: JobQueueOptions): JobQueue => {
  const boss = new PgBoss({
    ...connectionOf(address),
    schema,
    max: 5,
    schedule: false,
    superviseIntervalSeconds: SUPERVISE_SECONDS,
    monitorIntervalSeconds: SUPERVISE_SECONDS,
    maintenanceIntervalSeconds: CLEAN_SECONDS,
  });
  // Its own errors are lost connections, after which it goes on; without a listener they would end the process.
  boss.on('error', () => undefined);
  const opened = new Map<string, Promise<void>>();

  return {
    start: async () => {
      await toldApart(boss.start());
    },
    open(lane) {
      const known =
        opened.get(lane) ??
        toldApart(
          boss.createQueue(lane, {
            retryLimit: RETRIES,
            retryDelay: 0,
            retryBackoff: false,
            expireInSeconds: expireSeconds,
            deleteAfterSeconds: KEEP_DONE_SECONDS,
            retentionSeconds: KEEP_WAITING_SECONDS,
          }),
        );
      opened.set(lane, known);
      known.catch(() => opened.delete(lane));
      return known;
    },
    async add(lane, ids, within) {
      await toldApart(
        boss.insert(
          lane,
          ids.map((id) => ({ id })),
          on(within),
        ),
      );
    },
    async schedule(lane, jobs, within) {
      await toldApart(
        boss.insert(
          lane,
          jobs.map(({ id, at }) => ({ id, startAfter: at })),
          on(within),
        ),
      );
    },
    take: async (lane, count) =>
      (await toldApart(boss.fetch(lane, { batchSize: count }))).map(({ id, retryCount }) => ({
        id,
        lane,
        taking: retryCount,
      })),
    async finish(job, within) {
      await toldApart(boss.complete(job.lane, attemptOf(job), null, on(within)));
    },
    async postpone(job, afterMs, within) {
      await toldApart(boss.fail(job.lane, attemptOf(job), null, on(within)));
      await toldApart(
        boss.update(job.lane, undefined, { id: job.id, startAfter: new Date(Date.now() + afterMs), ...on(within) }),
      );
    },
    async remove(lane, id, within) {
      await toldApart(boss.deleteJob(lane, id, on(within)));
    },
    stop: () => boss.stop({ graceful: true, timeout: 5_000 }),
  };
};
