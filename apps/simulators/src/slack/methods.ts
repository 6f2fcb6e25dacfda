import { flagOf, jsonOf, limitOf, textOf, type SlackArguments } from './arguments.ts';
import { blocksRefusal } from './check-blocks.ts';
import { pageOf } from './page.ts';
import type { SlackChannel, SlackMessage, Workspace } from './workspace.ts';

/** What a method answered, and under which key the workspace changed, if it did. */
export interface SlackAnswer {
  readonly answer: Readonly<Record<string, unknown>>;
  readonly applied?: string;
}

const HISTORY_PAGE = 100;
const LIST_PAGE = 100;
/** Documented as 40,000, and refused from here on by today's Slack. */
const LONGEST_TEXT = 4_000;

const failed = (error: string, more: Readonly<Record<string, unknown>> = {}): SlackAnswer => ({
  answer: { ok: false, error, ...more },
});

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
  const blocks = given['blocks'] === undefined ? null : jsonOf(given['blocks']);
  if (!channel) return failed('channel_not_found');
  if (channel.state === 'archived') return failed('is_archived');
  if (channel.state === 'not-joined' && !workspace.access.scopes.includes('chat:write.public'))
    return failed('not_in_channel');
  if (text === '' && blocks === null) return failed('no_text');
  if (text.length > LONGEST_TEXT) return failed('msg_too_long');
  const refusal = given['blocks'] === undefined ? null : blocksRefusal(blocks);
  if (refusal) return failed(refusal.error, { response_metadata: { messages: refusal.messages } });
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

const missingScope = ({ access }: Workspace, needed: string): SlackAnswer | null =>
  access.scopes.includes(needed) ? null : failed('missing_scope', { needed, provided: access.scopes.join(',') });

/** As the real one: lists nothing to a token that may not see one of the kinds asked for. */
const list = (workspace: Workspace, given: SlackArguments): SlackAnswer => {
  const refusal = textOf(given['types']).includes('private_channel') ? missingScope(workspace, 'groups:read') : null;
  if (refusal) return refusal;
  const shownChannels = workspace
    .channels()
    .filter(({ state }) => state !== 'archived' || !flagOf(given['exclude_archived']));
  const page = pageOf(shownChannels, textOf(given['cursor']), limitOf(given['limit'], LIST_PAGE));
  if (!page) return failed('invalid_cursor');
  const asListed = ({ id, name, state }: SlackChannel) => ({
    id,
    name,
    is_channel: true,
    is_archived: state === 'archived',
    is_private: false,
    is_member: state === 'open',
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

type Method = (workspace: Workspace, given: SlackArguments) => SlackAnswer;

const withScope =
  (scope: string, method: Method): Method =>
  (workspace, given) =>
    missingScope(workspace, scope) ?? method(workspace, given);

/** The Web API methods that are simulated, by their names. */
export const slackMethods: Readonly<Record<string, Method>> = {
  'auth.test': authTest,
  'chat.postMessage': withScope('chat:write', post),
  'chat.update': withScope('chat:write', update),
  'conversations.history': withScope('channels:history', history),
  'conversations.list': withScope('channels:read', list),
};
