import { slackDate, type SlackClick } from '@sluice/connectors';
import type { InquiryCommand } from '@sluice/contracts';
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

type Action = SlackClick['action'];

const DONE: Readonly<Record<Action, string>> = {
  claim: 'Claimed',
  close: 'Closed',
  approve: 'Approved',
  decline: 'Declined',
};
/** What nobody can do any more once it was done. */
const SPENT: Readonly<Record<Action, readonly Action[]>> = {
  claim: ['claim'],
  approve: ['approve', 'decline'],
  decline: ['approve', 'decline'],
  close: ['approve', 'decline', 'claim', 'close'],
};

const commandOf = (action: Action, owner: string): InquiryCommand['command'] => {
  switch (action) {
    case 'claim':
      return { do: 'claim', owner };
    case 'close':
      return { do: 'close' };
    case 'approve':
    case 'decline':
      return { do: action, effects: null };
  }
};

/** Whose click it is, by the playbook of the inquiry. */
const ownerOf = ({ pools }: Playbook, user: string): string | null =>
  Object.values(pools)
    .flatMap(({ owners }) => owners)
    .find(({ slack }) => slack === user)?.key ?? null;

/** What people said, or are asked, of what is proposed. */
const reviewsIn = ({ effects }: InquiryWithEffects): InquiryWithEffects['effects'] =>
  effects.filter(({ approveBy }) => approveBy !== null);

const isDone = (action: Action, found: InquiryWithEffects, owner: string): boolean => {
  if (action === 'claim') return found.owner === owner;
  if (action === 'close') return found.closed === true;
  return reviewsIn(found).every(({ review, state }) => review !== null && state !== 'requested');
};

const isTheirs = (action: Action, found: InquiryWithEffects, owner: string): boolean =>
  action === 'claim' || action === 'close'
    ? isDone(action, found, owner)
    : reviewsIn(found).some(({ review }) => review?.by === owner);

/** What became of what was approved: also when it could not be done. */
const outcomesIn = (found: InquiryWithEffects): string =>
  reviewsIn(found)
    .map(({ kind, target, state, receipt }) => {
      const { reason = null } = (receipt ?? {}) as { readonly reason?: string | null };
      const said = state === 'requested' ? 'under way' : state;
      return `${kind} (${target}): ${said}${reason === null ? '' : `, ${reason}`}`;
    })
    .join('; ');

const doneText = (action: Action, found: InquiryWithEffects, { owner, at }: { owner: string; at: string }): string => {
  const done = `${DONE[action]} by *${owner}* ${slackDate(at)}`;
  return action === 'approve' ? `${done}. ${outcomesIn(found)}` : done;
};

const othersText = (action: Action, found: InquiryWithEffects | null): string => {
  if (action === 'claim' || action === 'close')
    return found?.owner ? `*${found.owner}* has it.` : 'Nobody has it yet: look again in a moment.';
  const said = found && reviewsIn(found).findLast(({ review }) => review !== null)?.review;
  return said ? `*${said.by}* ${said.verdict} it ${slackDate(said.at)}.` : 'Nothing of it waits for anybody.';
};

/** The buttons that are left. */
const withoutSpent = (block: SlackClick['blocks'][number], action: Action): readonly SlackClick['blocks'][number][] => {
  if (block['type'] !== 'actions') return [block];
  const elements = (block['elements'] as readonly { readonly action_id?: Action }[] | undefined) ?? [];
  const left = elements.filter(({ action_id: id }) => id !== undefined && !SPENT[action].includes(id));
  return left.length === 0 ? [] : [{ ...block, elements: left }];
};

/** What Slack shows instead of the buttons, or to who clicked alone. */
const messageOf = ({ kind, text }: Outcome, { blocks, action }: SlackClick): object =>
  kind === 'told'
    ? { response_type: 'ephemeral', replace_original: false, text }
    : {
        replace_original: true,
        text,
        blocks: [
          ...blocks.flatMap((block) => withoutSpent(block, action)),
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
    const at = new Date().toISOString();
    const accepted = await commands.toInquiry({
      inquiryId,
      command: commandOf(action, owner),
      by: owner,
      why: 'by a button in Slack',
      at,
    });
    if (accepted.kind !== 'accepted') return { kind: 'told', text: 'It is not routed yet: try again in a moment.' };
    const after = await lookUntil(
      () => model.inquiry(inquiryId),
      (found) => found === null || isDone(action, found, owner),
      patience,
    );
    return after !== null && isTheirs(action, after, owner)
      ? { kind: 'done', text: doneText(action, after, { owner, at }) }
      : { kind: 'told', text: othersText(action, after) };
  };

  return async (click: SlackClick): Promise<void> => tell(click.responseUrl, messageOf(await outcomeOf(click), click));
};
