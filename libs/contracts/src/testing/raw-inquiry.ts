import type { InquiryRaw } from '../events/inquiry-raw.ts';
import { inquiryRaw } from '../events/inquiry-raw.ts';

const nobody = { email: null, name: null, phone: null, title: null, company: null, website: null, country: null };

/** A lead of a form, complete and plain; say what is different about yours. */
export const aRawInquiry = (over: Partial<InquiryRaw> = {}): InquiryRaw =>
  inquiryRaw.v1.parse({
    inquiryId: '11111111-1111-5111-8111-111111111111',
    brand: 'default',
    source: 'web-form',
    channel: 'form',
    receivedAt: '2026-01-05T09:00:00.000Z',
    contact: { ...nobody, email: 'ada@example.com', name: 'Ada Example' },
    content: {
      sourceEventId: 'event-1',
      threadId: null,
      subject: 'Seats',
      text: 'We would like two hundred seats, please.',
      metadata: {},
      mail: null,
    },
    attachments: [],
    ...over,
  });
