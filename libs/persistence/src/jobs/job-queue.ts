import { PgBoss } from 'pg-boss';

/** Durable jobs by lane. A job is a reminder to look at something: what is done about it is decided by who looks. */
export interface JobQueue {
  start(): Promise<void>;
  /** Adds a job once: another with the same id changes nothing. */
  add(lane: string, job: { readonly id: string; readonly subject: string; readonly afterMs: number }): Promise<void>;
  /** Works a lane from now on, `concurrency` jobs at a time. Idempotent. */
  work(lane: string, concurrency: number, handle: (subject: string) => Promise<void>): Promise<void>;
  stop(): Promise<void>;
}

/** pg-boss polls no faster. */
const POLL_SECONDS = 0.5;
const EXPIRE_SECONDS = 120;
const SECOND = 1_000;

const subjectOf = (data: unknown): string => (typeof data === 'object' && data !== null && 'subject' in data ? String(data.subject) : '');

/** Jobs in Postgres by pg-boss, in a schema of their own. */
export const createJobQueue = ({ url, schema }: { readonly url: string; readonly schema: string }): JobQueue => {
  const boss = new PgBoss({ connectionString: url, schema, max: 5 });
  // Its own errors are lost connections, after which it goes on; without a listener they would end the process.
  boss.on('error', () => undefined);
  const lanes = new Map<string, Promise<void>>();
  const working = new Set<string>();

  const ensure = (lane: string): Promise<void> => {
    const known = lanes.get(lane) ?? boss.createQueue(lane, { retryLimit: 0, expireInSeconds: EXPIRE_SECONDS });
    lanes.set(lane, known);
    known.catch(() => lanes.delete(lane));
    return known;
  };

  return {
    start: async () => {
      await boss.start();
    },
    async add(lane, { id, subject, afterMs }) {
      await ensure(lane);
      await boss.send(lane, { subject }, { id, ...(afterMs > 0 ? { startAfter: new Date(Date.now() + Math.max(afterMs, SECOND)) } : {}) });
    },
    async work(lane, concurrency, handle) {
      if (working.has(lane)) return;
      working.add(lane);
      await ensure(lane);
      await boss.work(lane, { pollingIntervalSeconds: POLL_SECONDS, batchSize: concurrency }, async (jobs) => {
        await Promise.allSettled(jobs.map(({ data }) => handle(subjectOf(data))));
      });
    },
    stop: () => boss.stop({ graceful: true, timeout: 15_000 }),
  };
};
