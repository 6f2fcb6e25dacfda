import type { MailContent } from '@sluice/contracts';
import addressparser from 'nodemailer/lib/addressparser';
import MailComposer from 'nodemailer/lib/mail-composer';
import type { Effect } from '../ports/connector.port.ts';

export interface ComposedMail {
  readonly envelope: { readonly from: string; readonly to: readonly string[] };
  /** The effect's id at the sender's domain: the same for every attempt, so that a mailbox that got two can tell. */
  readonly messageId: string;
  readonly bytes: Buffer;
}

export interface Composing {
  readonly content: MailContent;
  readonly ready: Extract<MailContent['message'], { readonly kind: 'ready' }>;
  readonly from: string;
  /** Whom it goes to instead, in a sandbox. */
  readonly insteadOf: string | null;
}

const addressIn = (text: string): string => {
  const [first] = addressparser(text, { flatten: true });
  return first?.address ?? '';
};
const domainOf = (address: string): string => address.slice(address.lastIndexOf('@') + 1);
const bracketed = (id: string): string => `<${id}>`;

/**
 * A mail that says of itself that a machine wrote it (RFC 3834), so that other machines don't answer, and that stands in the thread of
 * what it answers.
 */
export const composeMail = async (
  { effectId, requestedAt }: Effect,
  { content: { to, answerTo }, ready, from, insteadOf }: Composing,
): Promise<ComposedMail> => {
  const sender = addressIn(from);
  const messageId = bracketed(`${effectId}@${domainOf(sender)}`);
  const recipient = insteadOf ?? to.address;
  const thread =
    answerTo === null
      ? {}
      : {
          inReplyTo: bracketed(answerTo.messageId),
          references: [...answerTo.references, answerTo.messageId].map(bracketed),
        };
  const bytes = await new MailComposer({
    from,
    to: { address: recipient, name: to.name ?? '' },
    subject: ready.subject,
    text: ready.text,
    ...(ready.html === null ? {} : { html: ready.html }),
    messageId,
    date: new Date(requestedAt),
    ...thread,
    headers: {
      'Auto-Submitted': 'auto-replied',
      // Exchange and Outlook go by this one.
      'X-Auto-Response-Suppress': 'All',
    },
    disableFileAccess: true,
    disableUrlAccess: true,
  })
    .compile()
    .build();
  return { envelope: { from: sender, to: [recipient] }, messageId, bytes };
};
