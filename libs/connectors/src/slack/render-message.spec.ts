import { describe, expect, it } from 'vitest';
import { renderMessage } from './render-message.ts';
import { slackContent } from './slack-content.ts';

const render = (content: unknown) => renderMessage(slackContent.parse(content));
const whole = {
  category: 'billing',
  priority: 'high',
  subject: 'Charged twice',
  summary: 'Customer was charged twice for one order.',
  entities: { company: 'Globex', seats: 40, order: null },
  owner: 'ada',
  queue: 'finance',
  due: [{ clock: 'first-response', dueAt: '2026-01-05T13:00:00.000Z' }],
  link: 'https://sluice.example/inquiries/1',
};

describe('a Slack message', () => {
  it('says category, priority and subject in its title, then summary, entities, owner and due times', () => {
    const { text, blocks } = render(whole);
    expect(text).toBe('[billing][high] Charged twice: Customer was charged twice for one order.');
    expect(blocks).toEqual([
      { type: 'header', text: { type: 'plain_text', text: '[billing][high] Charged twice', emoji: false } },
      { type: 'section', text: { type: 'mrkdwn', text: 'Customer was charged twice for one order.' } },
      {
        type: 'section',
        fields: [
          { type: 'mrkdwn', text: '*company*\nGlobex' },
          { type: 'mrkdwn', text: '*seats*\n40' },
        ],
      },
      {
        type: 'context',
        elements: [
          {
            type: 'mrkdwn',
            text: 'Owner *ada*  ·  Queue finance  ·  Due first-response <!date^1767618000^{date_short_pretty} {time}|2026-01-05T13:00:00.000Z>  ·  <https://sluice.example/inquiries/1|Open>',
          },
        ],
      },
    ]);
  });

  it('always has text, even of nothing', () => {
    expect(render({})).toEqual({
      text: 'New inquiry',
      blocks: [{ type: 'header', text: { type: 'plain_text', text: 'New inquiry', emoji: false } }],
    });
  });

  it('lets nobody outside mention a channel or fake a link', () => {
    const { text, blocks } = render({
      subject: '<!channel> hi',
      summary: 'see <https://evil.example|bank> & <@U1>',
      entities: { a: '<!here>' },
    });
    const shown = JSON.stringify(blocks.slice(1)) + text;
    expect(shown).not.toMatch(/<[!@h]/);
    expect(shown).toContain('&lt;!channel&gt;');
    expect(shown).toContain('&amp;');
  });

  it('stays within Slack’s bounds without breaking a character', () => {
    const { blocks } = render({
      subject: '😀'.repeat(400),
      summary: '<'.repeat(9_000),
      entities: Array.from({ length: 30 }, (_, n) => ({ name: `n${n}`, value: n })),
    });
    const [header, summary, fields] = blocks;
    expect(header).toMatchObject({ text: { text: expect.stringMatching(/^(😀){149}…$/u) as unknown } });
    expect(summary).toMatchObject({ text: { text: expect.stringMatching(/^(&lt;)+…$/) as unknown } });
    expect(fields).toMatchObject({ fields: { length: 10 } });
  });

  it('takes a field that does not fit as missing', () => {
    expect(
      render({ subject: 'Hi', due: 'tomorrow', entities: 7, link: 'javascript:alert(1)', category: { a: 1 } }).blocks,
    ).toHaveLength(1);
  });
});
