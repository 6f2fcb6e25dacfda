import type { FailPoints } from '@sluice/kernel';
import kafkajs from 'kafkajs';
import { registerCodecs } from './codecs.ts';
import { securityOf, type SecurityOptions } from './kafka-security.ts';

/** Where the client's own messages go. Shaped like pino. */
export interface TransportLogger {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export const silentLogger: TransportLogger = { info: () => undefined, warn: () => undefined, error: () => undefined };

export interface KafkaOptions extends SecurityOptions {
  readonly brokers: readonly string[];
  /** Shows up in the broker's logs and quotas; the service's name. */
  readonly clientId: string;
  readonly logger?: TransportLogger;
  /** How a connection to a broker is opened, for tunnels and for proxies that lose things; plain TCP when not given. */
  readonly socketFactory?: kafkajs.ISocketFactory;
  /** A member that is silent for longer is taken for dead; default 15,000. */
  readonly sessionTimeoutMs?: number;
  /** A dead peer holds up readers of its transaction for at most this long; default 15,000. */
  readonly transactionTimeoutMs?: number;
  /** As `Transport.maxRecordBytes`; what the declared topics take unless told. */
  readonly maxRecordBytes?: number;
  /** Passed at every step of a transaction; off when not given. */
  readonly failPoints?: FailPoints;
}

/** A warning of kafkajs at every transactional producer. Ours are thrown away with the first failure, and need no retries without end. */
const EXPECTED_WARNING = 'Limiting retries for the idempotent producer';

const logTo =
  (logger: TransportLogger) =>
  () =>
  ({ namespace, level, log }: kafkajs.LogEntry): void => {
    if (log.message.startsWith(EXPECTED_WARNING)) return;
    const { message, timestamp: _timestamp, logger: _name, stack: _stack, ...fields } = log;
    const entry = { client: 'kafkajs', namespace, ...fields };
    // What a broker answers is retried or reported by who asked: an answer alone is no failure of ours.
    const isAnswer = message.startsWith('Response ');
    if (level === kafkajs.logLevel.ERROR && !isAnswer) logger.error(entry, message);
    else if (level === kafkajs.logLevel.WARN) logger.warn(entry, message);
    else logger.info(entry, message);
  };

export const DEFAULT_TRANSACTION_TIMEOUT_MS = 15_000;

/**
 * One for each consumer, producer and admin. Of one kafkajs client they would share nothing that costs anything: each makes its own
 * connections and metadata. They would share what kafkajs believes to be committed, though, and a producer writes that down before its
 * transaction has ended: no consumer may rest on it.
 */
export const createKafka = ({
  brokers,
  clientId,
  logger = silentLogger,
  socketFactory,
  ...security
}: KafkaOptions): kafkajs.Kafka => {
  registerCodecs();
  return new kafkajs.Kafka({
    brokers: [...brokers],
    clientId,
    connectionTimeout: 3_000,
    requestTimeout: 15_000,
    logLevel: kafkajs.logLevel.WARN,
    logCreator: logTo(logger),
    retry: { initialRetryTime: 50, maxRetryTime: 1_000, retries: 8 },
    ...securityOf(security),
    ...(socketFactory === undefined ? {} : { socketFactory }),
  });
};
