import type { CrmContent, EnrolContent, RowContent, TicketContent } from '@sluice/contracts';

let people = 0;

/** An inquiry of a person whom no other test knows, as systems of record are told of it. */
export const aRecord = () => {
  people += 1;
  const domain = `customer-${process.pid}-${people}.example`;
  return {
    person: { email: `jane@${domain}`, name: 'Jane van Doe', phone: '+15550100' },
    company: { name: `Customer & Sons ${people}`, domain },
    inquiry: {
      subject: 'Fifty seats',
      summary: 'Wants fifty seats by March.',
      category: 'sales',
      label: 'A',
      priority: 'high',
      score: 72,
      confidence: 0.9,
      queue: 'sales',
      channel: 'mail',
      source: 'inbox',
      language: 'en',
      receivedAt: '2026-01-05T09:00:00.000Z',
      dueAt: '2026-01-05T10:00:00.000Z',
    },
    reasons: [{ rule: 'seats', points: 30 }],
    fields: [{ name: 'seats', value: '50' }],
  };
};

export const aTicket = (over: Partial<TicketContent> = {}): TicketContent => ({
  ...aRecord(),
  group: null,
  tags: ['sales', 'Big Deal'],
  ...over,
});

export const aCrmRecord = (over: Partial<CrmContent> = {}): CrmContent => ({
  ...aRecord(),
  deal: { openWindowDays: 45, pipeline: null, stage: null },
  ...over,
});

export const aRow = (over: Partial<RowContent> = {}): RowContent => ({ ...aRecord(), table: 'Tickets', ...over });

export const anEnrolment = (over: Partial<EnrolContent> = {}): EnrolContent => ({
  ...aRecord(),
  list: 'sluice',
  tags: ['nurture'],
  automation: null,
  ...over,
});
