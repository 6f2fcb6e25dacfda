import { createHash } from 'node:crypto';

export interface SlackMessage {
  /** Slack's id of a message within its channel: seconds, a dot, six digits. */
  readonly ts: string;
  readonly text: string;
  readonly blocks: unknown;
  readonly metadata: unknown;
  readonly edited: boolean;
}

export interface SlackChannel {
  readonly id: string;
  readonly name: string;
}

export interface Workspace {
  channels(): readonly SlackChannel[];
  /** Makes channels, as somebody did long ago: the real one lists a channel before anyone posts to it. */
  add(names: readonly string[]): void;
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
  const channels = new Map<string, SlackChannel & { messages: SlackMessage[] }>();
  let last = 0;

  const nextTs = (): string => {
    last = Math.max(last + 1, Date.now() * 1_000);
    return `${Math.floor(last / MICROSECONDS)}.${String(last % MICROSECONDS).padStart(6, '0')}`;
  };

  const byName = (name: string): SlackChannel | null => {
    if (name === '' || name.startsWith('missing')) return null;
    const channel = channels.get(idOf(name)) ?? { id: idOf(name), name, messages: [] };
    channels.set(channel.id, channel);
    return channel;
  };

  return {
    channels: () => [...channels.values()].map(({ id, name }) => ({ id, name })),
    add: (names) => names.forEach((name) => byName(name.replace(/^#/, ''))),
    channelFor: (idOrName) => channels.get(idOrName) ?? byName(idOrName.replace(/^#/, '')),
    channelById: (id) => channels.get(id) ?? null,
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
