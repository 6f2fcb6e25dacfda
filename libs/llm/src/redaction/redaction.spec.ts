import { describe, expect, it } from 'vitest';
import { redactor } from './redactor.ts';
import { tokenBook } from './token-book.ts';

const fresh = (names: readonly string[] = []) =>
  redactor({ book: tokenBook({ digest: (identity) => identity }), names });
const redacted = (text: string): string => fresh().redact(text);

describe('redaction', () => {
  it.each([
    // e-mail addresses
    { text: 'write to Ana.Lopez+news@mail.example.co.uk, please', gives: 'write to [EMAIL_1], please' },
    { text: '<bob@example.com>', gives: '<[EMAIL_1]>' },
    { text: 'mailto:bob@example.com?subject=hi', gives: 'mailto:[EMAIL_1]?subject=hi' },
    { text: 'jörg@müller.de and 山田@例え.jp', gives: '[EMAIL_1] and [EMAIL_2]' },
    { text: 'bob (at) example (dot) com', gives: '[EMAIL_1]' },
    { text: 'sam@gmail dot com', gives: '[EMAIL_1]' },
    { text: 'https://x.io/?u=bob%40example.com', gives: 'https://x.io/?u=[EMAIL_1]' },
    { text: 'bob＠example.com', gives: '[EMAIL_1]' },
    // cards
    { text: 'card 4111 1111 1111 1111 exp 12/27', gives: 'card [CARD_1] exp 12/27' },
    { text: '4111-1111-1111-1111 or 4111111111111111', gives: '[CARD_1] or [CARD_1]' },
    { text: 'amex 378282246310005', gives: 'amex [CARD_1]' },
    { text: 'pay 2 4111 1111 1111 1111 now', gives: 'pay 2 [CARD_1] now' },
    { text: 'the card ending in 4242', gives: 'the card ending in [CARD_1]' },
    { text: '**** **** **** 4242', gives: '**** **** **** [CARD_1]' },
    // SSN
    { text: 'SSN 531-21-7351.', gives: 'SSN [SSN_1].' },
    { text: 'my social security number is 531217351', gives: 'my social security number is [SSN_1]' },
    // IBAN
    { text: 'IBAN GB82 WEST 1234 5698 7654 32 thanks', gives: 'IBAN [IBAN_1] thanks' },
    { text: 'de89370400440532013000', gives: '[IBAN_1]' },
    { text: 'iban: GB00 WEST 1234 5698 7654 33', gives: 'iban: [IBAN_1]' },
    // phones
    { text: 'call +1 (415) 555-0100 ext. 12', gives: 'call [PHONE_1]' },
    { text: '0049 (0)30 901820 or 030/901820', gives: '[PHONE_1] or [PHONE_2]' },
    { text: 'Tel: 06 12 34 56 78', gives: 'Tel: [PHONE_1]' },
    { text: '(88) 684-334', gives: '[PHONE_1]' },
    { text: 'ring 33 93 31 tomorrow', gives: 'ring [PHONE_1] tomorrow' },
    { text: '61 51 81 office', gives: '[PHONE_1] office' },
    // secrets
    { text: 'key sk_live_abcdefghijklmnop1234', gives: 'key [SECRET_1]' },
    { text: 'AKIAIOSFODNN7EXAMPLE', gives: '[SECRET_1]' },
    { text: 'password: hunter2!', gives: 'password: [SECRET_1]' },
    { text: 'postgres://admin:pa55@db.local/x', gives: 'postgres://[SECRET_1]/x' },
    { text: 'Authorization: Bearer abcdef0123456789ABCDEF', gives: 'Authorization: Bearer [SECRET_1]' },
    // network addresses
    { text: 'from 203.0.113.7 and 2001:db8::1', gives: 'from [IP_1] and [IP_2]' },
  ])('takes out of: $text', ({ text, gives }) => {
    expect(redacted(text)).toBe(gives);
  });

  it.each([
    'We have 250 seats and a budget of 1 500 000 EUR for 2026.',
    'Budget: $1,500,000 or 1.500.000 €',
    'order 1234567890, invoice no. 2024123456, ticket #98765432',
    'from 2024-05-06 to 06/07/2025, years 2019 2020 2021 2022',
    'at 10:30, version 10.4.0, Node 24.21, ZIP 77058-1234',
    'Call us about 5000000 users, 40 %',
    'one 1 2 3 4 5 6 7 8',
    'ISBN 978-3-16-148410-0',
    'At 8/20/02 -0700 and Sat, 24 Aug 2002 11:39:34 -0400, 11:14 2002-09-13',
    'Load : 0.08 0.42 0.84',
    'CVE-2002-0989 at http://x.example/comments?sid=02-1007-1124226',
    'The Internet Bearer Underwriting Corporation',
    'the ratio 3@20 and @mentions',
    'std::vector and a::b',
  ])('leaves alone: %s', (text) => {
    expect(redacted(text)).toBe(text);
  });

  it('gives the same person the same token, and another person another', () => {
    expect(redacted('a@x.com wrote to b@x.com; A@X.com waits')).toBe('[EMAIL_1] wrote to [EMAIL_2]; [EMAIL_1] waits');
  });

  it('takes out a name that is known, in full and only in full', () => {
    const text = 'Will Turner here. I will turn up. -- WILL  TURNER';
    expect(fresh(['Will Turner', 'Will']).redact(text)).toBe('[NAME_1] here. I will turn up. -- [NAME_1]');
  });

  it('puts back into an answer, however nested, what was taken out', () => {
    const { redact, restore } = fresh();
    redact('I am bob@example.com, call +1 415 555 0100');
    expect(restore({ email: '[EMAIL_1]', notes: ['reach [PHONE_1] or [EMAIL_1]'], budget: 5, none: null })).toEqual({
      email: 'bob@example.com',
      notes: ['reach +1 415 555 0100 or bob@example.com'],
      budget: 5,
      none: null,
    });
  });

  it.each([
    { max: 100, gives: 'mail [EMAIL_1] now' },
    { max: 14, gives: 'mail [EMAIL_1]' },
    { max: 13, gives: 'mail ' },
    { max: 6, gives: 'mail ' },
    { max: 3, gives: 'mai' },
  ])('cuts to $max characters after redacting, never through a token', ({ max, gives }) => {
    expect(fresh().redact('mail bob@example.com now', max)).toBe(gives);
  });

  it.each([
    { max: 6, gives: 'mail 🚀'.slice(0, 5) },
    { max: 7, gives: 'mail 🚀' },
  ])('cuts to $max characters between characters', ({ max, gives }) => {
    expect(fresh().redact('mail 🚀 now', max)).toBe(gives);
  });

  it('leaves tokens it never gave as they are', () => {
    expect(fresh().restore('[EMAIL_7] [PHONE_1]')).toBe('[EMAIL_7] [PHONE_1]');
  });

  it('does not let a sender pass off a token of their own as somebody', () => {
    const { redact, restore } = fresh();
    expect(redact('I am [EMAIL_1], and this is bob@example.com')).toBe('I am [LITERAL_1], and this is [EMAIL_1]');
    expect(restore('[LITERAL_1] / [EMAIL_1]')).toBe('[EMAIL_1] / bob@example.com');
  });
});

describe('a token book', () => {
  const digest = (identity: string): string => `#${identity.length}${identity.at(0)}`;

  it('goes on with the tokens of earlier messages of the conversation', () => {
    const first = tokenBook({ digest });
    redactor({ book: first }).redact('a@example.com and bb@example.com');
    const later = redactor({ book: tokenBook({ digest, entries: first.entries() }) });
    expect(later.redact('bb@example.com again, and ccc@example.com')).toBe('[EMAIL_2] again, and [EMAIL_3]');
  });

  it('takes in what another process gave out, and keeps what it gave out itself', () => {
    const book = tokenBook({ digest: (identity) => identity });
    redactor({ book }).redact('a@example.com');
    book.learn({ 'EMAIL:a@example.com': 9, 'EMAIL:b@example.com': 2 });
    expect(redactor({ book }).redact('a@example.com b@example.com c@example.com')).toBe(
      '[EMAIL_1] [EMAIL_2] [EMAIL_10]',
    );
  });

  it('holds digests, never what they hide', () => {
    const book = tokenBook({ digest });
    redactor({ book }).redact('a@example.com');
    expect(book.entries()).toEqual({ 'EMAIL:#13a': 1 });
  });
});
