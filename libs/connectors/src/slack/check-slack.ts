import type { WebClient } from '@slack/web-api';
import type { SinkCheck, SinkFault } from '../ports/connector.port.ts';
import type { Channels } from './channels.ts';
import { checkOf } from '../vendor/failure.ts';
import { slackFailureOf, slackMendOf } from './slack-failure.ts';

/** Without them nothing is posted, or nobody can tell whether an unanswered message was. */
const NEEDED = ['chat:write', 'channels:read', 'channels:history'];
const WITHOUT_JOINING = 'chat:write.public';

const faultOf = (target: string | null, reason: string, mend = slackMendOf(reason)): SinkFault => ({
  target,
  reason,
  mend,
});

/** What the token may do; null where Slack (or what stands in for it) does not say. */
const scopesOf = async (client: WebClient): Promise<ReadonlySet<string> | null> => {
  const { response_metadata: metadata } = await client.auth.test();
  return metadata?.scopes ? new Set(metadata.scopes) : null;
};

const missingOf = (scopes: ReadonlySet<string> | null): readonly SinkFault[] => {
  const missing = scopes === null ? [] : NEEDED.filter((scope) => !scopes.has(scope));
  return missing.length === 0
    ? []
    : [faultOf(null, 'missing_scope', `give the Slack app the scopes ${missing.join(', ')}, and install it again`)];
};

const channelFaults = async (
  channels: Channels,
  targets: readonly string[],
  scopes: ReadonlySet<string> | null,
): Promise<readonly SinkFault[]> =>
  [...(await channels.look(targets))].flatMap(([target, channel]) => {
    if (channel === 'unseen') return [];
    if (channel === null) return [faultOf(target, 'channel_not_found')];
    if (channel.isArchived) return [faultOf(target, 'is_archived')];
    return channel.isMember || scopes === null || scopes.has(WITHOUT_JOINING)
      ? []
      : [faultOf(target, 'not_in_channel')];
  });

/** Asks Slack whether the token is good and whether each channel is there for it. */
export const checkSlack = async (
  client: WebClient,
  channels: Channels,
  targets: readonly string[],
): Promise<SinkCheck> => {
  try {
    const scopes = await scopesOf(client);
    const missing = missingOf(scopes);
    // Without channels:read no channel can be looked for: it is the scope that is to be mended.
    const faults = missing.length > 0 ? missing : await channelFaults(channels, targets, scopes);
    return { kind: 'checked', faults };
  } catch (error) {
    return checkOf(slackFailureOf(error), slackMendOf);
  }
};
