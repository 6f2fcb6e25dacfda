import type { KnownBlock } from '@slack/web-api';
import { fitted, fittedPlain } from './fit-text.ts';
import type { SlackAction } from './read-click.ts';
import { slackContent, type SlackContent } from './slack-content.ts';

/**
 * Slack's bounds, in UTF-16 units of what is sent: a header of 150, the text of a section of 3,000, ten fields of 2,000 in a
 * section, 50 blocks, a top-level text of 4,000; and 12,000 for all text of a message's blocks together. Headers, one summary,
 * fields and foot as bounded here come to 10,900 at most.
 */
const LONGEST_HEADER = 150;
const LONGEST_SUMMARY = 3_000;
const LONGEST_FIELD = 2_000;
const LONGEST_FIELDS = 5_000;
const LONGEST_FOOT = 2_000;
const LONGEST_PROPOSED = 500;
const FIELDS_OF_A_SECTION = 10;
const MOST_FIELDS = 20;

/** What of the summary goes into the top-level text: what a notification shows. */
const LONGEST_PREVIEW = 500;
const LONGEST_NAME = 80;
const LONGEST_LINK = 1_000;
/** A due time with its markup is never shorter. */
const SHORTEST_DUE = 60;
const SEPARATOR = '  ·  ';
const MS_PER_SECOND = 1_000;

/** Shown in each reader's own time zone; the text after the bar where that is not possible. */
export const slackDate = (moment: string): string =>
  `<!date^${Math.floor(Date.parse(moment) / MS_PER_SECOND)}^{date_short_pretty} {time}|${moment}>`;

const dueText = ({ clock, dueAt }: SlackContent['due'][number]): string =>
  `Due ${fitted(clock, LONGEST_NAME)} ${slackDate(dueAt)}`;

/** `[category][priority] subject` */
const titleOf = ({ category, priority, subject }: SlackContent): string => {
  const labels = [category, priority].flatMap((label) => (label === null ? [] : [`[${label}]`])).join('');
  return [labels, subject ?? 'New inquiry'].filter(Boolean).join(' ');
};

const sectionsOf = <Item>(items: readonly Item[]): readonly (readonly Item[])[] =>
  Array.from({ length: Math.ceil(items.length / FIELDS_OF_A_SECTION) }, (_, at) =>
    items.slice(at * FIELDS_OF_A_SECTION, (at + 1) * FIELDS_OF_A_SECTION),
  );

/** The more fields there are, the shorter each may be. */
const fieldsOf = ({ entities }: SlackContent): readonly KnownBlock[] => {
  const shown = entities.slice(0, MOST_FIELDS);
  const longest = Math.min(LONGEST_FIELD, Math.floor(LONGEST_FIELDS / shown.length));
  return sectionsOf(shown).map((fields) => ({
    type: 'section',
    fields: fields.map(({ name, value }) => {
      const label = `*${fitted(name, LONGEST_NAME)}*\n`;
      return { type: 'mrkdwn', text: label + fitted(String(value), longest - label.length) };
    }),
  }));
};

const linkOf = (link: string | null): readonly string[] => {
  const address = link === null ? '' : link.replaceAll(/[<>|]/g, encodeURIComponent).replaceAll('&', '&amp;');
  return address === '' || address.length > LONGEST_LINK ? [] : [`<${address}|Open>`];
};

const countOf = (left: number, what: string): readonly string[] => (left > 0 ? [`${left} more ${what}`] : []);

const proposedOf = ({ proposed }: SlackContent): readonly KnownBlock[] =>
  proposed.length === 0
    ? []
    : [
        {
          type: 'section',
          text: { type: 'mrkdwn', text: `*Proposed* ${fitted(proposed.join(', '), LONGEST_PROPOSED)}` },
        },
      ];

/** A date's or a link's markup stays whole or is left out, and how many were left out is said. */
const footOf = ({ owner, queue, since, due, link, entities }: SlackContent): readonly KnownBlock[] => {
  const before = [
    ...(owner === null ? [] : [`Owner *${fitted(owner, LONGEST_NAME)}*`]),
    ...(queue === null ? [] : [`Queue ${fitted(queue, LONGEST_NAME)}`]),
    ...(since === null ? [] : [`Waiting since ${slackDate(since)}`]),
  ];
  const after = [...countOf(entities.length - MOST_FIELDS, 'facts'), ...linkOf(link)];
  const withDue = (count: number): string =>
    [...before, ...due.slice(0, count).map(dueText), ...countOf(due.length - count, 'due times'), ...after].join(
      SEPARATOR,
    );
  let count = Math.min(due.length, Math.floor(LONGEST_FOOT / SHORTEST_DUE));
  while (count > 0 && withDue(count).length > LONGEST_FOOT) count -= 1;
  const text = withDue(count);
  return text === '' ? [] : [{ type: 'context', elements: [{ type: 'mrkdwn', text }] }];
};

const LABELS: Readonly<Record<SlackAction, string>> = {
  approve: 'Approve & Send',
  decline: 'Decline',
  claim: 'Claim',
  close: 'Close',
};

const actionsOf = ({ actions, inquiryId }: SlackContent): readonly KnownBlock[] =>
  actions.length === 0 || inquiryId === null
    ? []
    : [
        {
          type: 'actions',
          elements: actions.map((action) => ({
            type: 'button',
            action_id: action,
            text: { type: 'plain_text', text: LABELS[action] },
            value: inquiryId,
          })),
        },
      ];

export interface RenderedMessage {
  /** Top-level text: what notifications and screen readers show, and all there is where Slack does not take the blocks. */
  readonly text: string;
  readonly blocks: KnownBlock[];
}

export interface Rendering {
  /** Whether somebody listens to clicks; default false: a button that nobody hears would be a promise that nobody keeps. */
  readonly buttons?: boolean;
}

/** An effect's content as a Slack message within Slack's bounds, whatever strangers wrote into it. What does not fit is left out. */
export const renderMessage = (given: unknown, { buttons = false }: Rendering = {}): RenderedMessage => {
  const content = slackContent.parse(given);
  const title = titleOf(content);
  const { summary } = content;
  return {
    text: [fitted(title, LONGEST_HEADER), ...(summary === null ? [] : [fitted(summary, LONGEST_PREVIEW)])].join(': '),
    blocks: [
      { type: 'header', text: { type: 'plain_text', text: fittedPlain(title, LONGEST_HEADER), emoji: false } },
      ...(summary === null
        ? []
        : [{ type: 'section' as const, text: { type: 'mrkdwn' as const, text: fitted(summary, LONGEST_SUMMARY) } }]),
      ...fieldsOf(content),
      ...proposedOf(content),
      ...footOf(content),
      ...(buttons ? actionsOf(content) : []),
    ],
  };
};
