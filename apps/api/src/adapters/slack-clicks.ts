import { slackDate, type SlackClick } from '@sluice/connectors';
import type { Playbook } from '@sluice/policy';
import type { PlaybookSource } from '@sluice/stage';
import type { Commands } from './commands.ts';
import { lookUntil, type Patience } from './look-until.ts';
import type { InquiryWithEffects, ReadModel } from './read-model.ts';

export interface SlackClicksOptions {
  readonly model: Pick<ReadModel, 'inquiry'>;
  readonly commands: Pick<Commands, 'toInquiry'>;
  readonly playbooks: Pick<PlaybookSource<Playbook>, 'byHash'>;
  /** Tells Slack what came of a click. */
  readonly tell: (responseUrl: string, message: object) => Promise<void>;
  /** With what comes of a command. */
  readonly patience: Patience;
}

/** What came of a click: the message says it from now on, or only who clicked is told. */
type Outcome = { readonly kind: 'done'; readonly text: string } | { readonly kind: 'told'; readonly text: string };

const DONE: Readonly<Record<SlackClick['action'], string>> = { claim: 'Claimed', close: 'Closed' };

/** Whose click it is, by the playbook of the inquiry. */
const ownerOf = ({ pools }: Playbook, user: string): string | null =>
  Object.values(pools)
    .flatMap(({ owners }) => owners)
    .find(({ slack }) => slack === user)?.key ?? null;

const isDone = (action: SlackClick['action'], found: InquiryWithEffects, owner: string): boolean =>
  action === 'claim' ? found.owner === owner : found.closed === true;

/** What Slack shows instead of the buttons, or to who clicked alone. */
const messageOf = ({ kind, text }: Outcome, { blocks }: SlackClick): object =>
  kind === 'told'
    ? { response_type: 'ephemeral', replace_original: false, text }
    : {
        replace_original: true,
        text,
        blocks: [
          ...blocks.filter(({ type }) => type !== 'actions'),
          { type: 'context', elements: [{ type: 'mrkdwn', text }] },
        ],
      };

/**
 * Obeys a click: the same command as by the API, by the person whom the playbook knows under this id of Slack's, and what came of it
 * told where it was clicked. Who was not the first is told who was.
 */
export const createSlackClicks = (options: SlackClicksOptions) => {
  const { model, commands, playbooks, tell, patience } = options;

  const outcomeOf = async (click: SlackClick): Promise<Outcome> => {
    const { action, inquiryId, user } = click;
    const before = await model.inquiry(inquiryId);
    if (before === null || before.playbook === null)
      return { kind: 'told', text: 'Sluice does not know this inquiry.' };
    const owner = ownerOf((await playbooks.byHash(before.playbook)).playbook, user);
    if (owner === null)
      return { kind: 'told', text: `No owner of this playbook has your Slack id: add \`slack: ${user}\` to yours.` };
    const command = action === 'claim' ? ({ do: 'claim', owner } as const) : ({ do: 'close' } as const);
    const at = new Date().toISOString();
    const accepted = await commands.toInquiry({ inquiryId, command, by: owner, why: 'by a button in Slack', at });
    if (accepted.kind !== 'accepted') return { kind: 'told', text: 'It is not routed yet: try again in a moment.' };
    const after = await lookUntil(
      () => model.inquiry(inquiryId),
      (found) => found === null || isDone(action, found, owner),
      patience,
    );
    if (after !== null && isDone(action, after, owner))
      return { kind: 'done', text: `${DONE[action]} by *${owner}* ${slackDate(at)}` };
    return {
      kind: 'told',
      text: after?.owner ? `*${after.owner}* has it.` : 'Nobody has it yet: look again in a moment.',
    };
  };

  return async (click: SlackClick): Promise<void> => tell(click.responseUrl, messageOf(await outcomeOf(click), click));
};
