import { aRawInquiry } from '@sluice/contracts/testing';
import type { InquiryId } from '@sluice/kernel';
import { playbookSchema } from '@sluice/policy';
import { loadPlaybooks } from '@sluice/policy/files';
import { stageSpec } from '@sluice/stage/testing';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Trace } from '../domain/conversation.ts';
import type { MailSigns, ParsedInquiry } from '../ports/inquiry-parser.port.ts';
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

const raw = (id: number, over: object = {}) => ({
  ...aRawInquiry(),
  inquiryId: `${String(id).repeat(8)}-1111-5111-8111-111111111111` as InquiryId,
  ...over,
});
const at = (offset: string) => ({ input: { topic: 'inquiry.raw.v1', partition: 0, offset } });

/** What is remembered after the messages, in order. */
const after = (
  ...messages: readonly (readonly [ReturnType<typeof raw>, ParsedInquiry, string])[]
): Record<string, Trace> =>
  messages.reduce<Record<string, Trace>>((memory, [inquiry, parsed, offset]) => {
    const { outcome } = given(inquiry, memory).when(parsed, at(offset));
    return { ...memory, ...('remember' in outcome ? (outcome.remember as Record<string, Trace>) : {}) };
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

  it('looks at thread and body: the same words in another thread are no repeat', () => {
    const memory = after([raw(1), said({ inReplyTo: ['a@x'] }), '1']);
    given(raw(2), memory)
      .when(said({ inReplyTo: ['b@x'] }), at('2'))
      .thenEmits({ inquiryId: raw(2).inquiryId });
  });

  it('joins an answer to what it answers, whoever sent it', () => {
    const memory = after([raw(1), said({ messageId: 'first@x' }), '1']);
    const conversation = Object.values(memory)[0]?.conversationId;
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
