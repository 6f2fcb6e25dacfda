import { inquiryEnriched, type InquiryEnriched } from '../events/inquiry-enriched.ts';

/** An inquiry of a company's employee, with nothing special about it; say what is different about yours. */
export const anEnrichedInquiry = (over: Partial<InquiryEnriched> = {}): InquiryEnriched =>
  inquiryEnriched.v1.parse({
    inquiryId: '11111111-1111-5111-8111-111111111111',
    conversationId: '22222222-2222-5222-8222-222222222222',
    brand: 'default',
    source: 'web-form',
    channel: 'form',
    receivedAt: '2026-01-05T09:00:00.000Z',
    contactId: null,
    companyDomain: 'example.com',
    addressKind: 'company',
    roleAddress: false,
    language: { code: 'en', confidence: 0.9 },
    automation: { kind: 'none', evidence: [] },
    thread: { evidence: 'new', size: 1 },
    contact: {
      email: 'ada@example.com',
      name: 'Ada Example',
      phone: null,
      title: null,
      company: null,
      website: null,
      country: 'US',
    },
    content: {
      subject: 'A question',
      text: 'We would like to know more about what you do for companies.',
      removed: [],
      metadata: {},
    },
    attachments: [],
    enrichment: {
      status: 'none',
      company: null,
      website: null,
      history: { inquiries: 0, lastReceivedAt: null },
      lookups: [],
    },
    enrichedAt: '2026-01-05T09:00:01.000Z',
    ...over,
  });
