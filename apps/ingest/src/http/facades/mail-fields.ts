import { truncate } from '@sluice/kernel';
import { bareMessageId } from '@sluice/policy';

type Fields = Readonly<Record<string, unknown>>;

/** A mail as a watcher tells of it: whole, by its fields, or by its id alone. */
export type ToldMail =
  | { readonly kind: 'whole'; readonly bytes: Buffer }
  | { readonly kind: 'told'; readonly bytes: Buffer }
  | { readonly kind: 'named' };

/** What is here of a mail: all that will be, or its id alone. */
export const mailStates = ['received', 'awaited'] as const;
export type MailState = (typeof mailStates)[number];

const wordOf = (fields: Fields, ...names: readonly string[]): string | null => {
  const found = names
    .map((name) => fields[name])
    .find((value): value is string => typeof value === 'string' && value.trim() !== '');
  return found ?? null;
};

const isAscii = (text: string): boolean => /^[\x20-\x7e]*$/u.test(text);
/** A header's value on one line: what is not ASCII as an encoded word, and no line end that would begin another header. */
const headerText = (text: string): string => {
  const line = text.replaceAll(/[\r\n\t]+/gu, ' ').trim();
  return isAscii(line) ? line : `=?UTF-8?B?${Buffer.from(line).toString('base64')}?=`;
};
/** The name before an address is encoded, the address never is. */
const mailboxText = (mailbox: string): string => {
  const [, name = '', address] = /^(.*?)<([^<>]*)>\s*$/su.exec(mailbox) ?? [];
  return address === undefined
    ? headerText(mailbox)
    : `${headerText(name.replaceAll('"', ''))} <${headerText(address)}>`.trim();
};

const listed = (value: unknown): string | null =>
  Array.isArray(value) ? value.filter((one) => typeof one === 'string').join(', ') : wordOf({ value }, 'value');

/** The mail that these fields are of, as a mail server would have it. The same fields give the same bytes. */
const composed = (fields: Fields, said: { readonly text: string; readonly type: string }): Buffer => {
  const id = wordOf(fields, 'message_id');
  const [from, to, cc] = [wordOf(fields, 'sender', 'from'), listed(fields['to']), listed(fields['cc'])];
  const headers: readonly (readonly [string, string | null])[] = [
    ['Message-ID', id?.includes('@') ? `<${headerText(bareMessageId(id))}>` : null],
    ['From', from && mailboxText(from)],
    ['To', to && headerText(to)],
    ['Cc', cc && headerText(cc)],
    ['Subject', headerText(wordOf(fields, 'subject') ?? '')],
    ['In-Reply-To', wordOf(fields, 'in_reply_to') && headerText(wordOf(fields, 'in_reply_to') ?? '')],
    ['MIME-Version', '1.0'],
    ['Content-Type', `${said.type}; charset=utf-8`],
    ['Content-Transfer-Encoding', 'base64'],
  ];
  const head = headers.flatMap(([name, value]) => (value === null || value === '' ? [] : [`${name}: ${value}`]));
  return Buffer.from(
    [
      ...head,
      '',
      Buffer.from(said.text)
        .toString('base64')
        .replaceAll(/(.{76})/gu, '$1\r\n'),
      '',
    ].join('\r\n'),
  );
};

/** What a watcher told of a mail. */
export const readToldMail = (fields: Fields): ToldMail => {
  const raw = wordOf(fields, 'raw');
  if (raw !== null) return { kind: 'whole', bytes: Buffer.from(raw, 'base64') };
  const text = wordOf(fields, 'body', 'body_text', 'text');
  const html = wordOf(fields, 'body_html', 'html');
  const short = wordOf(fields, 'snippet');
  if (text === null && html !== null)
    return { kind: 'told', bytes: composed(fields, { text: html, type: 'text/html' }) };
  if (text === null && short === null && wordOf(fields, 'subject') === null) return { kind: 'named' };
  return { kind: 'told', bytes: composed(fields, { text: text ?? short ?? '', type: 'text/plain' }) };
};

/** What is known of its attachments: names, types and sizes, and no bytes. */
export const attachmentNotes = (fields: Fields): Readonly<Record<string, string>> => {
  const told = fields['attachments'];
  const notes = Array.isArray(told) && told.length > 0 ? truncate(JSON.stringify(told), 4_000) : null;
  return notes === null ? {} : { attachments: notes };
};
