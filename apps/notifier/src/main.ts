import { runService } from '@sluice/service';
import { readNotifierConfig } from './config.ts';
import { createNotifierModule } from './notifier.module.ts';

await runService({ name: 'notifier', readConfig: readNotifierConfig, createModule: createNotifierModule });
