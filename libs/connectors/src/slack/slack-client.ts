import { LogLevel, WebClient, type FetchFunction, type Logger } from '@slack/web-api';

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
const DEFAULT_RETRY_AFTER_SECONDS = '1';

/** The SDK knows a 429 only by its Retry-After; a proxy in between may leave it out. */
const alwaysWithRetryAfter: FetchFunction = async (url, init) => {
  const response = await fetch(url, init as RequestInit);
  if (response.status !== TOO_MANY || response.headers.has('retry-after')) return response;
  const headers = new Headers(response.headers);
  headers.set('retry-after', DEFAULT_RETRY_AFTER_SECONDS);
  return new Response(await response.arrayBuffer(), { status: TOO_MANY, headers });
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
    fetch: alwaysWithRetryAfter,
  });
