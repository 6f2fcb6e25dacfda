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

/** The address in `Acme <hello@acme.example>`, and the name where there is one. */
export const addressWithName = (text: string): { readonly email: string; readonly name?: string } => {
  const [first] = addressparser(text, { flatten: true });
  return { email: first?.address ?? '', ...(first?.name ? { name: first.name } : {}) };
};
const addressIn = (text: string): string => addressWithName(text).email;
const domainOf = (address: string): string => address.slice(address.lastIndexOf('@') + 1);
const bracketed = (id: string): string => `<${id}>`;

/** The same for every attempt, whoever sends it. */
export const messageIdOf = ({ effectId }: Pick<Effect, 'effectId'>, from: string): string =>
  bracketed(`${effectId}@${domainOf(addressIn(from))}`);

/** Says that a machine wrote it (RFC 3834); Exchange and Outlook go by the second. */
export const BY_A_MACHINE = { 'Auto-Submitted': 'auto-replied', 'X-Auto-Response-Suppress': 'All' } as const;

/** What a mail stands in the thread of, by Message-IDs in their brackets; nothing where it answers none. */
export const threadOf = (
  answerTo: MailContent['answerTo'],
): { readonly inReplyTo?: string; readonly references?: string[] } =>
  answerTo === null
    ? {}
    : {
        inReplyTo: bracketed(answerTo.messageId),
        references: [...answerTo.references, answerTo.messageId].map(bracketed),
      };

/**
 * A mail that says of itself that a machine wrote it (RFC 3834), so that other machines don't answer, and that stands in the thread of
 * what it answers.
 */
export const composeMail = async (
  effect: Effect,
  { content: { to, answerTo }, ready, from, insteadOf }: Composing,
): Promise<ComposedMail> => {
  const sender = addressIn(from);
  const messageId = messageIdOf(effect, from);
  const recipient = insteadOf ?? to.address;
  const bytes = await new MailComposer({
    from,
    to: { address: recipient, name: to.name ?? '' },
    subject: ready.subject,
    text: ready.text,
    ...(ready.html === null ? {} : { html: ready.html }),
    messageId,
    date: new Date(effect.requestedAt),
    ...threadOf(answerTo),
    headers: { ...BY_A_MACHINE },
    disableFileAccess: true,
    disableUrlAccess: true,
  })
    .compile()
    .build();
  return { envelope: { from: sender, to: [recipient] }, messageId, bytes };
};
