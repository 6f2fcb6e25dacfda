import { randomName, testInfrastructure } from '@sluice/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { migrate, type Migration } from './migrate.ts';
import { createMigrationsCheck } from './migrations-check.ts';
import { createPostgres, type Postgres } from './postgres.ts';

const url = testInfrastructure().postgresUrl;
const schema = randomName('lagging');
const first: Migration = { name: 'First1763700099001', up: ['create table {schema}.thing (id int)'] };
const second: Migration = { name: 'Second1763700099002', up: ['alter table {schema}.thing add column name text'] };
let postgres: Postgres;

beforeAll(() => {
  postgres = createPostgres({ url });
});
afterAll(async () => {
  await postgres.query(`drop schema if exists "${schema}" cascade`);
  await postgres.close();
});

const check = (...migrations: readonly Migration[]) =>
  createMigrationsCheck(postgres, [{ schema, migrations }]).check();

it('a build whose migrations were not run is told which, and what runs them', async () => {
  expect(await check(first)).toBe(
    `the schema ${schema} lacks First1763700099001: \`npm run deploy\` runs what is pending`,
  );
  await migrate({ url, schema, migrations: [first] });
  expect(await check(first)).toBe(true);
  expect(await check(first, second)).toContain(`${schema} lacks Second1763700099002`);
  await migrate({ url, schema, migrations: [first, second] });
  expect(await check(first, second)).toBe(true);
});

it('an older build is content with a database that is ahead of it', async () => {
  await migrate({ url, schema, migrations: [first, second] });
  expect(await check(first)).toBe(true);
});

it('a database that is away is no lag', async () => {
  const away = createPostgres({ url: 'postgres://nobody@127.0.0.1:1/nothing' });
  await expect(createMigrationsCheck(away, [{ schema, migrations: [first] }]).check()).rejects.toThrow(
    'asking Postgres',
  );
  await away.close();
});
