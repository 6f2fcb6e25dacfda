import type { InquiryEnriched } from '@sluice/contracts';
import type { RedactedText, Redactor } from '@sluice/llm';

/** What the model gets to see of an inquiry: subject and the first characters of its text, without personal data. */
export const messageOf = ({ content }: InquiryEnriched, { redact }: Redactor, maxCharacters: number): RedactedText => {
  const subject = content.subject === null ? '' : `Subject: ${content.subject.replaceAll(/\s+/g, ' ').trim()}\n\n`;
  return redact(subject + content.text.replaceAll('\u0000', '').trim(), subject.length + maxCharacters);
};
