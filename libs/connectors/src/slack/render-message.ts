import type { KnownBlock } from '@slack/web-api';
import type { SlackContent } from './slack-content.ts';

const LONGEST_HEADER = 150;
const LONGEST_SECTION = 2_900;
const LONGEST_FIELD = 500;
const MOST_FIELDS = 10;
const MS_PER_SECOND = 1_000;

/** Slack reads `<…>` as links and mentions: a stranger's text must never become `<!channel>`. */
const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** Cuts between characters, never inside one, and never inside an escape. */
const shortened = (text: string, longest: number): string => {
  const characters = [...text];
  return characters.length <= longest ? text : `${characters.slice(0, longest - 1).join('')}…`;
};

const safe = (text: string, longest: number): string => escaped(shortened(text.replace(/\s+/g, ' ').trim(), longest));

/** Shown in each reader's own time zone; the text after the bar where that is not possible. */
const dueText = ({ clock, dueAt }: SlackContent['due'][number]): string =>
  `${safe(clock, 40)} <!date^${Math.floor(Date.parse(dueAt) / MS_PER_SECOND)}^{date_short_pretty} {time}|${dueAt}>`;

/** `[category][priority] subject` */
export const titleOf = ({ category, priority, subject }: SlackContent): string => {
  const labels = [category, priority].flatMap((label) => (label === null ? [] : [`[${label}]`])).join('');
  return [labels, subject ?? 'New inquiry'].filter(Boolean).join(' ');
};

const fieldsOf = ({ entities }: SlackContent): readonly KnownBlock[] =>
  entities.length === 0
    ? []
    : [
        {
          type: 'section',
          fields: entities.slice(0, MOST_FIELDS).map(({ name, value }) => ({
            type: 'mrkdwn',
            text: `*${safe(name, 60)}*\n${safe(String(value), LONGEST_FIELD)}`,
          })),
        },
      ];

const footOf = ({ owner, queue, due, link }: SlackContent): readonly KnownBlock[] => {
  const parts = [
    ...(owner === null ? [] : [`Owner *${safe(owner, 80)}*`]),
    ...(queue === null ? [] : [`Queue ${safe(queue, 80)}`]),
    ...due.map((one) => `Due ${dueText(one)}`),
    ...(link === null ? [] : [`<${link.replaceAll(/[<>|]/g, encodeURIComponent)}|Open>`]),
  ];
  return parts.length === 0 ? [] : [{ type: 'context', elements: [{ type: 'mrkdwn', text: parts.join('  ·  ') }] }];
};

export interface RenderedMessage {
  /** Top-level text: what notifications and screen readers show. */
  readonly text: string;
  readonly blocks: KnownBlock[];
}

export const renderMessage = (content: SlackContent): RenderedMessage => {
  const title = titleOf(content);
  const summary: readonly KnownBlock[] =
    content.summary === null
      ? []
      : [{ type: 'section', text: { type: 'mrkdwn', text: safe(content.summary, LONGEST_SECTION) } }];
  return {
    text: [
      safe(title, LONGEST_HEADER),
      ...(content.summary === null ? [] : [safe(content.summary, LONGEST_FIELD)]),
    ].join(': '),
    blocks: [
      {
        type: 'header',
        text: { type: 'plain_text', text: shortened(title.replace(/\s+/g, ' '), LONGEST_HEADER), emoji: false },
      },
      ...summary,
      ...fieldsOf(content),
      ...footOf(content),
    ],
  };
};
