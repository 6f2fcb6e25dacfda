import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { StoredObject } from '../desk/account.ts';
import { headerIn, localPartOf } from '../desk/mail-of.ts';
import { NO_MIME, type Complaint } from './answers.ts';

const recipient = z.strictObject({
  emailAddress: z.strictObject({ address: z.email(), name: z.string().optional() }),
});
const recipients = z.array(recipient);

export const message = z.strictObject({
  subject: z.string().optional(),
  body: z.strictObject({ contentType: z.enum(['text', 'html', 'Text', 'HTML']), content: z.string() }).optional(),
  from: recipient.optional(),
  sender: recipient.optional(),
  toRecipients: recipients.optional(),
  ccRecipients: recipients.optional(),
  bccRecipients: recipients.optional(),
  replyTo: recipients.optional(),
  importance: z.enum(['low', 'normal', 'high', 'Low', 'Normal', 'High']).optional(),
  categories: z.array(z.string()).optional(),
  isRead: z.boolean().optional(),
  isReadReceiptRequested: z.boolean().optional(),
  isDeliveryReceiptRequested: z.boolean().optional(),
  internetMessageId: z.string().optional(),
  internetMessageHeaders: z
    .array(z.strictObject({ name: z.string(), value: z.string() }))
    .min(1)
    .optional(),
  attachments: z.array(z.record(z.string(), z.unknown())).optional(),
  singleValueExtendedProperties: z.array(z.strictObject({ id: z.string(), value: z.string() })).optional(),
});
export type Message = z.output<typeof message>;

export const sendMail = z.strictObject({ message, saveToSentItems: z.boolean().default(true) });
export const createReply = z.strictObject({ message: message.optional(), comment: z.string().optional() });

/** How Graph refuses a body that does not fit its types. */
export const complaintOf = ({ issues }: z.ZodError): Complaint => {
  const [issue] = issues;
  if (issue?.code === 'unrecognized_keys')
    return {
      status: 400,
      code: 'RequestBodyRead',
      message: `The property '${issue.keys[0]}' does not exist on type 'microsoft.graph.message'. Make sure to only use property names that are defined by the type.`,
    };
  const isAddress = issue?.path.includes('emailAddress') ?? false;
  return isAddress
    ? { status: 400, code: 'ErrorInvalidRecipients', message: "At least one recipient isn't valid." }
    : {
        status: 400,
        code: 'RequestBodyRead',
        message: `Cannot convert a value at '${issue?.path.join('/')}' to the expected type.`,
      };
};

/** A sender may name headers of its own alone. */
export const headerComplaint = ({ internetMessageHeaders: headers = [] }: Message): Complaint | null => {
  const wrong = headers.find(({ name }) => !/^x-/iu.test(name));
  return wrong
    ? {
        status: 400,
        code: 'InvalidInternetMessageHeader',
        message: `The internet message header name '${wrong.name}' should start with 'x-' or 'X-'.`,
      }
    : null;
};

export interface Mail extends Message {
  readonly raw?: string;
  readonly conversationId?: string;
  /** What a judge knows it by. */
  readonly key: string;
}

const keyOf = (given: Message): string =>
  given.internetMessageHeaders?.find(({ name }) => name.toLowerCase() === 'x-sluice-effect-id')?.value ??
  localPartOf(given.internetMessageId ?? null);

const addressesIn = (text: string | null) =>
  (text?.match(/[^\s<>,;"]+@[^\s<>,;"]+/gu) ?? []).map((address) => ({ emailAddress: { address } }));

/** A mail that came as the base64 of its MIME; its headers are whatever its sender wrote. */
export const mimeMail = (body: unknown): Mail | Complaint => {
  if (typeof body !== 'string' || !/^[A-Za-z0-9+/\s]+={0,2}\s*$/u.test(body)) return NO_MIME;
  const raw = Buffer.from(body, 'base64').toString('utf8');
  if (!/^[\w-]+:/u.test(raw)) return NO_MIME;
  const internetMessageId = headerIn(raw, 'Message-ID') ?? newMessageId();
  return {
    subject: headerIn(raw, 'Subject') ?? '',
    toRecipients: addressesIn(headerIn(raw, 'To')),
    ccRecipients: addressesIn(headerIn(raw, 'Cc')),
    bccRecipients: addressesIn(headerIn(raw, 'Bcc')),
    internetMessageId,
    raw,
    key: headerIn(raw, 'x-sluice-effect-id') ?? localPartOf(internetMessageId),
  };
};

export const jsonMail = (given: Message): Mail | Complaint => {
  const complaint = headerComplaint(given);
  if (complaint) return complaint;
  const mail = { ...given, internetMessageId: given.internetMessageId ?? newMessageId() };
  return { ...mail, key: keyOf(mail) };
};

const newMessageId = (): string => `<${randomUUID()}@exchange.sluice.example>`;

export const hasRecipient = ({ toRecipients = [], ccRecipients = [], bccRecipients = [] }: Message): boolean =>
  toRecipients.length + ccRecipients.length + bccRecipients.length > 0;

const HIDDEN: ReadonlySet<string> = new Set(['user', 'folder', 'raw', 'key', 'to']);

/** A message as Graph shows it, or what `$select` names of it. */
export const shown = ({ id, madeAt, fields }: StoredObject, select?: string) => {
  const at = new Date(madeAt).toISOString().replace(/\.\d+Z$/u, 'Z');
  const isDraft = fields['folder'] === 'drafts';
  const all = {
    id,
    createdDateTime: at,
    ...(isDraft ? {} : { sentDateTime: at }),
    isDraft,
    parentFolderId: fields['folder'],
    ...Object.fromEntries(Object.entries(fields).filter(([name]) => !HIDDEN.has(name))),
  };
  const names = select?.split(',').map((name) => name.trim());
  return Object.fromEntries(Object.entries(all).filter(([name]) => name === 'id' || (names?.includes(name) ?? true)));
};
