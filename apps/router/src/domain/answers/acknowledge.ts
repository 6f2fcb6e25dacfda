import { effectRequested, type InquiryScored, type MailContent } from '@sluice/contracts';
import { uuidV5, type DecisionId, type EffectId } from '@sluice/kernel';
import { renderMessage, type Playbook, type TemplateValues } from '@sluice/policy';
import { isFor, reachOf } from '../records/sink-terms.ts';
import { chooseTemplate, mayAcknowledge, type Template, type Wanted } from './choose-template.ts';

export interface Acknowledging {
  readonly playbook: Playbook;
  readonly intent: string;
  readonly queue: string;
  readonly decisionId: DecisionId;
  readonly now: string;
}

const WORD = /\S+/u;

/** What there is to fill in. What has no value is left out, so that a template that needs it is not sent. */
const valuesOf = (inquiry: InquiryScored, { sinks }: Playbook): TemplateValues => {
  const { contact, content, enrichment, decision } = inquiry;
  const values: Readonly<Record<string, string | null | undefined>> = {
    // A form need not have one.
    subject: content.subject ?? 'your message',
    name: contact.name,
    first_name: contact.name?.match(WORD)?.[0],
    company: enrichment.company?.name ?? contact.company,
    brand: inquiry.brand,
    category: decision.category,
    inquiry_id: inquiry.inquiryId,
    booking_link: sinks.booking.link,
  };
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value)) as TemplateValues;
};

const contentOf = (
  inquiry: InquiryScored,
  address: string,
  { template, playbook }: { template: Template; playbook: Playbook },
): MailContent => ({
  to: { address, name: inquiry.contact.name },
  from: playbook.sinks.mail.from,
  answerTo: inquiry.content.answerTo ?? null,
  message: asContent(
    renderMessage(template, { values: valuesOf(inquiry, playbook), footer: playbook.acknowledgement.footer }),
  ),
});

const asContent = (message: ReturnType<typeof renderMessage>): MailContent['message'] =>
  message.kind === 'ready' ? { ...message } : { kind: 'unfilled', slots: [...message.slots] };

/**
 * Tells who wrote that it arrived, where the playbook lets a machine do so. Never a machine, and never nobody: what a list, a bounce or
 * an automatic reply says is not answered (RFC 3834). Null where nothing is sent.
 */
export const acknowledgementOf = (
  inquiry: InquiryScored,
  { playbook, intent, queue, decisionId, now }: Acknowledging,
) => {
  const { contact, automation, decision, language } = inquiry;
  const wanted: Wanted = { intent, decision, language: language.code };
  const { sinks } = playbook;
  if (automation.kind !== 'none' || !contact.email) return null;
  const scope = { queue, category: decision.category, intent };
  if (!isFor(sinks.mail, scope) || !mayAcknowledge(playbook, wanted)) return null;
  const template = chooseTemplate(playbook.acknowledgement, wanted);
  if (template === null) return null;
  return effectRequested.v1.of({
    effectId: uuidV5(inquiry.inquiryId, 'acknowledgement') as EffectId,
    decisionId,
    inquiryId: inquiry.inquiryId,
    conversationId: inquiry.conversationId,
    kind: 'mail.reply',
    target: sinks.mail.provider ?? 'smtp',
    ...reachOf(sinks.mail, { playbook, now }),
    purpose: 'acknowledgement',
    intent,
    channel: inquiry.channel,
    ...(inquiry.contactId === null ? {} : { correspondent: inquiry.contactId }),
    content: contentOf(inquiry, contact.email, { template, playbook }),
    requestedAt: now,
  });
};
