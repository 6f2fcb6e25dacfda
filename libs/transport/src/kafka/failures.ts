import { TransientError } from '@sluice/kernel';
import { RefusedRecordsError } from '@sluice/stage';

type Link = Error & { readonly type?: unknown; readonly code?: unknown; readonly retriable?: unknown };
type Answer = Link & { readonly type: string };

const DEPTH = 6;

/** kafkajs wraps what it was told: every error from the outermost to what began it. */
const chainOf = (error: unknown): readonly Link[] => {
  const chain: Link[] = [];
  for (let at: unknown = error; at instanceof Error && chain.length < DEPTH;) {
    chain.push(at);
    const { cause, originalError }: { readonly cause?: unknown; readonly originalError?: unknown } = at;
    at = cause ?? originalError;
  }
  return chain;
};

const isAnswer = (link: Link): link is Answer => typeof link.type === 'string';

/** The broker's name for an error, looked for through kafkajs's wrappers; null when the broker did not answer. */
export const brokerErrorOf = (error: unknown): string | null => chainOf(error).find(isAnswer)?.type ?? null;

/** The group no longer knows us as we were when we fetched: what we hold is another's now. */
const FENCED = new Set(['ILLEGAL_GENERATION', 'UNKNOWN_MEMBER_ID', 'FENCED_INSTANCE_ID']);

/** Answers that mean the same although Kafka's table does not call them retriable: a new producer, or a new membership, goes on. */
const PASSING = new Set([
  ...FENCED,
  'REBALANCE_IN_PROGRESS',
  'PRODUCER_FENCED',
  'INVALID_PRODUCER_EPOCH',
  'INVALID_PRODUCER_ID_MAPPING',
  'INVALID_TXN_STATE',
  'UNKNOWN_PRODUCER_ID',
  'OUT_OF_ORDER_SEQUENCE_NUMBER',
  'DUPLICATE_SEQUENCE_NUMBER',
  'TRANSACTION_COORDINATOR_FENCED',
  'CONCURRENT_TRANSACTIONS',
  // kafkajs has no name for it, so nothing says that it is ours to mend.
  'KAFKAJS_UNKNOWN_ERROR_CODE',
]);
/** Retriable by Kafka's table, since bytes may be damaged on their way; after kafkajs's retries it is the record. */
const DAMAGED = 'CORRUPT_MESSAGE';

const CREDENTIALS = new Set(['SASL_AUTHENTICATION_FAILED', 'UNSUPPORTED_SASL_MECHANISM', 'ILLEGAL_SASL_STATE']);
const ACCESS = /_AUTHORIZATION_FAILED$|^SECURITY_DISABLED$|^POLICY_VIOLATION$/;
const MISSING_TOPIC = 'UNKNOWN_TOPIC_OR_PARTITION';

/** kafkajs's own errors that tell of the network, or of what it does not know about the cluster at the moment. */
const NO_ANSWER = new Set([
  'KafkaJSConnectionError',
  'KafkaJSConnectionClosedError',
  'KafkaJSRequestTimeoutError',
  'KafkaJSTimeout',
  'KafkaJSLockTimeout',
  'KafkaJSBrokerNotFound',
  'KafkaJSNoBrokerAvailableError',
  'KafkaJSGroupCoordinatorNotFound',
  'KafkaJSMetadataNotLoaded',
  'KafkaJSTopicMetadataNotLoaded',
  'KafkaJSStaleTopicMetadataAssignment',
]);
/** As Node and OpenSSL word it: certificates, handshakes, alerts. */
const TLS = /certificate|self-signed|\b(ssl|tls)\b|EPROTO|altnames/i;

/** The broker does not accept who we say we are. kafkajs does not retry what says of itself that it is not retriable. */
export class RefusedCredentialsError extends Error {
  override readonly name = 'RefusedCredentialsError';
  readonly retriable = false;
}
const REFUSED_CREDENTIALS = new Set(['KafkaJSSASLAuthenticationError', 'RefusedCredentialsError']);

/** What the other side of a handshake said, in its own words; OpenSSL puts them between its own file names. */
const alertIn = (message: string): string | null => {
  const [, alert] = /ssl\/tls (?:\w+ )?alert ([a-z ]+)/i.exec(message) ?? [];
  return alert === undefined ? null : `the broker refuses: ${alert.trim()}`;
};

/** A cause outside this process: the same call may succeed later with nothing changed here. */
export interface Outage {
  /** For who reads `/readyz` or the log. */
  readonly reason: string;
  /** True when it does not pass by itself: somebody has to change access, credentials or topics. */
  readonly needsSomebody: boolean;
}

const passing = (reason: string): Outage => ({ reason, needsSomebody: false });
const forSomebody = (reason: string): Outage => ({ reason, needsSomebody: true });

const outageAnswered = ({ type, message, retriable }: Answer): Outage | null => {
  if (CREDENTIALS.has(type)) return forSomebody(`Kafka refuses the credentials: ${message}`);
  if (ACCESS.test(type)) return forSomebody(`Kafka does not allow it: ${message} (${type})`);
  if (type === MISSING_TOPIC) return forSomebody('a topic does not exist; `npm run deploy` creates what is missing');
  const isPassing = type !== DAMAGED && (retriable === true || PASSING.has(type));
  return isPassing ? passing(`Kafka answers: ${message} (${type})`) : null;
};

/** What is wrong outside; null when nothing outside is to blame. */
export const outageOf = (error: unknown): Outage | null => {
  const chain = chainOf(error);
  const told = chain.find((link) => link instanceof TransientError);
  if (told) return passing(told.message);
  const refused = chain.find(({ name }) => REFUSED_CREDENTIALS.has(name));
  if (refused) return forSomebody(`Kafka refuses the credentials: ${refused.message}`);
  const answer = chain.find(isAnswer);
  if (answer) return outageAnswered(answer);
  // A broker that is only just starting says so, and one that is too new for us always will.
  const unspoken = chain.find(({ name }) => name === 'KafkaJSServerDoesNotSupportApiKey');
  if (unspoken) return passing(`Kafka does not speak as we do: ${unspoken.message}`);
  const unanswered = chain.findLast(({ name }) => NO_ANSWER.has(name));
  if (!unanswered) return null;
  return TLS.test(unanswered.message)
    ? forSomebody(
        `no TLS connection to Kafka: ${alertIn(unanswered.message) ?? unanswered.message}; look at SLUICE_KAFKA_TLS, SLUICE_KAFKA_CA and SLUICE_KAFKA_CLIENT_CERT`,
      )
    : passing(`Kafka does not answer: ${unanswered.message}`);
};

/** An outage as a TransientError that says what was being done and what is wrong; any other error as it is. */
export const asTransient = (doing: string, error: unknown): Error => {
  const outage = outageOf(error);
  if (outage) return new TransientError(`${doing}: ${outage.reason}`, { cause: error });
  return error instanceof Error
    ? error
    : new Error(`${doing}: something that is no error was thrown`, { cause: error });
};

/** Records that were refused: by the broker, or by the encoder before they were sent. */
export const refusalOf = (error: unknown): RefusedRecordsError => {
  const answer = chainOf(error).find(isAnswer);
  return new RefusedRecordsError(
    answer ? `the broker refuses the records: ${answer.message} (${answer.type})` : "the records can't be encoded",
    { reason: answer?.type ?? 'UNENCODABLE', cause: error },
  );
};

export const isMissingTopic = (error: unknown): boolean => brokerErrorOf(error) === MISSING_TOPIC;

/** True when it is about one topic among those of a request: the others could be written. */
export const concernsOneTopic = (error: unknown): boolean =>
  /^(UNKNOWN_TOPIC_OR_PARTITION|TOPIC_AUTHORIZATION_FAILED|INVALID_TOPIC_EXCEPTION)$/.test(brokerErrorOf(error) ?? '');

export const isFenced = (error: unknown): boolean => FENCED.has(brokerErrorOf(error) ?? '');
