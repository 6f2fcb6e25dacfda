import { bounds } from '@sluice/contracts';
import PostalMime, { type Address, type Attachment, type Email } from 'postal-mime';
import { cleanText } from '../domain/clean-text.ts';
import type { MailReader, ReadAttachment } from '../ports/mail-reader.port.ts';
import { mailSignsOf } from './mail-signs.ts';
import { htmlToText } from './plain-text.ts';

/** As they were sent. Ids longer than any program writes are left out: nothing can be found by half an id. */
const messageIds = (text: string | undefined): string[] =>
  [...(text ?? '').matchAll(/<([^<>\s]+)>/g)]
    .map(([, id]) => cleanText(String(id)))
    .filter((id) => id.length <= bounds.id);

/** In lower case: some programs change it on the way. */
const comparable = (ids: readonly string[]): string[] => ids.map((id) => id.toLowerCase());

const mailbox = (address: Address | undefined): { email: string | null; name: string | null } => {
  const first = address && 'group' in address && address.group ? address.group[0] : address;
  return { email: first?.address || null, name: first?.name || null };
};

/** Markup only where there is no plain part. */
const bodyOf = (mail: Email): string => {
  const plain = mail.text?.trim() ?? '';
  return plain !== '' || !mail.html ? plain : htmlToText(mail.html);
};

const looksLikeMail = (mail: Email): boolean =>
  mail.headers.length > 0 && mail.headers.some(({ key }) => /^[a-z0-9-]+$/.test(key));

const readAttachment = ({ content, mimeType, filename }: Attachment): ReadAttachment => ({
  bytes: typeof content === 'string' ? Buffer.from(content) : Buffer.from(new Uint8Array(content)),
  mediaType: mimeType,
  filename,
});

/** Reads mails with postal-mime. */
export const createMailReader = (): MailReader => ({
  async read(bytes) {
    const mail = await PostalMime.parse(bytes, { forceRfc822Attachments: true }).catch(() => null);
    if (!mail || !looksLikeMail(mail)) return null;
    const [messageId = null] = messageIds(mail.messageId);
    const inReplyTo = messageIds(mail.inReplyTo).slice(0, bounds.references);
    const references = messageIds(mail.references).slice(-bounds.references);
    const sender = mailbox(mail.replyTo?.[0] ?? mail.from);
    return {
      contact: { email: sender.email, name: sender.name ?? mailbox(mail.from).name },
      subject: mail.subject ?? null,
      text: bodyOf(mail),
      headers: {
        messageId: messageId?.toLowerCase() ?? null,
        inReplyTo: comparable(inReplyTo),
        references: comparable(references),
        // A mail without References is answered with its In-Reply-To in their place (RFC 5322, 3.6.4).
        ...(messageId === null
          ? {}
          : { answerTo: { messageId, references: references.length > 0 ? references : inReplyTo.slice(0, 1) } }),
        signs: mailSignsOf(mail),
      },
      attachments: mail.attachments.map(readAttachment),
    };
  },
});
