import { runService } from '@sluice/service';
import { SwaggerModule } from '@nestjs/swagger';
import { createApiModule } from './api.module.ts';
import { readApiConfig } from './config.ts';
import { apiDocument } from './http/open-api.ts';

await runService({
  name: 'api',
  readConfig: readApiConfig,
  createModule: createApiModule,
  configure: (app) => SwaggerModule.setup('docs', app, apiDocument(), { jsonDocumentUrl: 'docs/json' }),
});
