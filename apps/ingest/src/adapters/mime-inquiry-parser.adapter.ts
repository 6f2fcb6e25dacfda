import { bounds, type Contact, type Cut, type InquiryRaw, type MailHeaders } from '@sluice/contracts';
import type { BlobStore } from '@sluice/stage';
import { stripReply } from '../domain/strip-reply.ts';
import { isForwarded } from '../domain/subject.ts';
import { withinBounds } from '../domain/within-bounds.ts';
import type { InquiryParser, ParsedInquiry, UnreadableInquiry } from '../ports/inquiry-parser.port.ts';
import type { MailReader } from '../ports/mail-reader.port.ts';
import { contactIdOf, normalizeContact } from './contact-details.ts';
import { detectLanguage } from './detect-language.ts';
import { createMailReader } from './postal-mime-reader.adapter.ts';

type Options = Parameters<InquiryParser['parse']>[1];

/** What was said, before anything is made of it. */
interface Said {
  readonly contact: Contact;
  readonly subject: string | null;
  readonly text: string;
  readonly hasAttachments: boolean;
  /** Null: it is no mail. */
  readonly headers: MailHeaders | null;
}

const NO_HEADERS = { messageId: null, inReplyTo: [], references: [], signs: null };

const unreadable = (reason: UnreadableInquiry['reason'], detail: string): UnreadableInquiry => ({
  kind: 'unreadable',
  reason,
  detail,
});

export interface InquiryParserOptions {
  readonly blobs: BlobStore;
  /** For mails that intake could not read. */
  readonly reader?: MailReader;
  /** The brand's secret for contact ids. */
  readonly contactSecret: string;
}

/**
 * Takes forms as they are and mails as intake read them. A mail that could not be read when it came is tried once more: a dead
 * letter that is replayed may meet a newer reader.
 */
export const createInquiryParser = ({
  blobs,
  reader = createMailReader(),
  contactSecret,
}: InquiryParserOptions): InquiryParser => {
  const said = async ({ content, contact, attachments }: InquiryRaw): Promise<Said | UnreadableInquiry> => {
    const { mail, headers = null, subject } = content;
    const text = content.text ?? '';
    if (mail === null || headers !== null)
      return { contact, subject, text, headers, hasAttachments: attachments.length > 0 };
    const bytes = mail.at === 'inline' ? Buffer.from(mail.base64, 'base64') : await blobs.get(mail.sha256);
    if (bytes === null) return unreadable('blob-missing', 'the mail is no longer in the blob store');
    const read = await reader.read(bytes);
    if (read === null) return unreadable('mime-broken', 'no header of a mail could be read');
    return { ...read, contact: { ...contact, ...read.contact }, hasAttachments: read.attachments.length > 0 };
  };

  const parsed = ({ headers, ...sent }: Said, options: Options): ParsedInquiry => {
    // Intake has cut what it could read: this finds nothing to do then.
    const { cut, ...bounded } = withinBounds({ ...sent, metadata: {}, attachments: [] });
    const full = bounded.text ?? '';
    const { text, removed } =
      headers === null
        ? { text: full.trim(), removed: [] }
        : stripReply(full, { isForward: isForwarded(bounded.subject) });
    const contact = normalizeContact(bounded.contact, options.defaultRegion);
    const many: readonly Cut[] =
      removed.length > bounds.removed ? [{ field: '/content/removed', length: removed.length }] : [];
    return {
      kind: 'parsed',
      contact,
      contactId: contactIdOf(contact.email, contactSecret),
      subject: bounded.subject,
      text,
      removed: removed.slice(0, bounds.removed),
      language: detectLanguage(text, options.languageMinCharacters),
      ...(headers ?? NO_HEADERS),
      ...(cut.length + many.length > 0 ? { cut: [...cut, ...many] } : {}),
    };
  };

  return {
    async parse(raw, options) {
      if (raw.content.mail === null && raw.channel === 'mail')
        return unreadable(
          'mail-not-here',
          'only its id came, and no mailbox is connected to fetch it from; post the mail itself under the same id',
        );
      const found = await said(raw);
      if ('kind' in found) return found;
      const { headers, text, subject, hasAttachments } = found;
      if (headers !== null && text.trim() === '' && !subject && !hasAttachments)
        return unreadable('nothing-said', 'neither subject, text nor attachment');
      return parsed(found, options);
    },
  };
};
