/** The `--import` preload of every service: telemetry starts before anything that it instruments is used. */
import { createRequire } from 'node:module';
import { readTelemetryConfig } from './config.ts';
import { startTelemetry } from './start-telemetry.ts';

const config = readTelemetryConfig();
await startTelemetry(config);

// Instrumentations change a module when it is required. Everything here is CommonJS or Node's own, one instance for whoever imports
// it later, so that requiring it first is enough: OpenTelemetry's loader hook, which sees `import` too, passes every module of a
// service through a thread of its own and makes up half of what starting one costs.
const require = createRequire(import.meta.url);
const instrumented = ['http', 'https', ...(config.otlpEndpoint === null ? [] : ['pg', 'ioredis'])];
for (const name of instrumented) require(name);
