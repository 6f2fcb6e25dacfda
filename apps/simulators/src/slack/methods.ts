import { flagOf, jsonOf, limitOf, textOf, type SlackArguments } from './arguments.ts';
import { pageOf } from './page.ts';
import type { SlackChannel, SlackMessage, Workspace } from './workspace.ts';

/** What a method answered, and under which key the workspace changed, if it did. */
export interface SlackAnswer {
  readonly answer: Readonly<Record<string, unknown>>;
  readonly applied?: string;
}

const HISTORY_PAGE = 100;
const LIST_PAGE = 100;
const LONGEST_TEXT = 40_000;

const failed = (error: string): SlackAnswer => ({ answer: { ok: false, error } });

/** Our own effects by their id; anything else by what it says. */
const keyOf = ({ metadata, ts }: SlackMessage): string => {
  const payload = (metadata as { event_payload?: { effect_id?: unknown } } | null)?.event_payload;
  return typeof payload?.effect_id === 'string' ? payload.effect_id : ts;
};

const shown = (message: SlackMessage, withMetadata: boolean) => ({
  type: 'message',
  user: 'U0SLUICE',
  bot_id: 'B0SLUICE',
  ts: message.ts,
  text: message.text,
  ...(message.blocks === null ? {} : { blocks: message.blocks }),
  ...(withMetadata && message.metadata !== null ? { metadata: message.metadata } : {}),
});

const post = (workspace: Workspace, given: SlackArguments): SlackAnswer => {
  const channel = workspace.channelFor(textOf(given['channel']));
  const text = textOf(given['text']);
  const blocks = jsonOf(given['blocks']);
  if (!channel) return failed('channel_not_found');
  if (text === '' && blocks === null) return failed('no_text');
  if (text.length > LONGEST_TEXT) return failed('msg_too_long');
  const message = workspace.post(channel, { text, blocks, metadata: jsonOf(given['metadata']) });
  return {
    answer: { ok: true, channel: channel.id, ts: message.ts, message: shown(message, true) },
    applied: keyOf(message),
  };
};

const update = (workspace: Workspace, given: SlackArguments): SlackAnswer => {
  const channel = workspace.channelById(textOf(given['channel']));
  if (!channel) return failed('channel_not_found');
  const text = textOf(given['text']);
  const message = workspace.update(channel, textOf(given['ts']), { text, blocks: jsonOf(given['blocks']) });
  if (!message) return failed('message_not_found');
  return { answer: { ok: true, channel: channel.id, ts: message.ts, text }, applied: `update:${message.ts}` };
};

const between = (given: SlackArguments) => {
  const oldest = Number(textOf(given['oldest']) || '0');
  const latest = Number(textOf(given['latest']) || 'Infinity');
  const inclusive = flagOf(given['inclusive']);
  return ({ ts }: SlackMessage): boolean => {
    const at = Number(ts);
    return inclusive ? at >= oldest && at <= latest : at > oldest && at < latest;
  };
};

/** As the real one: takes the channel's id only. */
const history = (workspace: Workspace, given: SlackArguments): SlackAnswer => {
  const channel = workspace.channelById(textOf(given['channel']));
  if (!channel) return failed('channel_not_found');
  const page = pageOf(
    workspace.messages(channel).filter(between(given)),
    textOf(given['cursor']),
    limitOf(given['limit'], HISTORY_PAGE),
  );
  if (!page) return failed('invalid_cursor');
  const withMetadata = flagOf(given['include_all_metadata']);
  return {
    answer: {
      ok: true,
      messages: page.items.map((message) => shown(message, withMetadata)),
      has_more: page.next !== '',
      response_metadata: { next_cursor: page.next },
    },
  };
};

const list = (workspace: Workspace, given: SlackArguments): SlackAnswer => {
  const page = pageOf(workspace.channels(), textOf(given['cursor']), limitOf(given['limit'], LIST_PAGE));
  if (!page) return failed('invalid_cursor');
  const asListed = ({ id, name }: SlackChannel) => ({
    id,
    name,
    is_channel: true,
    is_archived: false,
    is_private: false,
  });
  return { answer: { ok: true, channels: page.items.map(asListed), response_metadata: { next_cursor: page.next } } };
};

const authTest = (): SlackAnswer => ({
  answer: {
    ok: true,
    url: 'https://sluice.example/',
    team: 'Sluice',
    team_id: 'T0SLUICE',
    user: 'sluice',
    user_id: 'U0SLUICE',
    bot_id: 'B0SLUICE',
  },
});

/** The Web API methods that are simulated, by their names. */
export const slackMethods: Readonly<Record<string, (workspace: Workspace, given: SlackArguments) => SlackAnswer>> = {
  'auth.test': authTest,
  'chat.postMessage': post,
  'chat.update': update,
  'conversations.history': history,
  'conversations.list': list,
};
