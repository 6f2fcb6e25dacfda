import { describe, expect, it } from 'vitest';
import { renderMessage, type MessageTemplate } from './render-message.ts';

const template = (over: Partial<MessageTemplate> = {}): MessageTemplate => ({
  subject: 'Re: {{subject}}',
  text: 'Thank you{% if first_name %}, {{first_name}}{% endif %}.',
  html: null,
  slots: [],
  ...over,
});
const values = { subject: 'Pricing', first_name: 'Jane' };

describe('a message', () => {
  it('is the template with its values, and the footer below it word for word', () => {
    expect(renderMessage(template(), { values, footer: 'Human review in progress' })).toEqual({
      kind: 'ready',
      subject: 'Re: Pricing',
      text: 'Thank you, Jane.\n\nHuman review in progress',
      html: null,
    });
  });

  it('can do without what an if asks for, or what has a default', () => {
    const text = 'Hello {{ first_name | default: "there" }}{% if booking_link %}: {{booking_link}}{% endif %}';
    expect(renderMessage(template({ text }), { values: { subject: 'a' }, footer: '' })).toMatchObject({
      text: 'Hello there',
    });
  });

  it.each([
    ['a variable that has no value', { text: 'Book: {{booking_link}}' }, {}, ['booking_link']],
    ['a slot that nobody filled', { slots: ['booking_link'] }, {}, ['booking_link']],
    ['a slot of nothing but space', { slots: ['booking_link'] }, { booking_link: '  ' }, ['booking_link']],
    ['a variable in markup alone', { html: '<p>{{eta}}</p>' }, {}, ['eta']],
    ['several', { text: '{{eta}}', slots: ['ticket_id', 'eta'] }, {}, ['ticket_id', 'eta']],
  ])('is not given with %s', (_case, over, more, slots) => {
    expect(renderMessage(template(over), { values: { ...values, ...more }, footer: '' })).toEqual({
      kind: 'unfilled',
      slots,
    });
  });

  it('has one line in its subject, whatever the sender wrote into theirs', () => {
    const sent = renderMessage(template(), { values: { subject: 'a\r\nBcc: all@example.com' }, footer: '' });
    expect(sent).toMatchObject({ subject: 'Re: a Bcc: all@example.com' });
  });

  it('does not render what values say, and escapes them where it is HTML', () => {
    const sent = renderMessage(template({ text: '{{subject}}', html: '<b>{{subject}}</b>' }), {
      values: { subject: '{{booking_link}} <script>"&' },
      footer: 'A & B <c>',
    });
    expect(sent).toMatchObject({
      text: '{{booking_link}} <script>"&\n\nA & B <c>',
      html: '<b>{{booking_link}} &lt;script&gt;&#34;&amp;</b>\n<p>A &amp; B &lt;c&gt;</p>',
    });
  });
});
