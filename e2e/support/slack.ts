import { createHmac } from 'node:crypto';
import { controlSimulators } from '@sluice/simulators';
import { eventually } from '@sluice/testing';
import { DEMO_SLACK_SECRET, type Stack } from '@sluice/tooling';

export interface Click {
  readonly action: string;
  /** Slack's id of who clicks. */
  readonly user: string;
  readonly inquiryId: string;
  /** Where what comes of it is told: a name of its own. */
  readonly response: string;
  /** The message as it stands. */
  readonly blocks: readonly object[];
}

/** Sends a click as Slack does, signed. Gives the status of the answer. */
export const sendClick = async (
  stack: Stack,
  { action, user, inquiryId, response, blocks }: Click,
  secret = DEMO_SLACK_SECRET,
): Promise<number> => {
  const payload = JSON.stringify({
    type: 'block_actions',
    user: { id: user },
    response_url: `${stack.simulatorsUrl}/slack/response/${response}`,
    message: { blocks },
    actions: [{ action_id: action, value: inquiryId }],
  });
  const body = new URLSearchParams({ payload }).toString();
  const timestamp = String(Math.floor(Date.now() / 1_000));
  const signature = `v0=${createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex')}`;
  const answer = await fetch(`${stack.run.services['api']?.[0]?.url}/v1/slack/interactions`, {
    method: 'POST',
    body,
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'x-slack-request-timestamp': timestamp,
      'x-slack-signature': signature,
    },
  });
  return answer.status;
};

export interface Told {
  readonly text: string;
  readonly replace_original: boolean;
  readonly blocks?: readonly { readonly type: string; readonly elements?: readonly object[] }[];
}

/** What came of a click, where it was clicked. */
export const toldOf = (stack: Stack, response: string): Promise<Told> =>
  eventually(
    async () => {
      const { entries } = await controlSimulators(stack.simulatorsUrl).journal('slack');
      const found = entries.find(({ path }) => path.endsWith(`/response/${response}`));
      if (!found) throw new Error('nothing was told yet');
      return found.body as Told;
    },
    { within: 60_000 },
  );
