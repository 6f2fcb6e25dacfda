import { runService } from '@sluice/service';
import { readEnricherConfig } from './config.ts';
import { createEnricherModule } from './enricher.module.ts';

await runService({ name: 'enricher', readConfig: readEnricherConfig, createModule: createEnricherModule });
