import type { InquiryNormalized, MailSigns } from '@sluice/contracts';

type Automation = InquiryNormalized['automation'];

const isAutoReply = ({ autoSubmitted, precedence, suppressesResponses, autoReplySubject }: MailSigns): string[] => [
  ...(autoSubmitted !== null && autoSubmitted !== 'no' ? ['auto-submitted'] : []),
  ...(precedence === 'auto_reply' ? ['precedence'] : []),
  ...(suppressesResponses ? ['x-auto-response-suppress'] : []),
  ...(autoReplySubject ? ['subject'] : []),
];

const found = (kind: Automation['kind'], evidence: readonly string[]): Automation => ({
  kind,
  evidence: [...evidence],
});

const isBulk = ({ precedence }: MailSigns): boolean => precedence === 'bulk' || precedence === 'list';

/** Whether a machine wrote, and which headers say so. A report beats everything: answering one begins a loop. */
export const detectAutomation = (signs: MailSigns | null): Automation => {
  if (!signs) return found('none', []);
  const report = [...(signs.isReport ? ['content-type'] : []), ...(signs.nullReturnPath ? ['return-path'] : [])];
  if (signs.isReport) return found('bounce', report);
  const reply = isAutoReply(signs);
  if (reply.length > 0 || signs.nullReturnPath) return found('auto-reply', [...reply, ...report]);
  const list = [...signs.listHeaders, ...(isBulk(signs) ? ['precedence'] : [])];
  return list.length > 0 ? found('list', list) : found('none', []);
};
