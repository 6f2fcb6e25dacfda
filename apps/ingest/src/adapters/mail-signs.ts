import { bounds, type MailSigns } from '@sluice/contracts';
import type { Email } from 'postal-mime';
import { cleanLine, shortened } from '../domain/clean-text.ts';
import { automaticSubject, recognizer } from '../domain/mail-phrases.ts';

const LIST_HEADERS = ['list-id', 'list-unsubscribe', 'list-post', 'list-help'];
const AUTOMATIC_SUBJECT = recognizer(automaticSubject);

type Header = (name: string) => string | null;

const headersOf =
  (mail: Email): Header =>
  (name) => {
    const value = mail.headers.find(({ key }) => key === name)?.value;
    return value === undefined ? null : shortened(cleanLine(value).toLowerCase(), bounds.name);
  };

const suppressesResponses = (header: Header): boolean =>
  header('x-autoreply') !== null ||
  header('x-autorespond') !== null ||
  (header('x-auto-response-suppress') ?? '').includes('all');

const isReport = (header: Header, sender: string): boolean =>
  (header('content-type') ?? '').startsWith('multipart/report') || sender.startsWith('mailer-daemon@');

/** Reads the headers that automatic mail carries (RFC 3834, RFC 3464, RFC 2369 and what vendors add). */
export const mailSignsOf = (mail: Email): MailSigns => {
  const header = headersOf(mail);
  return {
    autoSubmitted: header('auto-submitted')?.split(';')[0]?.trim() ?? null,
    precedence: header('precedence'),
    suppressesResponses: suppressesResponses(header),
    nullReturnPath: ['<>', ''].includes(header('return-path') ?? 'none'),
    isReport: isReport(header, mail.from?.address?.toLowerCase() ?? ''),
    listHeaders: LIST_HEADERS.filter((name) => header(name) !== null),
    autoReplySubject: AUTOMATIC_SUBJECT.test(mail.subject ?? ''),
  };
};
