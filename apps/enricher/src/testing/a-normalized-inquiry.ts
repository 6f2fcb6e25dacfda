import { inquiryNormalized, type InquiryNormalized } from '@sluice/contracts';

/** A normalized inquiry with room for what a test is not about. */
export const aNormalizedInquiry = (over: Partial<InquiryNormalized> = {}): InquiryNormalized =>
  inquiryNormalized.v1.parse({
    inquiryId: '11111111-1111-5111-8111-111111111111',
    conversationId: '22222222-2222-5222-8222-222222222222',
    brand: 'acme',
    source: 'web',
    channel: 'form',
    receivedAt: '2026-01-05T08:59:00.000Z',
    contactId: 'c'.repeat(64),
    companyDomain: 'initech.example',
    addressKind: 'company',
    roleAddress: false,
    language: { code: 'en', confidence: 0.99 },
    automation: { kind: 'none', evidence: [] },
    thread: { evidence: 'new', size: 1 },
    contact: {
      email: 'ana@initech.example',
      name: 'Ana López',
      phone: null,
      title: null,
      company: null,
      website: null,
      country: null,
    },
    content: { subject: 'Hello', text: 'We want to buy.', removed: [], metadata: {} },
    attachments: [],
    normalizedAt: '2026-01-05T08:59:01.000Z',
    ...over,
  });
