import { randomUUID } from 'node:crypto';
import type { Account, StoredObject } from '../desk/account.ts';
import { headerIn } from '../desk/mail-of.ts';

export interface NewMail {
  readonly raw: string;
  readonly threadId?: string | undefined;
  readonly label: 'SENT' | 'INBOX';
}

const IDS = /<[^<>\s]+>/gu;
const topicOf = (subject: unknown): string =>
  String(subject ?? '')
    .replace(/^(?:\s*re\s*:)+/iu, '')
    .trim()
    .toLowerCase();

export const threadOf = ({ fields }: StoredObject): string => String(fields['threadId']);

/** The mails of a mailbox, and which of them belong together. */
export const createMailbox = (account: Account) => {
  const inThread = (threadId: string) => account.all('messages').filter((one) => threadOf(one) === threadId);
  /** Gmail puts a mail into a thread by what it answers and by what it is about; both have to fit. */
  const fits = (raw: string, mails: readonly StoredObject[]): boolean => {
    const answered: readonly string[] =
      `${headerIn(raw, 'References') ?? ''} ${headerIn(raw, 'In-Reply-To') ?? ''}`.match(IDS) ?? [];
    const topic = topicOf(headerIn(raw, 'Subject'));
    return mails.some(
      ({ fields }) => answered.includes(String(fields['messageId'])) && topicOf(fields['subject']) === topic,
    );
  };

  return {
    inThread,
    fits,
    add({ raw, threadId, label }: NewMail): StoredObject {
      const id = randomUUID().replaceAll('-', '').slice(0, 16);
      const known = account.all('messages').find((one) => fits(raw, [one]));
      const fields = {
        messageId: headerIn(raw, 'Message-ID'),
        to: headerIn(raw, 'To'),
        subject: headerIn(raw, 'Subject'),
        threadId: threadId ?? (known ? threadOf(known) : id),
        labelIds: [label],
        raw,
      };
      return account.add('messages', fields, id);
    },
  };
};

const headersOf = (raw: string): readonly { name: string; value: string }[] =>
  (raw.split(/\r?\n\r?\n/u)[0] ?? '')
    .replaceAll(/\r?\n[ \t]+/gu, ' ')
    .split(/\r?\n/u)
    .map((line) => ({ name: line.slice(0, line.indexOf(':')), value: line.slice(line.indexOf(':') + 1).trim() }));

export const formats = ['full', 'metadata', 'minimal', 'raw'] as const;

/** A mail as one of Gmail's formats has it; of its content only the whole. */
export const shown = (mail: StoredObject, format: (typeof formats)[number], wanted: readonly string[] = []) => {
  const raw = String(mail.fields['raw']);
  const text = raw.slice(raw.search(/\r?\n\r?\n/u)).trim();
  const minimal = {
    id: mail.id,
    threadId: threadOf(mail),
    labelIds: mail.fields['labelIds'],
    snippet: text.slice(0, 100),
    historyId: '1',
    internalDate: String(mail.madeAt),
    sizeEstimate: Buffer.byteLength(raw),
  };
  if (format === 'minimal') return minimal;
  if (format === 'raw') return { ...minimal, raw: Buffer.from(raw).toString('base64url') };
  const names = wanted.map((name) => name.toLowerCase());
  const headers = headersOf(raw).filter(({ name }) => names.length === 0 || names.includes(name.toLowerCase()));
  const mimeType = /^[\w/+.-]+/u.exec(headerIn(raw, 'Content-Type') ?? '')?.[0] ?? 'text/plain';
  const body = { size: text.length, data: Buffer.from(text).toString('base64url') };
  return {
    ...minimal,
    payload: format === 'metadata' ? { mimeType, headers } : { partId: '', mimeType, filename: '', headers, body },
  };
};

/** Whether a mail is one that a search asks for: by its Message-ID, a label, or words that it has. */
export const isFoundBy = ({ fields }: StoredObject, query: string): boolean =>
  query
    .split(/\s+/u)
    .filter(Boolean)
    .every((term) => {
      const [, operator, value = ''] = /^(rfc822msgid|in):(.+)$/u.exec(term) ?? [];
      if (operator === 'rfc822msgid') return fields['messageId'] === `<${value.replace(/^<|>$/gu, '')}>`;
      if (operator === 'in') return (fields['labelIds'] as readonly string[]).includes(value.toUpperCase());
      return String(fields['raw']).toLowerCase().includes(term.toLowerCase());
    });
