export { createLogger, type Logger, type LogLevel } from './logger.ts';
export { currentTelemetry, startTelemetry, type Telemetry, type TelemetryOptions } from './start-telemetry.ts';
