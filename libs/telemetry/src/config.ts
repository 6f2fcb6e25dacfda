import { basename, dirname } from 'node:path';
import type { TelemetryOptions } from './start-telemetry.ts';

/** The service is named by its bundle's folder, `dist/apps/<name>/main.js`, unless OTEL_SERVICE_NAME says otherwise. */
export const readTelemetryConfig = (): TelemetryOptions => ({
  service: process.env['OTEL_SERVICE_NAME'] ?? basename(dirname(process.argv[1] ?? 'sluice/main.js')),
  version: process.env['SLUICE_VERSION'] ?? '0.2.0',
  otlpEndpoint: process.env['OTEL_EXPORTER_OTLP_ENDPOINT'] ?? null,
  otlpProtocol: process.env['OTEL_EXPORTER_OTLP_PROTOCOL'] === 'http/json' ? 'http/json' : 'http/protobuf',
});
