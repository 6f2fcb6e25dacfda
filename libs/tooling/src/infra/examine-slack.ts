import { join } from 'node:path';
import { createSlackConnector } from '@sluice/connectors';
import { slackChannelsOf } from '@sluice/notifier/slack-channels';
import { loadPlaybooks } from '@sluice/policy/files';
import type { Finding } from './examine.ts';

export interface SlackAccess {
  /** `SLUICE_SLACK_TOKEN`; without it there is nothing to ask. */
  readonly token: string | undefined;
  readonly apiUrl: string | undefined;
}

const TIMEOUT_MS = 5_000;

/** What Slack says of the token of this environment, and of the channels that the activated playbooks of this checkout name. */
export const examineSlack = async (root: string, { token, apiUrl }: SlackAccess): Promise<readonly Finding[]> => {
  if (!token) return [];
  const { playbooks, activations } = loadPlaybooks(join(root, 'playbooks'));
  const active = new Set(activations.map(({ hash }) => hash));
  const channels = playbooks.flatMap(({ playbook, hash }) =>
    active.has(hash) ? slackChannelsOf(playbook, { ceiling: 'live', sandbox: '#sluice-sandbox' }) : [],
  );
  const connector = createSlackConnector({ token, timeoutMs: TIMEOUT_MS, ...(apiUrl ? { apiUrl } : {}) });
  const check = await connector.check?.([...new Set(channels)]);
  if (!check) return [];
  if (check.kind === 'cannot-tell')
    return [{ what: 'Slack', found: `can't be asked: ${check.reason}`, mend: 'Let this machine reach Slack' }];
  return check.faults.length === 0
    ? [{ what: 'Slack', found: 'the token and every channel of the playbooks are good', mend: null }]
    : check.faults.map(({ target, reason, mend }) => ({
        what: 'Slack',
        found: `${target ?? 'the token'}: ${reason}`,
        mend: `${mend.charAt(0).toUpperCase()}${mend.slice(1)}`,
      }));
};
