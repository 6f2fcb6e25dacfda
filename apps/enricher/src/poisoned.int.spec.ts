import { memoryCache } from '@sluice/cache';
import { createPostgres, createStateStore, migrate, type Postgres } from '@sluice/persistence';
import { poisonedStageSuite } from '@sluice/stage/testing';
import { randomName, testInfrastructure } from '@sluice/testing';
import { afterAll, beforeAll } from 'vitest';
import { openSources, type Sources } from './adapters/sources.ts';
import { enricherSchema } from './migrations.ts';
import { enrichInquiry } from './stages/enrich-inquiry.stage.ts';
import { aPolicy } from './testing/a-policy.ts';

const { postgresUrl: url } = testInfrastructure();
const schema = randomName('enricher');
let postgres: Postgres;
let sources: Sources;
beforeAll(async () => {
  await migrate({ url, schema, migrations: enricherSchema.migrations });
  postgres = createPostgres({ url });
  sources = openSources(
    { firmographics: null, websiteBaseUrl: null, companiesFile: null, websiteTextsFile: null, allowedNetworks: [] },
    { companies: memoryCache(), websites: memoryCache() },
  );
});
afterAll(async () => {
  await sources.close();
  await postgres.query(`drop schema if exists "${schema}" cascade`);
  await postgres.close();
});

poisonedStageSuite({
  stage: enrichInquiry,
  playbook: aPolicy,
  ports: () => sources,
  stateStore: () => createStateStore(postgres, { schema }),
});
