import type { WebClient } from '@slack/web-api';
import { contentHash } from '@sluice/kernel';
import type { AttemptResult, Connector, Effect, Found } from '../ports/connector.port.ts';
import { createChannelIds, type ChannelIds } from './channel-ids.ts';
import { findMessage } from './find-message.ts';
import { renderMessage } from './render-message.ts';
import { createSlackClient } from './slack-client.ts';
import { slackContent } from './slack-content.ts';
import { slackFailureOf, type SlackFailure } from './slack-failure.ts';

export interface SlackOptions {
  /** A bot token with chat:write, and channels:history, channels:read (groups:… for private channels) to be able to ask. */
  readonly token: string;
  readonly apiUrl?: string;
  /** Milliseconds one call may take; default 10,000. */
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 10_000;
/** Names our metadata in Slack; the payload's `effect_id` is what `ask` looks for. */
const EVENT_TYPE = 'sluice_effect';

const postedId = (channel: string, ts: string): string => `${channel}:${ts}`;

/** The same for the answer to the post and for what history shows later: a receipt does not depend on how it was learnt. */
const digestOf = (channel: string, ts: string): string => contentHash({ channel, ts });

const resultOf = ({ kind, reason, afterMs }: SlackFailure): AttemptResult => {
  if (kind === 'ambiguous') return { kind: 'unknown', reason };
  if (kind === 'refused') return { kind: 'refuted', reason };
  return { kind: 'retry', reason, afterMs, spendsTry: kind === 'unwell' };
};

const post = async (client: WebClient, channels: ChannelIds, effect: Effect): Promise<AttemptResult> => {
  const { text, blocks } = renderMessage(slackContent.parse(effect.content));
  const answer = await client.chat.postMessage({
    channel: effect.target,
    text,
    blocks,
    unfurl_links: false,
    unfurl_media: false,
    metadata: { event_type: EVENT_TYPE, event_payload: { effect_id: effect.effectId, inquiry_id: effect.inquiryId } },
  });
  if (!answer.channel || !answer.ts) return { kind: 'unknown', reason: 'malformed-answer' };
  channels.learn(effect.target, answer.channel);
  return {
    kind: 'confirmed',
    providerId: postedId(answer.channel, answer.ts),
    responseDigest: digestOf(answer.channel, answer.ts),
  };
};

const look = async (
  client: WebClient,
  channels: ChannelIds,
  { effect, since }: { effect: Effect; since: string },
): Promise<Found> => {
  const channel = await channels.of(effect.target);
  if (channel === null) return { kind: 'cannot-tell', reason: 'channel-not-seen', afterMs: null };
  const found = await findMessage(client, { channel, effectId: effect.effectId, since });
  if (found === 'absent') return { kind: 'absent' };
  if (found === 'too-many') return { kind: 'cannot-tell', reason: 'history-too-long', afterMs: null };
  return { kind: 'found', providerId: postedId(channel, found.ts), responseDigest: digestOf(channel, found.ts) };
};

/**
 * Posts to Slack. chat.postMessage has no idempotency key, so each message carries its effect's id in its metadata, and
 * whether an unanswered call was applied is learnt from the channel's history.
 */
export const createSlackConnector = ({ token, apiUrl, timeoutMs = TIMEOUT_MS }: SlackOptions): Connector => {
  const client = createSlackClient({ token, timeoutMs, ...(apiUrl === undefined ? {} : { apiUrl }) });
  const channels = createChannelIds(client);
  return {
    kind: 'slack.message',
    onUnknown: 'ask',
    timeoutMs,
    perform: (effect) => post(client, channels, effect).catch((error: unknown) => resultOf(slackFailureOf(error))),
    ask: (effect, { since }) =>
      look(client, channels, { effect, since }).catch((error: unknown): Found => {
        const { reason, afterMs } = slackFailureOf(error);
        return { kind: 'cannot-tell', reason, afterMs };
      }),
    // The SDK uses the process's own connections.
    close: async () => undefined,
  };
};
