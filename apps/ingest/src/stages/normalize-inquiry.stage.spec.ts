import type { MailSigns } from '@sluice/contracts';
import { aRawInquiry } from '@sluice/contracts/testing';
import { uuidV5, type InquiryId } from '@sluice/kernel';
import { playbookSchema } from '@sluice/policy';
import { loadPlaybooks } from '@sluice/policy/files';
import { stageSpec } from '@sluice/stage/testing';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Remembered } from '../domain/inquiry-memory.ts';
import type { ParsedInquiry } from '../ports/inquiry-parser.port.ts';
import { normalizeInquiry } from './normalize-inquiry.stage.ts';

const [loaded] = loadPlaybooks(join(import.meta.dirname, '..', '..', '..', '..', 'playbooks')).playbooks;
if (!loaded) throw new Error('there is no playbook');
const given = stageSpec(normalizeInquiry, loaded.playbook);

const said = (over: Partial<ParsedInquiry> = {}): ParsedInquiry => ({
  kind: 'parsed',
  contact: aRawInquiry().contact,
  contactId: 'c'.repeat(64),
  subject: 'Seats',
  text: 'Two hundred seats, please.',
  removed: [],
  language: { code: 'en', confidence: 0.9 },
  messageId: null,
  inReplyTo: [],
  references: [],
  signs: null,
  ...over,
});
const signs = (over: Partial<MailSigns> = {}): MailSigns => ({
  autoSubmitted: null,
  precedence: null,
  suppressesResponses: false,
  nullReturnPath: false,
  isReport: false,
  listHeaders: [],
  autoReplySubject: false,
  ...over,
});

const person = (over: Partial<ParsedInquiry['contact']>): ParsedInquiry['contact'] => ({
  ...aRawInquiry().contact,
  email: null,
  ...over,
});

const raw = (id: number, over: object = {}) => ({
  ...aRawInquiry(),
  inquiryId: `${String(id).repeat(8)}-1111-5111-8111-111111111111` as InquiryId,
  ...over,
});
/** One that its sender gave no id. */
const unnamed = (id: number, over: object = {}) =>
  raw(id, { content: { ...aRawInquiry().content, sourceEventId: null, ...over } });
/** A mail, each read from other bytes. */
const named = (id: number, source = 'mail') =>
  raw(id, { source, channel: 'mail', content: { ...aRawInquiry().content, sourceEventId: null, text: String(id) } });
const at = (offset: string) => ({ input: { topic: 'inquiry.raw.v1', partition: 0, offset } });

/** What is remembered after the messages, in order. */
const after = (
  ...messages: readonly (readonly [ReturnType<typeof raw>, ParsedInquiry, string])[]
): Record<string, Remembered> =>
  messages.reduce<Record<string, Remembered>>((memory, [inquiry, parsed, offset]) => {
    const { outcome } = given(inquiry, memory).when(parsed, at(offset));
    return { ...memory, ...('remember' in outcome ? (outcome.remember as Record<string, Remembered>) : {}) };
  }, {});

describe('normalize-inquiry', () => {
  it('says who wrote, from where and what, and begins a conversation', () => {
    given(raw(1))
      .when(said())
      .thenEmits({
        companyDomain: 'example.com',
        addressKind: 'company',
        roleAddress: false,
        thread: { evidence: 'new', size: 1 },
        automation: { kind: 'none' },
      });
  });

  it('drops another record of the same inquiry, for ever', () => {
    const memory = after([raw(1), said(), '1']);
    given(raw(1, { receivedAt: '2027-01-05T09:00:00.000Z' }), memory)
      .when(said(), at('2'))
      .thenDrops('duplicate');
  });

  it('tells a redelivery of the same record from a repeat', () => {
    const memory = after([raw(1), said(), '1']);
    given(raw(1), memory)
      .when(said(), at('1'))
      .thenEmits({ inquiryId: raw(1).inquiryId });
  });

  it('drops the same content under another id within ten minutes, and not after', () => {
    const memory = after([raw(1), said(), '1']);
    given(raw(2, { receivedAt: '2026-01-05T09:10:00.000Z' }), memory)
      .when(said(), at('2'))
      .thenDrops('duplicate-content');
    given(raw(2, { receivedAt: '2026-01-05T09:10:01.000Z' }), memory)
      .when(said(), at('2'))
      .thenEmits({ inquiryId: raw(2).inquiryId });
  });

  it('keeps to what the playbook says for the brand: another window, and what machines write', () => {
    const { brand } = raw(1);
    const playbook = playbookSchema.parse({
      ...loaded.playbook,
      overrides: { brand: { [brand]: { intake: { dedupeWindowMinutes: 1, drop: ['bounce'] } } } },
    });
    const scoped = stageSpec(normalizeInquiry, playbook);
    const memory = after([raw(1), said(), '1']);
    scoped(raw(2, { receivedAt: '2026-01-05T09:02:00.000Z' }), memory)
      .when(said(), at('2'))
      .thenEmits({ inquiryId: raw(2).inquiryId });
    scoped(raw(3))
      .when(said({ signs: signs({ autoSubmitted: 'auto-replied' }) }))
      .thenEmits({ automation: { kind: 'auto-reply' } });
    scoped(raw(3, { brand: 'another' }))
      .when(said({ signs: signs({ autoSubmitted: 'auto-replied' }) }))
      .thenDrops('auto-reply');
  });

  it.each([
    { what: 'another sender without an address', first: {}, then: { contact: person({ phone: '+12025550102' }) } },
    { what: 'another subject', first: { subject: 'Order 1001' }, then: { subject: 'Order 1002' } },
    { what: 'another number in brackets', first: { subject: '[1001] Cancel' }, then: { subject: '[1002] Cancel' } },
    { what: 'another sign', first: { text: 'We need C++.' }, then: { text: 'We need C#.' } },
    { what: 'nothing but a sign', first: { text: '👍' }, then: { text: '👎' } },
    { what: 'an answer to another mail', first: { inReplyTo: ['a@x'] }, then: { inReplyTo: ['b@x'] } },
  ])('keeps what differs by $what, though it has no id of its own', ({ first, then }) => {
    const anonymous = { contact: person({ phone: '+12025550101' }), contactId: null };
    const memory = after([unnamed(1), said({ ...anonymous, ...first }), '1']);
    given(unnamed(2), memory)
      .when(said({ ...anonymous, ...then }), at('2'))
      .thenEmits({ inquiryId: raw(2).inquiryId });
  });

  it.each([
    { what: 'a field', first: { metadata: { order: '1001' } }, then: { metadata: { order: '1002' } } },
    { what: "the source's thread", first: { threadId: 't-1' }, then: { threadId: 't-2' } },
  ])('keeps what differs by $what alone', ({ first, then }) => {
    const memory = after([unnamed(1, first), said(), '1']);
    given(unnamed(2, then), memory)
      .when(said(), at('2'))
      .thenEmits({ inquiryId: raw(2).inquiryId });
  });

  it('keeps what differs by an attachment alone, and what another source brings', () => {
    const file = (sha256: string) => ({ sha256: sha256.repeat(64), bytes: 3, mediaType: 'text/plain', filename: 'a' });
    const memory = after([{ ...unnamed(1), attachments: [file('a')] }, said(), '1']);
    for (const other of [{ attachments: [file('b')] }, { attachments: [file('a')], source: 'other-form' }])
      given({ ...unnamed(2), ...other }, memory)
        .when(said(), at('2'))
        .thenEmits({ inquiryId: raw(2).inquiryId });
  });

  it.each([
    { what: 'white space', first: {}, then: { text: ' Two  hundred\nseats, please. ' } },
    { what: 'how an umlaut is written', first: { text: 'Größe' }, then: { text: 'Gro\u0308ße'.normalize('NFD') } },
  ])('tells no repeat by $what', ({ first, then }) => {
    const memory = after([unnamed(1), said(first), '1']);
    given(unnamed(2), memory).when(said(then), at('2')).thenDrops('duplicate-content');
  });

  it('tells no repeat by when a machine sent it, or at which try', () => {
    const memory = after([unnamed(1, { metadata: { plan: 'pro', timestamp: 1, 'Retry-Count': 0 } }), said(), '1']);
    given(unnamed(2, { metadata: { plan: 'pro', timestamp: 2, 'Retry-Count': 1 } }), memory)
      .when(said(), at('2'))
      .thenDrops('duplicate-content');
  });

  it("takes a sender's own ids for what they are: others are never a repeat, whatever was said", () => {
    const memory = after([raw(1), said(), '1']);
    given(raw(2, { content: { ...raw(2).content, sourceEventId: 'event-2' } }), memory)
      .when(said(), at('2'))
      .thenEmits({ inquiryId: raw(2).inquiryId });
  });

  it('knows a mail that comes by two ways, with a tag and a footer on one of them, and names the first', () => {
    const mail = { messageId: 'm1@x', subject: 'Seats' };
    const memory = after([named(1, 'inbox'), said(mail), '1']);
    given(named(2, 'list'), memory)
      .when(said({ ...mail, subject: '[users] Seats' }), at('2'))
      .thenDrops('duplicate-content');
  });

  it('keeps both of two mails that share a Message-ID, and takes neither for an answer to the other', () => {
    const memory = after([named(1), said({ messageId: 'fixed@x', subject: 'Order 1001', text: 'An invoice.' }), '1']);
    given(named(2), memory)
      .when(said({ messageId: 'fixed@x', subject: 'Order 1002', text: 'Cancel it.' }), at('2'))
      .thenEmits({ inquiryId: raw(2).inquiryId, thread: { evidence: 'new', size: 1 } });
  });

  it('keeps what came under an id that another inquiry has, for somebody to see', () => {
    const memory = after([raw(1), said(), '1']);
    given(raw(1, { content: { ...raw(1).content, text: 'Something else.' } }), memory)
      .when(said({ text: 'Something else.' }), at('2'))
      .thenRejects('id-taken');
  });

  it('forgets a receipt when its time is over, and says in all that it remembers when that is', () => {
    const playbook = playbookSchema.parse({
      ...loaded.playbook,
      retention: { ...loaded.playbook.retention, receiptDays: 30 },
    });
    const scoped = stageSpec(normalizeInquiry, playbook);
    const memory = after([raw(1), said(), '1']);
    const short = Object.fromEntries(
      Object.entries(memory).map(([key, one]) => [key, { ...one, until: '2026-02-04T09:00:00.000Z' }]),
    );
    const { outcome } = scoped(raw(1)).when(said(), at('1'));
    const remembered = ('remember' in outcome ? outcome.remember : {}) as Record<string, Remembered>;
    expect([...new Set(Object.values(remembered).map(({ until }) => until))].sort()).toEqual([
      '2026-01-05T09:10:00.000Z',
      '2026-02-04T09:00:00.000Z',
    ]);
    for (const [receivedAt, isKnown] of [
      ['2026-02-04T09:00:00.000Z', true],
      ['2026-02-04T09:00:00.001Z', false],
    ] as const) {
      const then = scoped(raw(1, { receivedAt }), short).when(said(), at('2'));
      if (isKnown) then.thenDrops('duplicate');
      else then.thenEmits({ thread: { evidence: 'new', size: 1 } });
    }
  });

  it('looks at thread and body: the same words in another thread are no repeat', () => {
    const memory = after([raw(1), said({ inReplyTo: ['a@x'] }), '1']);
    given(raw(2), memory)
      .when(said({ inReplyTo: ['b@x'] }), at('2'))
      .thenEmits({ inquiryId: raw(2).inquiryId });
  });

  it('joins an answer to what it answers, whoever sent it', () => {
    const memory = after([raw(1), said({ messageId: 'first@x' }), '1']);
    const conversation = Object.values(memory).flatMap((one) =>
      'conversationId' in one ? [one.conversationId] : [],
    )[0];
    given(raw(2), memory)
      .when(
        said({ text: 'Thank you.', subject: 'Re: other', contactId: 'd'.repeat(64), inReplyTo: ['first@x'] }),
        at('2'),
      )
      .thenEmits({ conversationId: conversation, thread: { evidence: 'reply-headers', size: 2 } });
  });

  it('does not believe one polluted reference', () => {
    const memory = after([raw(1), said({ messageId: 'first@x' }), '1']);
    given(raw(2), memory)
      .when(
        said({ text: 'Something else.', subject: 'Unrelated', contactId: 'd'.repeat(64), references: ['first@x'] }),
        at('2'),
      )
      .thenEmits({ thread: { evidence: 'new', size: 1 } });
  });

  it('joins the same contact and subject', () => {
    const memory = after([raw(1), said(), '1']);
    given(raw(2), memory)
      .when(said({ text: 'One more thing.', subject: 'Re: Seats' }), at('2'))
      .thenEmits({ thread: { evidence: 'contact-subject', size: 2 } });
  });

  it.each([
    { what: 'auto-submitted mail', of: signs({ autoSubmitted: 'auto-replied' }), reason: 'auto-reply' },
    { what: 'a null return path', of: signs({ nullReturnPath: true }), reason: 'auto-reply' },
    {
      what: 'a delivery report',
      of: signs({ isReport: true, nullReturnPath: true, autoSubmitted: 'auto-replied' }),
      reason: 'bounce',
    },
  ])('drops $what as $reason', ({ of, reason }) => {
    given(raw(1))
      .when(said({ signs: of }))
      .thenDrops(reason);
  });

  describe('a loop', () => {
    const most = loaded.playbook.intake.loopAfterMessages;
    const every = (count: number, seconds: number, over: Partial<ParsedInquiry> = {}) =>
      Array.from({ length: count }, (_, n) => {
        const receivedAt = new Date(Date.parse('2026-01-05T09:00:00.000Z') + n * seconds * 1_000).toISOString();
        const one = { ...aRawInquiry(), inquiryId: uuidV5('message', String(n)) as InquiryId, receivedAt };
        const content = { ...one.content, sourceEventId: `event-${n}` };
        return [{ ...one, content }, said({ text: `Message ${n}.`, ...over }), String(n)] as const;
      });
    const ending = (messages: ReturnType<typeof every>) => {
      const [last, parsed, offset] = messages.at(-1) ?? [];
      if (!last || !parsed) throw new Error('there is no message');
      return given(last, after(...messages.slice(0, -1))).when(parsed, at(offset ?? ''));
    };

    it('is one message more than the playbook bears of a contact and conversation within the window', () => {
      ending(every(most, 5)).thenEmits({ thread: { size: most } });
      ending(every(most + 1, 5)).thenDrops('loop');
    });

    it('is no long conversation: what came before the window is not counted', () => {
      ending(every(3 * most, 60)).thenEmits({ automation: { kind: 'none' }, thread: { size: 3 * most } });
    });

    it('is no day full of people under one subject', () => {
      const messages = every(most + 10, 5).map(
        ([one, parsed, offset], n) =>
          [one, { ...parsed, contactId: String(n).padStart(64, '0'), subject: 'Contact form' }, offset] as const,
      );
      ending(messages).thenEmits({ automation: { kind: 'none' } });
    });

    it('is found in every conversation for itself', () => {
      const messages = every(most + 10, 5).map(
        ([one, parsed, offset], n) => [one, { ...parsed, subject: `Order ${n % 2}` }, offset] as const,
      );
      ending(messages).thenEmits({ automation: { kind: 'none' } });
    });

    it('is remembered in a few numbers, however much a contact writes', () => {
      const memory = after(
        ...every(600, 30).map(
          ([one, parsed, offset], n) => [one, { ...parsed, subject: `Order ${n % 40}` }, offset] as const,
        ),
      );
      const paces = Object.entries(memory).filter(([key]) => key.startsWith('pace:'));
      expect(paces.length).toBe(1);
      expect(JSON.stringify(paces).length).toBeLessThan(8_000);
    });
  });

  it('says which parts were cut, and where the whole lies', () => {
    const cut = [{ field: '/content/text', length: 81_234 }];
    const whole = { sha256: 'e'.repeat(64), bytes: 81_300, mediaType: 'application/json' };
    given(raw(1, { content: { ...raw(1).content, cut, whole } }))
      .when(said())
      .thenEmits({ content: { cut, whole } });
    const mail = { at: 'blob', sha256: 'e'.repeat(64), bytes: 81_300 };
    given(raw(1, { content: { ...raw(1).content, cut, mail } }))
      .when(said())
      .thenEmits({ content: { cut, whole: { ...whole, mediaType: 'message/rfc822' } } });
  });

  it('lets a list through, and says that it is one', () => {
    given(raw(1))
      .when(said({ signs: signs({ listHeaders: ['list-id'] }) }))
      .thenEmits({ automation: { kind: 'list', evidence: ['list-id'] } });
  });

  it('keeps what can not be read', () => {
    given(raw(1)).when({ kind: 'unreadable', reason: 'mime-broken', detail: 'no header' }).thenRejects('mime-broken');
  });

  it('shows nothing of a person in what it remembers by', () => {
    const memory = after([raw(1), said({ messageId: 'ada@example.com', subject: 'Secret plan' }), '1']);
    expect(Object.keys(memory).join()).not.toMatch(/ada|secret|example/i);
  });
});
