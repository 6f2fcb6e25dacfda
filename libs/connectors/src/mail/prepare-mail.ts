import { mailContent, type MailContent } from '@sluice/contracts';
import type { Effect } from '../ports/connector.port.ts';
import { failed } from '../vendor/failure.ts';
import type { Composing } from './compose-mail.ts';

/** The target of an effect of the sandbox. */
export const SANDBOX = 'sandbox';

export interface Sender {
  /** `Acme <hello@acme.example>`: whom mails come from where the playbook does not say. */
  readonly from: string;
  /** Whom mails of the sandbox go to, whoever they are for; null: they are refused. */
  readonly sandbox: string | null;
}

/** What a mail is made of. @throws VendorError for one that is not sent; ZodError for a content that is no mail */
export const preparedMail = ({ content: given, target }: Effect, { from, sandbox }: Sender): Composing => {
  const content: MailContent = mailContent.parse(given);
  if (content.message.kind === 'unfilled') throw failed('refused', 'slots-unfilled');
  const isSandboxed = target.endsWith(SANDBOX);
  if (isSandboxed && sandbox === null) throw failed('refused', 'no-sandbox-mailbox');
  return { content, ready: content.message, from: content.from ?? from, insteadOf: isSandboxed ? sandbox : null };
};
