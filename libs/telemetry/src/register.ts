/** The `--import` preload of every service: telemetry starts before anything that it instruments is loaded. */
import { register } from 'node:module';
import { readTelemetryConfig } from './config.ts';
import { startTelemetry } from './start-telemetry.ts';

register('@opentelemetry/instrumentation/hook.mjs', import.meta.url);
startTelemetry(readTelemetryConfig());
