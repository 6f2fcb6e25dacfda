import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { SwaggerModule } from '@nestjs/swagger';
import type { IngestConfig } from '../config.ts';
import { intakeDocument } from './open-api.ts';

/** Bodies are taken as bytes, since signatures are over bytes. */
const MEDIA_TYPES = [
  'application/json',
  'message/rfc822',
  'application/x-ndjson',
  'text/csv',
  'application/x-www-form-urlencoded',
  'multipart/form-data',
];

export const configureIntake = (app: NestFastifyApplication, config: IngestConfig): void => {
  for (const type of MEDIA_TYPES) {
    app.useBodyParser(type, { bodyLimit: config.SLUICE_MAX_BODY_BYTES }, (_request, body, done) => done(null, body));
  }
  SwaggerModule.setup('docs', app, intakeDocument(), { jsonDocumentUrl: 'docs/json' });
};
