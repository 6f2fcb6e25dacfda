import { runService } from '@sluice/service';
import { readIngestConfig } from './config.ts';
import { configureIntake } from './http/configure-intake.ts';
import { createIngestModule } from './ingest.module.ts';

await runService({
  name: 'ingest',
  readConfig: readIngestConfig,
  createModule: createIngestModule,
  bodyLimit: ({ SLUICE_MAX_INQUIRY_BYTES }) => SLUICE_MAX_INQUIRY_BYTES,
  trustedProxies: ({ SLUICE_TRUSTED_PROXIES }) => SLUICE_TRUSTED_PROXIES,
  configure: configureIntake,
});
