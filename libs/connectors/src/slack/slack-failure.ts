import { WebAPIHTTPError, WebAPIPlatformError, WebAPIRateLimitedError, WebAPIRequestError } from '@slack/web-api';
import { networkFailureOf } from '../network-failure.ts';
import type { Failure } from '../vendor/failure.ts';

const MS_PER_SECOND = 1_000;

/** Slack did not work on it, and would once it is less busy or well again. */
const BUSY: ReadonlySet<string> = new Set(['ratelimited', 'rate_limited', 'message_limit_exceeded']);
const UNWELL: ReadonlySet<string> = new Set(['service_unavailable', 'team_added_to_org', 'request_timeout']);
/** What a person has to mend, in the order they would be met: the token and what it may do, then the channel. */
const MISCONFIGURED: ReadonlyMap<string, string> = new Map([
  ['not_authed', 'set SLUICE_SLACK_TOKEN to the bot token of the Slack app (xoxb-…)'],
  ['invalid_auth', 'SLUICE_SLACK_TOKEN is no valid token: set it to the bot token of the Slack app (xoxb-…)'],
  ['account_inactive', 'the token’s user or workspace is deactivated: install the Slack app again, set the new token'],
  ['token_revoked', 'the token was revoked: install the Slack app again, set SLUICE_SLACK_TOKEN to the new token'],
  ['token_expired', 'the token has run out: set SLUICE_SLACK_TOKEN to a new one'],
  ['not_allowed_token_type', 'this is not a bot token: set SLUICE_SLACK_TOKEN to the bot token of the app (xoxb-…)'],
  [
    'missing_scope',
    'give the Slack app the scopes chat:write, channels:read and channels:history, and install it again',
  ],
  ['no_permission', 'the Slack app may not do this: give it the scope chat:write, and install it again'],
  ['ekm_access_denied', 'an administrator of the workspace has suspended posting: ask them'],
  ['access_denied', 'the workspace refuses this app: ask an administrator of the workspace'],
  ['org_login_required', 'the workspace is being moved into an organisation: ask an administrator of the workspace'],
  ['team_access_not_granted', 'the app has no access to this workspace: ask an administrator of the organisation'],
  [
    'channel_not_found',
    'create the channel, or name another one in the playbook; if it is private, invite the app and give it the scope groups:read',
  ],
  ['not_in_channel', 'invite the app to the channel, or give it the scope chat:write.public'],
  ['is_archived', 'unarchive the channel, or name another one in the playbook'],
  ['restricted_action', 'let the app post to this channel: a setting of the workspace or the channel forbids it'],
  ['restricted_action_read_only_channel', 'let the app post to this channel: it is read-only'],
]);
/** Slack says of these that part of the call may have been done. */
const AMBIGUOUS: ReadonlySet<string> = new Set(['internal_error', 'fatal_error']);

/** What a failed call of Slack says. */
export type SlackFailure = Failure;

const failure = (kind: SlackFailure['kind'], reason: string, afterMs: number | null = null): SlackFailure => ({
  kind,
  reason,
  afterMs,
});

/** An answer that is no JSON reaches us as an error "code" that holds its text: only words that Slack's codes are made of go on. */
const platformFailure = (code: unknown): SlackFailure => {
  if (typeof code !== 'string' || !/^[a-z][a-z0-9_]{1,60}$/.test(code)) return failure('ambiguous', 'malformed-answer');
  if (BUSY.has(code)) return failure('busy', code);
  if (UNWELL.has(code)) return failure('unwell', code);
  if (MISCONFIGURED.has(code)) return failure('misconfigured', code);
  return failure(AMBIGUOUS.has(code) ? 'ambiguous' : 'refused', code);
};

const httpFailure = (status: number): SlackFailure => {
  const reason = `http-${status}`;
  if (status === 503) return failure('unwell', reason);
  if (status >= 500) return failure('ambiguous', reason);
  return failure(status === 401 || status === 403 ? 'misconfigured' : 'refused', reason);
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

/** What a person does about a misconfiguration. */
export const slackMendOf = (reason: string): string =>
  MISCONFIGURED.get(reason) ??
  'something between here and Slack refuses our calls: look at SLUICE_SLACK_API_URL and at proxies';
