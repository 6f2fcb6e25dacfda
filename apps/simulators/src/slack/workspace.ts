import { createHash } from 'node:crypto';

export interface SlackMessage {
  /** Slack's id of a message within its channel: seconds, a dot, six digits. */
  readonly ts: string;
  readonly text: string;
  readonly blocks: unknown;
  readonly metadata: unknown;
  readonly edited: boolean;
}

/** `open`: the bot is in it. `not-joined`: public, and the bot is not. `gone`: nobody finds it. */
export const channelStates = ['open', 'not-joined', 'archived', 'gone'] as const;
export type ChannelState = (typeof channelStates)[number];

export interface SlackChannel {
  readonly id: string;
  readonly name: string;
  readonly state: ChannelState;
}

/** What the bot's token is good for. */
export interface SlackAccess {
  /** The error that every call gets, such as `token_revoked`; null while the token is good. */
  readonly refusedWith: string | null;
  readonly scopes: readonly string[];
}

export const FULL_ACCESS: SlackAccess = {
  refusedWith: null,
  scopes: ['chat:write', 'chat:write.public', 'channels:read', 'channels:history', 'groups:read', 'groups:history'],
};

export interface Workspace {
  channels(): readonly SlackChannel[];
  access: SlackAccess;
  /** Makes channels, as somebody did long ago (the real one lists a channel before anyone posts to it), or changes their state. */
  add(names: readonly string[], state?: ChannelState): void;
  /** By id or, as chat.postMessage allows, by name. A new name makes a channel; a name that starts with `missing` never exists. */
  channelFor(idOrName: string): SlackChannel | null;
  channelById(id: string): SlackChannel | null;
  post(channel: SlackChannel, message: Omit<SlackMessage, 'ts' | 'edited'>): SlackMessage;
  update(channel: SlackChannel, ts: string, change: Pick<SlackMessage, 'text' | 'blocks'>): SlackMessage | null;
  /** Newest first. */
  messages(channel: SlackChannel): readonly SlackMessage[];
  clear(): void;
}

const MICROSECONDS = 1_000_000;
const idOf = (name: string): string => `C${createHash('sha256').update(name).digest('hex').slice(0, 10).toUpperCase()}`;

export const createWorkspace = (): Workspace => {
  const channels = new Map<string, SlackChannel & { readonly messages: SlackMessage[] }>();
  let last = 0;

  const nextTs = (): string => {
    last = Math.max(last + 1, Date.now() * 1_000);
    return `${Math.floor(last / MICROSECONDS)}.${String(last % MICROSECONDS).padStart(6, '0')}`;
  };

  const put = (name: string, state: ChannelState): SlackChannel => {
    const id = idOf(name);
    const channel = { id, name, state, messages: channels.get(id)?.messages ?? [] };
    channels.set(id, channel);
    return channel;
  };

  const byName = (name: string): SlackChannel | null => {
    const known = channels.get(idOf(name));
    if (known) return known;
    return name === '' || name.startsWith('missing') ? null : put(name, 'open');
  };

  const unlessGone = (channel: SlackChannel | null | undefined): SlackChannel | null =>
    !channel || channel.state === 'gone' ? null : channel;

  return {
    access: FULL_ACCESS,
    channels: () =>
      [...channels.values()].flatMap(({ id, name, state }) => (state === 'gone' ? [] : [{ id, name, state }])),
    add: (names, state = 'open') => names.forEach((name) => put(name.replace(/^#/, ''), state)),
    channelFor: (idOrName) => unlessGone(channels.get(idOrName) ?? byName(idOrName.replace(/^#/, ''))),
    channelById: (id) => unlessGone(channels.get(id)),
    post({ id }, message) {
      const posted = { ...message, ts: nextTs(), edited: false };
      channels.get(id)?.messages.unshift(posted);
      return posted;
    },
    update({ id }, ts, change) {
      const messages = channels.get(id)?.messages ?? [];
      const at = messages.findIndex((one) => one.ts === ts);
      const old = messages[at];
      if (!old) return null;
      const updated = { ...old, ...change, edited: true };
      messages[at] = updated;
      return updated;
    },
    messages: ({ id }) => channels.get(id)?.messages ?? [],
    clear: () => channels.forEach(({ messages }) => messages.splice(0)),
  };
};
