import type { MailContent } from '@sluice/contracts';

/** A mail that answers one, with what a test says about it. */
export const aMailContent = (over: Partial<MailContent> = {}): MailContent => ({
  to: { address: 'jane@customer.example', name: 'Jane Doe' },
  from: null,
  answerTo: { messageId: 'Last.ID@Customer.example', references: ['First@x.example'] },
  message: { kind: 'ready', subject: 'Re: Pricing', text: 'Thank you.', html: '<p>Thank you.</p>' },
  ...over,
});
