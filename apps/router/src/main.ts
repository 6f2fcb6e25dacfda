import { runService } from '@sluice/service';
import { readRouterConfig } from './config.ts';
import { createRouterModule } from './router.module.ts';

await runService({ name: 'router', readConfig: readRouterConfig, createModule: createRouterModule });
