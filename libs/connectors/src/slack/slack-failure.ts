import { WebAPIHTTPError, WebAPIPlatformError, WebAPIRateLimitedError, WebAPIRequestError } from '@slack/web-api';
import { networkFailureOf } from '../network-failure.ts';

const MS_PER_SECOND = 1_000;

/** Slack did not work on it, and would once it is less busy or well again. */
const BUSY: ReadonlySet<string> = new Set(['ratelimited', 'rate_limited', 'message_limit_exceeded']);
const UNWELL: ReadonlySet<string> = new Set(['service_unavailable', 'team_added_to_org', 'request_timeout']);
/** Our credentials: someone has to mend them, and nothing may be lost meanwhile. */
const CREDENTIALS: ReadonlySet<string> = new Set([
  'not_authed',
  'invalid_auth',
  'account_inactive',
  'token_revoked',
  'token_expired',
  'missing_scope',
  'ekm_access_denied',
  'access_denied',
]);
/** Slack says of these that part of the call may have been done. */
const AMBIGUOUS: ReadonlySet<string> = new Set(['internal_error', 'fatal_error']);

/** What a failed call says, before anyone decides what follows from it. `reason` is safe to store and to count by. */
export interface SlackFailure {
  readonly kind: 'busy' | 'unreachable' | 'unwell' | 'credentials' | 'refused' | 'ambiguous';
  readonly reason: string;
  readonly afterMs: number | null;
}

const failure = (kind: SlackFailure['kind'], reason: string, afterMs: number | null = null): SlackFailure => ({
  kind,
  reason,
  afterMs,
});

/** An answer that is no JSON reaches us as an error "code" that holds its text: only words that Slack's codes are made of go on. */
const platformFailure = (code: string): SlackFailure => {
  if (!/^[a-z][a-z0-9_]{1,60}$/.test(code)) return failure('ambiguous', 'malformed-answer');
  if (BUSY.has(code)) return failure('busy', code);
  if (UNWELL.has(code)) return failure('unwell', code);
  if (CREDENTIALS.has(code)) return failure('credentials', code);
  return failure(AMBIGUOUS.has(code) ? 'ambiguous' : 'refused', code);
};

const httpFailure = (status: number): SlackFailure => {
  const reason = `http-${status}`;
  if (status === 503) return failure('unwell', reason);
  if (status >= 500) return failure('ambiguous', reason);
  return failure(status === 401 || status === 403 ? 'credentials' : 'refused', reason);
};

const requestFailure = (error: unknown): SlackFailure => {
  const network = networkFailureOf(error);
  return network === 'not-sent' ? failure('unreachable', network) : failure('ambiguous', network);
};

/** Reads the SDK's error. Its texts are not looked at: they can hold the message. */
export const slackFailureOf = (error: unknown): SlackFailure => {
  if (error instanceof WebAPIRateLimitedError) return failure('busy', 'ratelimited', error.retryAfter * MS_PER_SECOND);
  if (error instanceof WebAPIPlatformError) return platformFailure(error.data.error);
  if (error instanceof WebAPIHTTPError) return httpFailure(error.statusCode);
  return requestFailure(error instanceof WebAPIRequestError ? error.original : error);
};
