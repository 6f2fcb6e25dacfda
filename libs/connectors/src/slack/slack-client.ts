import { LogLevel, WebClient, type FetchFunction, type Logger } from '@slack/web-api';
import { waitOf } from '../retry-after.ts';

/** The SDK's log lines can hold messages: they go nowhere. What matters comes back as a result. */
const nowhere: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  setLevel: () => undefined,
  setName: () => undefined,
  getLevel: () => LogLevel.ERROR,
};

const TOO_MANY = 429;
const DEFAULT_RETRY_AFTER_MS = 1_000;
const MS_PER_SECOND = 1_000;
/** A page of 200 messages with their metadata is well below; whatever is longer does not come from Slack. */
const LONGEST_ANSWER = 16 * 1024 * 1024;

/** The SDK takes whole seconds only, as many as it is told; a proxy in between may say a date, a year, or nothing. */
const tooMany = async (response: Response): Promise<Response> => {
  await response.body?.cancel().catch(() => undefined);
  const ms = waitOf(response.headers.get('retry-after')) ?? DEFAULT_RETRY_AFTER_MS;
  return new Response(null, {
    status: TOO_MANY,
    headers: { 'retry-after': String(Math.ceil(ms / MS_PER_SECOND)) },
  });
};

const bounded = (response: Response): Response => {
  let bytes = 0;
  const counting = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      bytes += chunk.byteLength;
      if (bytes > LONGEST_ANSWER) controller.error(new Error('reading the answer: it is too long'));
      else controller.enqueue(chunk);
    },
  });
  const { status, statusText, headers } = response;
  return new Response(response.body?.pipeThrough(counting) ?? null, { status, statusText, headers });
};

const guardedFetch: FetchFunction = async (url, init) => {
  const response = await fetch(url, init as RequestInit);
  return response.status === TOO_MANY ? tooMany(response) : bounded(response);
};

export interface SlackClientOptions {
  readonly token: string;
  /** Base of the Web API; Slack's own unless a simulator stands in. */
  readonly apiUrl?: string;
  readonly timeoutMs: number;
}

/** The vendor's client with its own retries off: the ledger alone decides when something is sent again. */
export const createSlackClient = ({ token, apiUrl, timeoutMs }: SlackClientOptions): WebClient =>
  new WebClient(token, {
    ...(apiUrl === undefined ? {} : { slackApiUrl: apiUrl }),
    timeout: timeoutMs,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    allowAbsoluteUrls: false,
    logger: nowhere,
    fetch: guardedFetch,
  });
