import type { KnownBlock, WebClient } from '@slack/web-api';
import { contentHash } from '@sluice/kernel';
import type { AttemptResult, Connector, Effect, Found } from '../ports/connector.port.ts';
import { createChannels, type Channels } from './channels.ts';
import { checkSlack } from './check-slack.ts';
import { findMessage } from './find-message.ts';
import { renderMessage } from './render-message.ts';
import { createSlackClient } from './slack-client.ts';
import { attemptOf, soughtOf } from '../vendor/failure.ts';
import { slackFailureOf } from './slack-failure.ts';

export interface SlackOptions {
  /** A bot token with chat:write, and channels:history, channels:read (groups:… for private channels) to be able to ask. */
  readonly token: string;
  readonly apiUrl?: string;
  /** Milliseconds one request may take; default 10,000. */
  readonly timeoutMs?: number;
  /** Whether messages have buttons; default false. Clicks go to the API. */
  readonly buttons?: boolean;
}

const TIMEOUT_MS = 10_000;
/** A message whose blocks are refused is posted once more as text. */
const MOST_REQUESTS = 2;
/** Names our metadata in Slack; the payload's `effect_id` is what `ask` looks for. */
const EVENT_TYPE = 'sluice_effect';

/** Slack's own ids, as it documents them. An answer with anything else in their place did not come from Slack. */
const CHANNEL_ID = /^[A-Z0-9]{3,40}$/;
const TIMESTAMP = /^\d{1,20}\.\d{1,20}$/;

/** Slack does not take these blocks, and posted nothing. Its bounds are partly undocumented: a notice without blocks is better than none. */
const BLOCKS_REFUSED: ReadonlySet<string> = new Set(['invalid_blocks', 'invalid_blocks_format', 'msg_blocks_too_long']);

const postedId = (channel: string, ts: string): string => `${channel}:${ts}`;

/** The same for the answer to the post and for what history shows later: a receipt does not depend on how it was learnt. */
const digestOf = (channel: string, ts: string): string => contentHash({ channel, ts });

const send = (client: WebClient, effect: Effect, { text, blocks }: { text: string; blocks: KnownBlock[] }) =>
  client.chat.postMessage({
    channel: effect.target,
    text,
    ...(blocks.length === 0 ? {} : { blocks }),
    unfurl_links: false,
    unfurl_media: false,
    metadata: { event_type: EVENT_TYPE, event_payload: { effect_id: effect.effectId, inquiry_id: effect.inquiryId } },
  });

const post = async (
  client: WebClient,
  { channels, buttons }: { readonly channels: Channels; readonly buttons: boolean },
  effect: Effect,
): Promise<AttemptResult> => {
  const message = renderMessage(effect.content, { buttons });
  const { channel, ts } = await send(client, effect, message).catch((error: unknown) => {
    if (!BLOCKS_REFUSED.has(slackFailureOf(error).reason)) throw error;
    return send(client, effect, { text: message.text, blocks: [] });
  });
  if (!CHANNEL_ID.test(channel ?? '') || !TIMESTAMP.test(ts ?? ''))
    return { kind: 'unknown', reason: 'malformed-answer' };
  channels.learn(effect.target, String(channel));
  return {
    kind: 'confirmed',
    providerId: postedId(String(channel), String(ts)),
    responseDigest: digestOf(String(channel), String(ts)),
  };
};

const look = async (
  client: WebClient,
  channels: Channels,
  { effect, since }: { effect: Effect; since: string },
): Promise<Found> => {
  const channel = await channels.idOf(effect.target);
  if (channel === null) return { kind: 'cannot-tell', reason: 'channel-not-seen', afterMs: null };
  const found = await findMessage(client, { channel, effectId: effect.effectId, since });
  if (found === 'absent') return { kind: 'absent' };
  if (found === 'too-many') return { kind: 'cannot-tell', reason: 'history-too-long', afterMs: null };
  if (!TIMESTAMP.test(found.ts)) return { kind: 'cannot-tell', reason: 'malformed-answer', afterMs: null };
  return { kind: 'found', providerId: postedId(channel, found.ts), responseDigest: digestOf(channel, found.ts) };
};

/**
 * Posts to Slack. chat.postMessage has no idempotency key, so each message carries its effect's id in its metadata, and
 * whether an unanswered call was applied is learnt from the channel's history.
 */
export const createSlackConnector = ({
  token,
  apiUrl,
  timeoutMs = TIMEOUT_MS,
  buttons = false,
}: SlackOptions): Connector => {
  const client = createSlackClient({ token, timeoutMs, ...(apiUrl === undefined ? {} : { apiUrl }) });
  const channels = createChannels(client);
  return {
    kind: 'slack.message',
    onUnknown: 'ask',
    timeoutMs: timeoutMs * MOST_REQUESTS,
    check: (targets) => checkSlack(client, channels, targets),
    perform: (effect) =>
      post(client, { channels, buttons }, effect).catch((error: unknown) => attemptOf(slackFailureOf(error))),
    ask: (effect, { since }) =>
      look(client, channels, { effect, since }).catch((error: unknown): Found => soughtOf(slackFailureOf(error))),
    // The SDK uses the process's own connections.
    close: async () => undefined,
  };
};
