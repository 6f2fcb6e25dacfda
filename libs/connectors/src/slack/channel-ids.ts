import type { WebClient } from '@slack/web-api';

/** Slack's ids of channels, groups and direct messages. */
const ID = /^[CGD][A-Z0-9]{8,}$/;
const PAGE = 200;
const MOST_PAGES = 50;

export interface ChannelIds {
  /** Slack posts by name, but shows history by id only. Null when no channel of that name can be seen. */
  of(target: string): Promise<string | null>;
  /** Remembers what an answer said. */
  learn(target: string, id: string): void;
}

const bare = (target: string): string => target.replace(/^#/, '');

export const createChannelIds = (client: WebClient): ChannelIds => {
  const known = new Map<string, string>();

  const look = async (name: string): Promise<void> => {
    let cursor = '';
    for (let page = 0; page < MOST_PAGES && !known.has(name); page += 1) {
      const answer = await client.conversations.list({
        exclude_archived: true,
        types: 'public_channel,private_channel',
        limit: PAGE,
        ...(cursor ? { cursor } : {}),
      });
      for (const channel of answer.channels ?? []) if (channel.name && channel.id) known.set(channel.name, channel.id);
      cursor = answer.response_metadata?.next_cursor ?? '';
      if (cursor === '') return;
    }
  };

  return {
    async of(target) {
      const name = bare(target);
      if (ID.test(name)) return name;
      if (!known.has(name)) await look(name);
      return known.get(name) ?? null;
    },
    learn: (target, id) => void known.set(bare(target), id),
  };
};
