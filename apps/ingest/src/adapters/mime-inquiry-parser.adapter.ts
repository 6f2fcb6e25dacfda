import type { InquiryRaw } from '@sluice/contracts';
import type { BlobStore } from '@sluice/stage';
import PostalMime, { type Address, type Email } from 'postal-mime';
import { isForwarded } from '../domain/conversation.ts';
import { stripReply } from '../domain/strip-reply.ts';
import type { InquiryParser, ParsedInquiry, UnreadableInquiry } from '../ports/inquiry-parser.port.ts';
import { contactIdOf, normalizeContact } from './contact-details.ts';
import { detectLanguage } from './detect-language.ts';
import { mailSignsOf } from './mail-signs.ts';
import { htmlToText } from './plain-text.ts';

type Options = Parameters<InquiryParser['parse']>[1];

/** Longer texts add nothing a decision would read, and would near the broker's limit in the journal. */
const TEXT_CHARACTERS = 50_000;

const messageIds = (text: string | undefined): readonly string[] =>
  [...(text ?? '').matchAll(/<([^<>\s]+)>/g)].map(([, id]) => String(id).toLowerCase());

const mailbox = (address: Address | undefined): { email: string | null; name: string | null } => {
  const first = address && 'group' in address && address.group ? address.group[0] : address;
  return { email: first?.address || null, name: first?.name || null };
};

/** Dead keys and line ends as every later step expects them; NUL can't be stored by Postgres. */
const cleaned = (text: string): string =>
  text.replaceAll('\r\n', '\n').replaceAll('\u0000', '').slice(0, TEXT_CHARACTERS);

/** Markup first where the plain part is only a placeholder. */
const bodyOf = (mail: Email): string => {
  const plain = mail.text?.trim() ?? '';
  return plain !== '' || !mail.html ? plain : htmlToText(mail.html);
};

const looksLikeMail = (mail: Email): boolean =>
  mail.headers.length > 0 && mail.headers.some(({ key }) => /^[a-z0-9-]+$/.test(key));

export interface InquiryParserOptions {
  readonly blobs: BlobStore;
  /** The brand's secret for contact ids. */
  readonly contactSecret: string;
}

/** Reads mails with postal-mime and forms as they are. */
export const createInquiryParser = ({ blobs, contactSecret }: InquiryParserOptions): InquiryParser => {
  const common = (
    raw: InquiryRaw,
    said: { subject: string | null; full: string; contact: InquiryRaw['contact'] },
    options: Options,
  ) => {
    const { text, removed } =
      raw.content.mail === null
        ? { text: said.full.trim(), removed: [] }
        : stripReply(said.full, { isForward: isForwarded(said.subject) });
    const contact = normalizeContact(said.contact, options.defaultRegion);
    return {
      kind: 'parsed' as const,
      contact,
      contactId: contactIdOf(contact.email, contactSecret),
      subject: said.subject === null ? null : cleaned(said.subject).replaceAll(/\s+/gu, ' ').trim(),
      text,
      removed,
      language: detectLanguage(text, options.languageMinCharacters),
    };
  };

  const parseForm = (raw: InquiryRaw, options: Options): ParsedInquiry => ({
    ...common(
      raw,
      { subject: raw.content.subject, full: cleaned(raw.content.text ?? ''), contact: raw.contact },
      options,
    ),
    messageId: null,
    inReplyTo: [],
    references: [],
    signs: null,
  });

  const parseMail = async (
    raw: InquiryRaw,
    bytes: Buffer,
    options: Options,
  ): Promise<ParsedInquiry | UnreadableInquiry> => {
    const mail = await PostalMime.parse(bytes, { forceRfc822Attachments: true }).catch(() => null);
    if (!mail || !looksLikeMail(mail))
      return { kind: 'unreadable', reason: 'mime-broken', detail: 'no header of a mail could be read' };
    const full = cleaned(bodyOf(mail));
    if (full.trim() === '' && !mail.subject && mail.attachments.length === 0)
      return { kind: 'unreadable', reason: 'nothing-said', detail: 'neither subject, text nor attachment' };
    const sender = mailbox(mail.replyTo?.[0] ?? mail.from);
    const contact = { ...raw.contact, email: sender.email, name: sender.name ?? mailbox(mail.from).name };
    return {
      ...common(raw, { subject: mail.subject ?? null, full, contact }, options),
      messageId: messageIds(mail.messageId)[0] ?? null,
      inReplyTo: messageIds(mail.inReplyTo),
      references: messageIds(mail.references),
      signs: mailSignsOf(mail),
    };
  };

  return {
    async parse(raw, options) {
      const { mail } = raw.content;
      if (mail === null && raw.channel === 'mail')
        return {
          kind: 'unreadable',
          reason: 'mail-not-here',
          detail:
            'only its id came, and no mailbox is connected to fetch it from; post the mail itself under the same id',
        };
      if (mail === null) return parseForm(raw, options);
      const bytes = mail.at === 'inline' ? Buffer.from(mail.base64, 'base64') : await blobs.get(mail.sha256);
      return bytes === null
        ? { kind: 'unreadable', reason: 'blob-missing', detail: 'the mail is no longer in the blob store' }
        : parseMail(raw, bytes, options);
    },
  };
};
