import type { InquiryEnriched } from '@sluice/contracts';
import type { Playbook } from '../playbook.ts';
import type { ConditionContext } from './condition.ts';

const wordsIn = (text: string): number => text.split(/\s+/u).filter(Boolean).length;

const isSaid = (value: string | null): boolean => value !== null && value.trim() !== '';

const contactOf = ({ contact }: Pick<InquiryEnriched, 'contact'>): ConditionContext['contact'] => ({
  hasEmail: isSaid(contact.email),
  hasPhone: isSaid(contact.phone),
  hasName: isSaid(contact.name),
  hasCompany: isSaid(contact.company),
  hasTitle: isSaid(contact.title),
});

/** The sender's own fields. One that was left blank is not there: forms and CSV send all that they have. */
const metadataOf = (metadata: InquiryEnriched['content']['metadata']): ConditionContext['metadata'] =>
  Object.fromEntries(
    Object.entries(metadata).filter(
      ([, value]) => value !== null && (typeof value !== 'string' || value.trim() !== ''),
    ),
  );

/** An inquiry under the names that conditions use. A text that is not known is empty; a number that is not known is not there. */
export const contextOf = (
  inquiry: Omit<InquiryEnriched, 'enrichedAt'>,
  { lists, numbers }: Pick<Playbook, 'lists' | 'numbers'>,
): ConditionContext => {
  const { contact, content, enrichment } = inquiry;
  const company = enrichment.company;
  return {
    inquiry: {
      channel: inquiry.channel,
      source: inquiry.source,
      subject: content.subject ?? '',
      text: content.text,
      words: wordsIn(content.text),
      language: inquiry.language.code,
      country: contact.country ?? '',
      addressKind: inquiry.addressKind,
      roleAddress: inquiry.roleAddress,
      automation: inquiry.automation.kind,
      threadSize: inquiry.thread.size,
      attachments: inquiry.attachments.length,
      title: contact.title ?? '',
    },
    contact: contactOf(inquiry),
    company: {
      known: company !== null,
      domain: inquiry.companyDomain ?? '',
      industry: company?.industry ?? '',
      ...(typeof company?.employees === 'number' && { employees: company.employees }),
      country: company?.country ?? '',
    },
    history: { inquiries: enrichment.history.inquiries },
    metadata: metadataOf(content.metadata),
    lists,
    numbers,
  };
};
