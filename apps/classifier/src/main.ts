import { runService } from '@sluice/service';
import { createClassifierModule } from './classifier.module.ts';
import { readClassifierConfig } from './config.ts';

await runService({ name: 'classifier', readConfig: readClassifierConfig, createModule: createClassifierModule });
