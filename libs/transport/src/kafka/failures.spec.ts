import { createRequire } from 'node:module';
import { TransientError } from '@sluice/kernel';
import { RefusedRecordsError } from '@sluice/stage';
import kafkajs from 'kafkajs';
import { describe, expect, it } from 'vitest';
import { asTransient, brokerErrorOf, concernsOneTopic, isFenced, outageOf, refusalOf } from './failures.ts';

const { createErrorFromCode } = createRequire(import.meta.url)('kafkajs/src/protocol/error') as {
  createErrorFromCode: (code: number) => Error;
};
/** As the client's retrier gives up. */
const wrapped = (cause: Error): Error =>
  Object.assign(new kafkajs.KafkaJSNonRetriableError(cause.message), { cause: cause.cause ?? cause });
const unanswered = (message: string): Error => new kafkajs.KafkaJSConnectionError(message, {});

/** As Kafka's protocol guide numbers them. */
const codes = {
  CORRUPT_MESSAGE: 2,
  UNKNOWN_TOPIC_OR_PARTITION: 3,
  NOT_LEADER: 6,
  MESSAGE_TOO_LARGE: 10,
  NOT_COORDINATOR: 16,
  RECORD_LIST_TOO_LARGE: 18,
  NOT_ENOUGH_REPLICAS: 19,
  ILLEGAL_GENERATION: 22,
  TOPIC_AUTHORIZATION_FAILED: 29,
  INVALID_TIMESTAMP: 32,
  UNSUPPORTED_VERSION: 35,
  INVALID_REQUEST: 42,
  OUT_OF_ORDER_SEQUENCE: 45,
  INVALID_TRANSACTION_TIMEOUT: 50,
  TRANSACTIONAL_ID_AUTHORIZATION_FAILED: 53,
  KAFKA_STORAGE_ERROR: 56,
  SASL_AUTHENTICATION_FAILED: 58,
  INVALID_RECORD: 87,
  PRODUCER_FENCED: 90,
  UNKNOWN_SERVER_ERROR: -1,
  OF_A_LATER_KAFKA: 119,
} as const;
const answer = (name: keyof typeof codes): Error => createErrorFromCode(codes[name]);

describe('a failure of Kafka', () => {
  it.each<[string, Error, boolean]>([
    ['a leader that moved', answer('NOT_LEADER'), false],
    ['too few replicas', answer('NOT_ENOUGH_REPLICAS'), false],
    ['a coordinator that moved', answer('NOT_COORDINATOR'), false],
    ['a disk', answer('KAFKA_STORAGE_ERROR'), false],
    ['a producer that is not known any more', answer('OUT_OF_ORDER_SEQUENCE'), false],
    ['a producer that was fenced', answer('PRODUCER_FENCED'), false],
    ['a generation that is over', answer('ILLEGAL_GENERATION'), false],
    ['an error of a later Kafka', answer('OF_A_LATER_KAFKA'), false],
    ['a connection that breaks', unanswered('Connection error: read ECONNRESET'), false],
    ['no answer', new kafkajs.KafkaJSRequestTimeoutError('Request timed out', {} as never), false],
    [
      'a broker that is only just starting',
      new kafkajs.KafkaJSServerDoesNotSupportApiKey(
        'The Kafka server does not support the requested API version',
        {} as never,
      ),
      false,
    ],
    ['what an adapter said already', new TransientError('the token server answers 503'), false],
    ['a topic that is missing', answer('UNKNOWN_TOPIC_OR_PARTITION'), true],
    ['access to a topic', answer('TOPIC_AUTHORIZATION_FAILED'), true],
    ['access to a transactional id', answer('TRANSACTIONAL_ID_AUTHORIZATION_FAILED'), true],
    ['credentials', answer('SASL_AUTHENTICATION_FAILED'), true],
    ['a certificate', unanswered('Connection error: self-signed certificate'), true],
  ])('is an outage: %s; somebody has to mend it: %o', (_what, error, needsSomebody) => {
    for (const one of [error, wrapped(error)]) {
      expect(outageOf(one)).toMatchObject({ needsSomebody });
      expect(asTransient('doing', one)).toBeInstanceOf(TransientError);
      expect(asTransient('doing', one).message).toMatch(/^doing: /);
    }
  });

  it.each<[string, Error]>([
    ['a record that is too large', answer('MESSAGE_TOO_LARGE')],
    ['a batch that is too large', answer('RECORD_LIST_TOO_LARGE')],
    ['a record that is invalid', answer('INVALID_RECORD')],
    ['a record that is damaged, however often it is sent', answer('CORRUPT_MESSAGE')],
    ['a time-stamp', answer('INVALID_TIMESTAMP')],
    ['a request that is wrong', answer('INVALID_REQUEST')],
    ['a version that is not spoken', answer('UNSUPPORTED_VERSION')],
    ['a time-out that the broker does not allow', answer('INVALID_TRANSACTION_TIMEOUT')],
    ['what the broker can not explain', answer('UNKNOWN_SERVER_ERROR')],
    ['a value that no encoder can write', new TypeError('The "string" argument must be of type string')],
    ['a defect of the client', new kafkajs.KafkaJSNonRetriableError('Transaction state exception')],
  ])('is nobody’s outside: %s', (_what, error) => {
    for (const one of [error, wrapped(error)]) {
      expect(outageOf(one)).toBeNull();
      expect(asTransient('doing', one)).toBe(one);
      expect(refusalOf(one)).toBeInstanceOf(RefusedRecordsError);
    }
  });

  it('of records is told by the broker’s name for it, or as an encoder’s', () => {
    expect(refusalOf(wrapped(answer('MESSAGE_TOO_LARGE'))).reason).toBe('MESSAGE_TOO_LARGE');
    expect(refusalOf(wrapped(new TypeError('x'))).reason).toBe('UNENCODABLE');
  });

  it('of the network names the alert of a handshake, and not OpenSSL’s own files', () => {
    const raw =
      'Connection error: 402DCF59757F0000:error:0A000412:SSL routines:ssl3_read_bytes:ssl/tls alert bad certificate:../deps/openssl/x.c:918:SSL alert number 42\n';
    expect(outageOf(unanswered(raw))?.reason).toBe(
      'no TLS connection to Kafka: the broker refuses: bad certificate; look at SLUICE_KAFKA_TLS, SLUICE_KAFKA_CA and SLUICE_KAFKA_CLIENT_CERT',
    );
  });

  it('is looked for behind whatever it was wrapped in', () => {
    expect(isFenced(wrapped(answer('ILLEGAL_GENERATION')))).toBe(true);
    expect(isFenced(answer('PRODUCER_FENCED'))).toBe(false);
    expect(brokerErrorOf(wrapped(wrapped(answer('NOT_LEADER'))))).toBe('NOT_LEADER_FOR_PARTITION');
    expect(brokerErrorOf(unanswered('x'))).toBeNull();
    expect(concernsOneTopic(wrapped(answer('TOPIC_AUTHORIZATION_FAILED')))).toBe(true);
    expect(concernsOneTopic(answer('SASL_AUTHENTICATION_FAILED'))).toBe(false);
  });
});
