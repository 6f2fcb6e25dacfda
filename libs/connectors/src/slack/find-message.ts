import type { WebClient } from '@slack/web-api';

/** Clocks differ: Slack's time of a message may lie before ours of the call. */
const SKEW_MS = 60_000;
const PAGE = 200;
const MOST_PAGES = 25;
const MS_PER_SECOND = 1_000;

export interface MessageSearch {
  readonly channel: string;
  readonly effectId: string;
  /** RFC 3339: when the first call that may have posted it began. */
  readonly since: string;
}

/** Where the message stands; `absent` when it is not there; `too-many` when the channel is too busy to read to the end. */
export type MessageFound = { readonly ts: string } | 'absent' | 'too-many';

const effectIdOf = (metadata: unknown): unknown =>
  (metadata as { event_payload?: { effect_id?: unknown } } | undefined)?.event_payload?.effect_id;

/** Reads the channel's history from just before `since` until now, looking for our metadata. */
export const findMessage = async (
  client: WebClient,
  { channel, effectId, since }: MessageSearch,
): Promise<MessageFound> => {
  const oldest = String((Date.parse(since) - SKEW_MS) / MS_PER_SECOND);
  let cursor = '';
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const answer = await client.conversations.history({
      channel,
      oldest,
      inclusive: true,
      include_all_metadata: true,
      limit: PAGE,
      ...(cursor ? { cursor } : {}),
    });
    const match = (answer.messages ?? []).find(({ metadata }) => effectIdOf(metadata) === effectId);
    if (match?.ts) return { ts: match.ts };
    cursor = answer.response_metadata?.next_cursor ?? '';
    if (cursor === '') return 'absent';
  }
  return 'too-many';
};
