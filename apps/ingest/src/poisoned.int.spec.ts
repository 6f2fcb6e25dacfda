import { join } from 'node:path';
import { createBlobStore, createPostgres, createStateStore, migrate, type Postgres } from '@sluice/persistence';
import { loadPlaybooks } from '@sluice/policy/files';
import { poisonedStageSuite } from '@sluice/stage/testing';
import { randomName, testInfrastructure } from '@sluice/testing';
import { afterAll, beforeAll } from 'vitest';
import { createInquiryParser } from './adapters/mime-inquiry-parser.adapter.ts';
import { ingestSchema } from './migrations.ts';
import { normalizeInquiry } from './stages/normalize-inquiry.stage.ts';

const { postgresUrl: url } = testInfrastructure();
const schema = randomName('ingest');
const playbook = loadPlaybooks(join(import.meta.dirname, '..', '..', '..', 'playbooks')).playbooks.find(
  (one) => one.playbook.name === 'customer-ops',
)?.playbook;
if (!playbook) throw new Error('there is no customer-ops');

let postgres: Postgres;
beforeAll(async () => {
  await migrate({ url, schema, migrations: ingestSchema.migrations });
  postgres = createPostgres({ url });
});
afterAll(async () => {
  await postgres.query(`drop schema if exists "${schema}" cascade`);
  await postgres.close();
});

poisonedStageSuite({
  stage: normalizeInquiry,
  playbook,
  ports: () => ({
    parser: createInquiryParser({ blobs: createBlobStore(postgres), contactSecret: 'a secret of the test' }),
  }),
  stateStore: () => createStateStore(postgres, { schema }),
});
