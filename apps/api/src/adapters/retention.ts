import { eventTopics, slaAtRisk, slaBreached, slaClocksMoved } from '@sluice/contracts';
import { TransientError, type Clock } from '@sluice/kernel';
import type { Postgres } from '@sluice/persistence';
import type { Playbook } from '@sluice/policy';
import type { Logger } from '@sluice/telemetry';
import { strictestRetention, type RetentionTerms } from '../domain/retention.ts';
import type { Partitions } from './partitions.ts';

export interface RetentionOptions {
  readonly schema: string;
  readonly partitions: Partitions;
  /** Every playbook that is in force for somebody. @throws TransientError */
  readonly playbooksInForce: () => Promise<readonly Pick<Playbook, 'retention' | 'overrides'>[]>;
  readonly clock: Clock;
  readonly logger: Pick<Logger, 'info' | 'warn'>;
  /** Rows of one statement at most; default 1,000. */
  readonly limit?: number;
}

const DAY_MS = 86_400_000;
const LIMIT = 1_000;

const PROMISE_TOPICS: readonly string[] = [slaClocksMoved.v1.type, slaAtRisk.v1.type, slaBreached.v1.type];
/** For how long the log may still deliver an event of a promise. */
const PROMISE_DAYS =
  Math.max(...eventTopics.filter(({ name }) => PROMISE_TOPICS.includes(name)).map((topic) => topic.retentionMs)) /
  DAY_MS;

/** Bytes and headers that hold what somebody wrote: the row stays, and says that they are gone. */
const EXPIRE_DEAD_LETTERS = (schema: string): string => `
  update "${schema}".dead_letter set key = null, value = null, headers = '{}', expired_at = now() where id in (
    select id from "${schema}".dead_letter where failed_at < $1 and expired_at is null order by failed_at limit $2 for update skip locked)
  returning stage, replayed_at is null as lost`;

/** Those that nothing more is expected of; one that is still open is kept, whatever its age. */
const DELETE_INQUIRIES = (schema: string): string => `
  with old as (
    delete from "${schema}".inquiry where inquiry_id in (
      select inquiry_id from "${schema}".inquiry
      where received_at < $1 and last_logged_at < $1 and (state = 'dropped' or routed_closed or closed_at is not null) order by received_at limit $2 for update skip locked)
    returning inquiry_id),
  effects as (delete from "${schema}".effect where inquiry_id in (select inquiry_id from old))
  select count(*)::float8 as rows from old`;

const DELETE_DEAD_LETTERS = (schema: string): string => `
  with old as (delete from "${schema}".dead_letter where id in (
    select id from "${schema}".dead_letter where failed_at < $1 and expired_at is not null order by failed_at limit $2 for update skip locked) returning 1)
  select count(*)::float8 as rows from old`;

/** Those that are over, or of which the log holds no change any more. */
const DELETE_PROMISES = (schema: string): string => `
  with old as (delete from "${schema}".sla_promise where (conversation_id, clock, inquiry_id) in (
    select conversation_id, clock, inquiry_id from "${schema}".sla_promise
    where logged_at < $1 and status in ('unknown', 'stopped') order by logged_at limit $2 for update skip locked) returning 1)
  select count(*)::float8 as rows from old`;

const DELETE_AUDIT = (schema: string): string => `
  with old as (delete from "${schema}".audit where id in (
    select id from "${schema}".audit where at < $1 order by id limit $2 for update skip locked) returning 1)
  select count(*)::float8 as rows from old`;

/**
 * Deletes what is older than the playbooks in force allow, and makes the partitions of the next days. Any number of processes may run it
 * at once; it says `again` while there may be more.
 */
export const createRetentionRun = (
  postgres: Postgres,
  options: RetentionOptions,
): (() => Promise<'again' | 'rest'>) => {
  const { schema, partitions, playbooksInForce, clock, logger, limit = LIMIT } = options;

  const expireDeadLetters = async (before: string): Promise<boolean> => {
    const rows = await postgres.query(EXPIRE_DEAD_LETTERS(schema), [before, limit]);
    for (const [stage, lost] of Map.groupBy(
      rows.filter((row) => row['lost'] === true),
      (row) => String(row['stage']),
    ))
      logger.warn(
        { stage, deadLetters: lost.length },
        'dead letters that nobody put back are too old to be kept: their content is deleted',
      );
    return rows.length === limit;
  };

  const deleteSome = async (statement: string, before: string): Promise<boolean> =>
    Number((await postgres.query(statement, [before, limit]))[0]?.['rows']) === limit;

  const drop = async (table: 'event' | 'event_content', before: string): Promise<void> => {
    const dropped = await partitions.dropBefore(table, before);
    if (dropped.length > 0) logger.info({ dropped }, 'partitions are older than the playbooks allow: dropped');
  };

  const apply = async ({ contentDays, auditDays }: RetentionTerms, now: number): Promise<boolean> => {
    const before = (days: number): string => new Date(now - days * DAY_MS).toISOString();
    await drop('event_content', before(contentDays));
    const more = [
      await expireDeadLetters(before(contentDays)),
      await deleteSome(DELETE_PROMISES(schema), before(Math.min(PROMISE_DAYS, auditDays ?? PROMISE_DAYS))),
    ];
    if (auditDays !== null) {
      await drop('event', before(auditDays));
      for (const statement of [DELETE_INQUIRIES, DELETE_DEAD_LETTERS, DELETE_AUDIT])
        more.push(await deleteSome(statement(schema), before(auditDays)));
    }
    return more.includes(true);
  };

  return async () => {
    try {
      const now = clock.now();
      await partitions.makeAhead(now);
      const terms = strictestRetention(await playbooksInForce());
      return terms !== null && (await apply(terms, Date.parse(now))) ? 'again' : 'rest';
    } catch (error) {
      if (!(error instanceof TransientError)) throw error;
      // It is tried again soon, and nobody who asks or is answered meanwhile misses it.
      logger.warn({ reason: error.message }, 'retention could not be applied now');
      return 'rest';
    }
  };
};
