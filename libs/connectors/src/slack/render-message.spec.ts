import { blocksRefusal as refusalOf } from '@sluice/simulators';
import { describe, expect, it } from 'vitest';
import { renderMessage as render } from './render-message.ts';

/** An escape that was cut: an ampersand that begins none. */
const BROKEN_ESCAPE = /&(?!amp;|lt;|gt;)/;
/** Everything Slack reads markup in. */
const mrkdwnIn = (value: unknown): readonly string[] => {
  if (typeof value !== 'object' || value === null) return [];
  const { type, text } = value as { type?: unknown; text?: unknown };
  return type === 'mrkdwn' && typeof text === 'string' ? [text] : Object.values(value).flatMap(mrkdwnIn);
};
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

  it('says since when somebody waits, in each reader’s time zone', () => {
    expect(mrkdwnIn(render({ subject: 'Overdue', since: '2026-01-05T13:00:00.000Z' }).blocks)).toEqual([
      'Waiting since <!date^1767618000^{date_short_pretty} {time}|2026-01-05T13:00:00.000Z>',
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

  it.each([
    ['a summary of links', { summary: '<a href="x?a=1&b=2">'.repeat(160) }],
    ['a summary of emoji', { summary: '🚀'.repeat(10_000) }],
    ['a field of ampersands', { entities: [{ name: 'url', value: '&'.repeat(500) }] }],
    ['a field of angle brackets', { entities: [{ name: 'html', value: '<'.repeat(2_001) }] }],
    [
      'thirty long fields',
      { entities: Array.from({ length: 30 }, (_, n) => ({ name: `n${n}`, value: '&'.repeat(900) })) },
    ],
    [
      'sixty due times',
      { due: Array.from({ length: 60 }, (_, n) => ({ clock: `clock ${n} &`, dueAt: '2026-01-05T13:00:00.000Z' })) },
    ],
    ['a long title', { category: '<b>'.repeat(40), subject: '&'.repeat(200), summary: 'ok' }],
    [
      'everything long',
      {
        subject: '&'.repeat(9_000),
        summary: '&'.repeat(9_000),
        owner: '<'.repeat(300),
        queue: '>'.repeat(300),
        entities: Array.from({ length: 40 }, () => ({ name: '<'.repeat(300), value: '&'.repeat(3_000) })),
        due: Array.from({ length: 60 }, () => ({ clock: '&'.repeat(300), dueAt: '2026-01-05T13:00:00.000Z' })),
        link: `https://sluice.example/${'&'.repeat(400)}`,
      },
    ],
  ])('is taken by Slack with %s, and no escape is cut in two', (_case, content) => {
    const { text, blocks } = render(content);
    expect(refusalOf(blocks)).toBeNull();
    expect(text.length).toBeLessThanOrEqual(4_000);
    expect(text).not.toMatch(BROKEN_ESCAPE);
    for (const shown of mrkdwnIn(blocks)) expect(shown).not.toMatch(BROKEN_ESCAPE);
  });

  it('uses the room that there is: a summary of 3,000, one field of 2,000', () => {
    const [, summary, fields] = render({
      summary: 'x'.repeat(9_000),
      entities: [{ name: 'order', value: 'y'.repeat(9_000) }],
    }).blocks;
    expect(summary).toMatchObject({ text: { text: `${'x'.repeat(2_999)}…` } });
    expect(mrkdwnIn([fields])[0]).toHaveLength(2_000);
  });

  it('cuts between what people see as characters', () => {
    const family = '👨‍👩‍👧‍👦';
    const { text, blocks } = render({ subject: family.repeat(40), summary: '&'.repeat(9_000) });
    expect(blocks[0]).toMatchObject({ text: { text: `${family.repeat(13)}…` } });
    expect(blocks[1]).toMatchObject({ text: { text: `${'&amp;'.repeat(599)}…` } });
    expect(text).toBe(`${family.repeat(13)}…: ${'&amp;'.repeat(99)}…`);
    // A letter under a heap of marks is no character that anybody reads: it is cut, not left out.
    expect(render({ subject: `a${'\u0301'.repeat(400)}` }).text.normalize('NFC')).toMatch(/^á/u);
  });

  it('shows every field it can in sections of ten, and says how many it can not', () => {
    const { blocks } = render({ entities: Array.from({ length: 23 }, (_, n) => ({ name: `n${n}`, value: n })) });
    expect(blocks.map((block) => ('fields' in block ? block.fields?.length : block.type))).toEqual([
      'header',
      10,
      10,
      'context',
    ]);
    expect(mrkdwnIn(blocks).at(-1)).toBe('3 more facts');
  });

  it('leaves a due time out whole, and says how many', () => {
    const dueAt = '2026-01-05T13:00:00.000Z';
    const { blocks } = render({
      due: Array.from({ length: 60 }, (_, n) => ({ clock: `promise ${n}`, dueAt })),
      link: 'https://sluice.example/1?a=1&b=2',
    });
    const foot = mrkdwnIn(blocks).at(-1) ?? '';
    expect(foot.match(/<!date\^1767618000\^{date_short_pretty} {time}\|2026-01-05T13:00:00\.000Z>/g)).toHaveLength(21);
    expect(foot).toMatch(/  ·  39 more due times  ·  <https:\/\/sluice\.example\/1\?a=1&amp;b=2\|Open>$/);
  });

  it('shows nothing that can’t be seen or turns the text around', () => {
    expect(
      render({ subject: ' \u0000\u202Egnp.exe\u2066 \ud800', summary: '\u0000\u200e'.slice(0, 1), owner: '\u0007' }),
    ).toEqual({
      text: 'gnp.exe \ufffd',
      blocks: [{ type: 'header', text: { type: 'plain_text', text: 'gnp.exe \ufffd', emoji: false } }],
    });
    // What scripts need stays: a right-to-left mark, a joiner.
    expect(render({ subject: 'שלום\u200f! می\u200cخواهم' }).text).toBe('שלום\u200f! می\u200cخواهم');
  });

  it('takes a field that does not fit as missing', () => {
    expect(
      render({ subject: 'Hi', due: 'tomorrow', entities: 7, link: 'javascript:alert(1)', category: { a: 1 } }).blocks,
    ).toHaveLength(1);
  });

  it('shows the good ones of a list though others are bad', () => {
    const { blocks } = render({
      entities: [{ name: 'seats', value: 40 }, { name: 'order', value: null }, 'what?'],
      due: [
        { clock: 'a', dueAt: 'tomorrow' },
        { clock: 'b', dueAt: '2026-01-05T13:00:00.000Z' },
      ],
    });
    expect(mrkdwnIn(blocks)).toEqual(['*seats*\n40', expect.stringMatching(/^Due b <!date/)]);
  });
});
