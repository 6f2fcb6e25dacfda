import { trace } from '@opentelemetry/api';
import { pino } from 'pino';

export interface Logger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** Fields whose values never reach a log, wherever they stand. */
const SECRET_FIELDS = [
  'password',
  'secret',
  'token',
  'apiKey',
  'authorization',
  'email',
  'phone',
  'text',
  'subject',
  'body',
];

const traceIds = () => {
  const span = trace.getActiveSpan()?.spanContext();
  return span ? { trace_id: span.traceId, span_id: span.spanId } : {};
};

/** JSON lines on standard output, with the ids of the trace they belong to. */
export const createLogger = (service: string, level: LogLevel = 'info'): Logger =>
  pino({
    level,
    base: { service },
    messageKey: 'message',
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    mixin: traceIds,
    redact: { paths: SECRET_FIELDS.flatMap((field) => [field, `*.${field}`]), censor: '[redacted]' },
  });
