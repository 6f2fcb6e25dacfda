import type { ConversationsListResponse, WebClient } from '@slack/web-api';
import { slackFailureOf } from './slack-failure.ts';

/** Slack's ids of channels, groups and direct messages. */
const ID = /^[CGD][A-Z0-9]{8,}$/;
const DIRECT_MESSAGE = /^D[A-Z0-9]{8,}$/;
const PAGE = 1_000;
const MOST_PAGES = 50;

export interface Channel {
  readonly id: string;
  readonly name: string;
  readonly isArchived: boolean;
  readonly isMember: boolean;
}

export interface Channels {
  /** Slack posts by name, but shows history by id only. Null when no channel of that name can be seen. */
  idOf(target: string): Promise<string | null>;
  /** Remembers what an answer said. */
  learn(target: string, id: string): void;
  /** What can be seen of each target now: null where there is no such channel, `unseen` where that can't be said. */
  look(targets: readonly string[]): Promise<ReadonlyMap<string, Channel | 'unseen' | null>>;
}

type Listed = NonNullable<ConversationsListResponse['channels']>[number];

const bare = (target: string): string => target.replace(/^#/, '');

const shown = ({
  id,
  name,
  is_archived: isArchived = false,
  is_member: isMember = false,
}: Listed): readonly Channel[] => (id && name ? [{ id, name, isArchived, isMember }] : []);

/** Slack lists nothing at all to a token that may not see one of the kinds asked for: private ones take a scope of their own. */
const listPage = async (client: WebClient, cursor: string): Promise<ConversationsListResponse> => {
  const list = (types: string) => client.conversations.list({ types, limit: PAGE, ...(cursor ? { cursor } : {}) });
  try {
    return await list('public_channel,private_channel');
  } catch (error) {
    if (slackFailureOf(error).reason !== 'missing_scope') throw error;
    return list('public_channel');
  }
};

/** Page by page until `enough`; whether all were seen. */
const listUntil = async (client: WebClient, enough: (channel: Channel) => boolean): Promise<boolean> => {
  let cursor = '';
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const answer = await listPage(client, cursor);
    if ((answer.channels ?? []).flatMap(shown).some(enough)) return false;
    cursor = answer.response_metadata?.next_cursor ?? '';
    if (cursor === '') return true;
  }
  return false;
};

export const createChannels = (client: WebClient): Channels => {
  const ids = new Map<string, string>();
  return {
    async idOf(target) {
      const name = bare(target);
      if (ID.test(name)) return name;
      if (!ids.has(name))
        await listUntil(client, (channel) => {
          // An archived channel's name may be given to a new one.
          if (!channel.isArchived) ids.set(channel.name, channel.id);
          return ids.has(name);
        });
      return ids.get(name) ?? null;
    },
    learn: (target, id) => void ids.set(bare(target), id),
    async look(targets) {
      const found = new Map<string, Channel>();
      const wanted = new Set(targets.map(bare).filter((name) => !DIRECT_MESSAGE.test(name)));
      const sawAll =
        wanted.size === 0 ||
        (await listUntil(client, (channel) => {
          for (const key of [channel.name, channel.id])
            if (wanted.has(key) && (found.get(key)?.isArchived ?? true)) found.set(key, channel);
          return [...wanted].every((key) => found.get(key)?.isArchived === false);
        }));
      return new Map(
        targets.map((target) => {
          const name = bare(target);
          if (!wanted.has(name)) return [target, 'unseen'];
          return [target, found.get(name) ?? (sawAll ? null : 'unseen')];
        }),
      );
    },
  };
};
