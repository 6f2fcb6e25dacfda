import { TransientError } from '@sluice/kernel';
import type { Postgres } from '@sluice/persistence';

/** The tables of events, which are cut by when a record was logged, and how wide a partition is. */
const WIDTHS = { event: 'month', event_content: 'day' } as const;
export type PartitionedTable = keyof typeof WIDTHS;
const TABLES = Object.keys(WIDTHS) as readonly PartitionedTable[];

/** A stretch of time that has a partition: from its first moment to that of the next. */
interface Stretch {
  readonly name: string;
  readonly from: string;
  readonly to: string;
}

const stretchOf = (table: PartitionedTable, moment: string): Stretch => {
  const [year = 0, month = 1, day = 1] = moment.slice(0, 10).split('-').map(Number);
  const isMonth = WIDTHS[table] === 'month';
  const from = new Date(Date.UTC(year, month - 1, isMonth ? 1 : day)).toISOString();
  const to = new Date(isMonth ? Date.UTC(year, month, 1) : Date.UTC(year, month - 1, day + 1)).toISOString();
  return { name: `${table}_${from.slice(0, isMonth ? 7 : 10).replaceAll('-', '_')}`, from, to };
};

/** Days for which partitions are made before anything is logged in them. */
const DAYS_AHEAD = 3;
const DAY_MS = 86_400_000;
/** Others wait behind whoever waits for a lock on a whole table: better to give up, and try again. */
const LOCK_TIMEOUT = '5s';
/** SQLSTATE of a lock that was not had in time. */
const LOCK_NOT_AVAILABLE = '55P03';

export interface Partitions {
  /** Makes what is missing for these moments. Cheap where nothing is. @throws TransientError */
  cover(moments: Iterable<string>): Promise<void>;
  /** Looks again what is there. */
  forget(): void;
  /** Makes those of the next days, before they are needed. @throws TransientError */
  makeAhead(now: string): Promise<void>;
  /** Drops what lies wholly before a moment. Gives the names of what was dropped. @throws TransientError */
  dropBefore(table: PartitionedTable, moment: string): Promise<readonly string[]>;
}

const unavailable = (error: unknown): never => {
  if (error instanceof Error && 'code' in error && error.code === LOCK_NOT_AVAILABLE)
    throw new TransientError('changing the partitions of events: the table is in use', { cause: error });
  throw error;
};

export const createPartitions = (postgres: Postgres, schema: string): Partitions => {
  const made = new Set<string>();

  /** Attached rather than made in place: that lets others read and write the table meanwhile. */
  const make = async (table: PartitionedTable, { name, from, to }: Stretch): Promise<void> => {
    await postgres.transaction(async ({ query }) => {
      await query(`set local lock_timeout = '${LOCK_TIMEOUT}'`);
      await query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`${schema}.${table}`]);
      const [there] = await query(`select to_regclass($1) as name`, [`"${schema}"."${name}"`]);
      if (there?.['name']) return;
      await query(
        `create table "${schema}"."${name}" (like "${schema}"."${table}" including defaults including storage)`,
      );
      await query(
        `alter table "${schema}"."${table}" attach partition "${schema}"."${name}" for values from ('${from}') to ('${to}')`,
      );
    });
    made.add(name);
  };

  const partitionsOf = async (table: PartitionedTable): Promise<readonly string[]> =>
    (
      await postgres.query(
        `select child.relname as name from pg_inherits join pg_class child on child.oid = inhrelid where inhparent = to_regclass($1) order by 1`,
        [`"${schema}"."${table}"`],
      )
    ).map(({ name }) => String(name));

  const cover: Partitions['cover'] = async (moments) => {
    const days = new Set<string>();
    for (const moment of moments) days.add(moment.slice(0, 10));
    for (const table of TABLES) {
      for (const day of days) {
        const stretch = stretchOf(table, day);
        if (!made.has(stretch.name)) await make(table, stretch).catch(unavailable);
      }
    }
  };

  return {
    cover,
    forget: () => made.clear(),
    makeAhead: (now) =>
      cover(Array.from({ length: DAYS_AHEAD + 1 }, (_, day) => new Date(Date.parse(now) + day * DAY_MS).toISOString())),
    async dropBefore(table, moment) {
      const { name: current } = stretchOf(table, moment);
      const old = (await partitionsOf(table)).filter((name) => name < current);
      for (const name of old) {
        made.delete(name);
        await postgres
          .transaction(async ({ query }) => {
            await query(`set local lock_timeout = '${LOCK_TIMEOUT}'`);
            await query(`drop table if exists "${schema}"."${name}"`);
          })
          .catch(unavailable);
      }
      return old;
    },
  };
};
