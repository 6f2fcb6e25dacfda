import { DataSource, type MigrationInterface, type QueryRunner } from 'typeorm';
import { driverAddressOf, type DatabaseAddress } from './postgres.ts';

/** One step of a schema, hand-written, never edited once it was released. Expands only: what old code needs goes in a later release. */
export interface Migration {
  /** A title in PascalCase, then 13 digits: the moment it was written, in milliseconds. */
  readonly name: string;
  /** Statements, in order; `{schema}` stands for the service's schema. */
  readonly up: readonly string[];
}

export interface MigrationSet extends DatabaseAddress {
  /** The service's own schema: made when it is not there. */
  readonly schema: string;
  readonly migrations: readonly Migration[];
}

/** Long enough for another pod's migration, short enough to fail a rollout visibly. */
const LOCK_TIMEOUT = '30s';
const LOCK_KEY = 7_517_001;

const toTypeOrm = ({ name, up }: Migration, schema: string) =>
  class implements MigrationInterface {
    readonly name = name;
    async up(runner: QueryRunner): Promise<void> {
      for (const statement of up) await runner.query(statement.replaceAll('{schema}', `"${schema}"`));
    }
    async down(): Promise<void> {
      throw new Error(`undoing ${name}: migrations go forward only; write another`);
    }
  };

const dataSourceOf = ({ schema, migrations, ...address }: MigrationSet): DataSource => {
  const { connectionString: url, ...tls } = driverAddressOf(address);
  return new DataSource({
    type: 'postgres',
    url,
    ...tls,
    schema,
    synchronize: false,
    migrationsTransactionMode: 'each',
    migrationsTableName: 'migration',
    migrations: migrations.map((migration) => toTypeOrm(migration, schema)),
    extra: { max: 2, connectionTimeoutMillis: 5_000 },
  });
};

const withDataSource = async <Result>(
  set: MigrationSet,
  work: (source: DataSource) => Promise<Result>,
): Promise<Result> => {
  const source = await dataSourceOf(set).initialize();
  try {
    return await work(source);
  } finally {
    await source.destroy();
  }
};

/** Brings one service's schema up to date, one process at a time. Repeating it changes nothing. Gives the names of what ran. */
export const migrate = (set: MigrationSet): Promise<readonly string[]> =>
  withDataSource(set, async (source) => {
    const lock = source.createQueryRunner();
    try {
      await lock.query(`set lock_timeout = '${LOCK_TIMEOUT}'`);
      await lock.query('select pg_advisory_lock($1)', [LOCK_KEY]);
      await lock.query(`create schema if not exists "${set.schema}"`);
      return (await source.runMigrations()).map(({ name }) => name);
    } finally {
      await lock.query('select pg_advisory_unlock($1)', [LOCK_KEY]).catch(() => undefined);
      await lock.release();
    }
  });
