import type { MigrationSet } from './migrate.ts';
import { codeOf, type Queryable } from './postgres.ts';

type SchemaSet = Pick<MigrationSet, 'schema' | 'migrations'>;

/** SQLSTATE: there is no such table, since nothing was ever migrated. */
const UNDEFINED_TABLE = '42P01';

const ran = async ({ query }: Queryable, schema: string): Promise<ReadonlySet<string>> => {
  try {
    return new Set((await query(`select name from "${schema}".migration`)).map(({ name }) => String(name)));
  } catch (error) {
    if (codeOf(error) === UNDEFINED_TABLE) return new Set();
    throw error;
  }
};

const lagOf = async (queryable: Queryable, { schema, migrations }: SchemaSet): Promise<readonly string[]> => {
  const done = await ran(queryable, schema);
  const pending = migrations.filter(({ name }) => !done.has(name)).map(({ name }) => name);
  return pending.length === 0 ? [] : [`the schema ${schema} lacks ${pending.join(', ')}`];
};

/** A readiness check: true, or which migrations of these schemas this build needs and the database has not had. A database ahead of the build is fine. */
export const createMigrationsCheck = (queryable: Queryable, sets: readonly SchemaSet[]) => ({
  name: 'migrations',
  async check(): Promise<true | string> {
    const lags = (await Promise.all(sets.map((set) => lagOf(queryable, set)))).flat();
    return lags.length === 0 ? true : `${lags.join('; ')}: \`npm run deploy\` runs what is pending`;
  },
});
