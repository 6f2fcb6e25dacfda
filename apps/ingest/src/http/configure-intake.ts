import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { SwaggerModule } from '@nestjs/swagger';
import type { IngestConfig } from '../config.ts';
import { INTAKE_PARTS, type IntakeParts } from './intake-parts.ts';
import { intakeDocument } from './open-api.ts';
import { isFacade, routeAt, type BodyKind } from './routes.ts';

/** Bodies are taken as bytes, since signatures are over bytes. */
const MEDIA_TYPES = [
  'application/json',
  'message/rfc822',
  'application/x-ndjson',
  'text/csv',
  'application/x-www-form-urlencoded',
  'multipart/form-data',
];

/** Base64 makes four of three; the fields beside the mail are an inquiry's. */
const BASE64 = 4 / 3;

/** Bytes of a body at most, by what it holds. */
const bodyLimits = (config: IngestConfig): Readonly<Record<BodyKind, number>> => ({
  inquiry: config.SLUICE_MAX_INQUIRY_BYTES,
  mail: config.SLUICE_MAX_MAIL_BYTES,
  'mail-in-json': Math.ceil(config.SLUICE_MAX_MAIL_BYTES * BASE64) + config.SLUICE_MAX_INQUIRY_BYTES,
  batch: config.SLUICE_MAX_BATCH_BYTES,
});

/**
 * What the HTTP server does before a controller sees a request: nobody's body is read who shows by their headers already that they
 * are no sender of ours, or was refused too often; and a body is read no further than its route allows.
 */
export const configureIntake = (app: NestFastifyApplication, config: IngestConfig): void => {
  const limits = bodyLimits(config);
  const { gatekeeper, gate } = app.get<IntakeParts>(INTAKE_PARTS, { strict: false });
  const server = app.getHttpAdapter().getInstance();
  server.addHook('onRoute', (options) => {
    const route = routeAt(options.url);
    if (route) options.bodyLimit = limits[route.body];
  });
  server.addHook('onRequest', async (request) => {
    const route = routeAt(request.routeOptions.url);
    if (!route) return;
    if (isFacade(route)) await gate.checkHeaders(request, route);
    else gatekeeper.checkHeaders(request);
  });
  for (const type of MEDIA_TYPES)
    app.useBodyParser(type, { bodyLimit: limits.inquiry }, (_request, body, done) => done(null, body));
  SwaggerModule.setup('docs', app, intakeDocument(), { jsonDocumentUrl: 'docs/json' });
};
