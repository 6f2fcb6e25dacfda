import { bounds } from '@sluice/contracts';
import PostalMime, { type Address, type Attachment, type Email } from 'postal-mime';
import { cleanText } from '../domain/clean-text.ts';
import type { MailReader, ReadAttachment } from '../ports/mail-reader.port.ts';
import { mailSignsOf } from './mail-signs.ts';
import { htmlToText } from './plain-text.ts';

/** Ids longer than any program writes are left out: nothing can be found by half an id. */
const messageIds = (text: string | undefined): string[] =>
  [...(text ?? '').matchAll(/<([^<>\s]+)>/g)]
    .map(([, id]) => cleanText(String(id)).toLowerCase())
    .filter((id) => id.length <= bounds.id);

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
    const sender = mailbox(mail.replyTo?.[0] ?? mail.from);
    return {
      contact: { email: sender.email, name: sender.name ?? mailbox(mail.from).name },
      subject: mail.subject ?? null,
      text: bodyOf(mail),
      headers: {
        messageId: messageIds(mail.messageId)[0] ?? null,
        inReplyTo: messageIds(mail.inReplyTo).slice(0, bounds.references),
        references: messageIds(mail.references).slice(-bounds.references),
        signs: mailSignsOf(mail),
      },
      attachments: mail.attachments.map(readAttachment),
    };
  },
});
