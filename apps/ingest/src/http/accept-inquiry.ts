import { bounds, inquiryRaw, type Attachment, type Contact, type InquiryRaw, type Metadata } from '@sluice/contracts';
import { uuidV5, type Clock, type InquiryId } from '@sluice/kernel';
import { eventRecord, type BlobStore, type EventCodec, type Transport } from '@sluice/stage';
import { SpanKind, context, metrics, propagation, trace } from '@opentelemetry/api';
import { createHash, randomUUID } from 'node:crypto';
import { fingerprintOf } from '../domain/fingerprint.ts';
import {
  boundedId,
  contentId,
  contentInquiryId,
  otherInquiryId,
  plainInquiryId,
  windowByTheClock,
  type SourceContent,
} from '../domain/inquiry-id.ts';
import { withinBounds, type SentParts } from '../domain/within-bounds.ts';
import type { MailReader, ReadAttachment, ReadMail } from '../ports/mail-reader.port.ts';
import type { Receipts, ReceiptState } from '../ports/receipts.port.ts';
import { createBestEffort, type BestEffort } from './best-effort.ts';
import type { InquiryBody } from './inquiry-body.ts';

export interface Accepted {
  readonly inquiryId: string;
  /** What is known now; normalize-inquiry decides. */
  readonly duplicate: boolean;
}

/** A body as it was sent: kept whole where a part of it is cut. */
export interface SentBody {
  readonly bytes: Buffer;
  readonly mediaType: string;
}

/** What a mail's source says of it besides the mail. */
export interface MailTold {
  /** The source's own id of the event; null: the mail's Message-ID, or else its content, is its identity. */
  readonly eventId?: string | null;
  readonly threadId?: string | null;
  readonly metadata?: Metadata;
}

export interface Intake {
  acceptForm(body: InquiryBody, channel: 'form' | 'import', sent: SentBody): Promise<Accepted>;
  acceptMail(bytes: Buffer, source: string, told?: MailTold): Promise<Accepted>;
  /** A mail of which only the id came. It is accounted for, as a dead letter, until the mail itself comes under the same id. */
  acceptNamedMail(source: string, told: MailTold & { readonly eventId: string }): Promise<Accepted>;
}

/** What the playbook in force says about what is remembered. */
export interface MemoryTerms {
  /** How long the same content is a repeat; 0: it never is. */
  readonly windowMinutes: number;
  readonly receiptDays: number;
  /** Days for which raw messages, and what belongs to them, are kept. */
  readonly rawDays: number;
}

export interface IntakeOptions {
  readonly brand: string;
  readonly transport: Pick<Transport, 'publish'>;
  readonly codec: EventCodec;
  readonly blobs: BlobStore;
  readonly reader: MailReader;
  readonly receipts: Receipts;
  readonly memoryTerms: (of: { readonly source: string; readonly channel: string }) => Promise<MemoryTerms>;
  readonly clock: Clock;
  /** For what accepting can do without: receipts. */
  readonly bestEffort?: BestEffort;
}

/** Above this a raw mail travels as a reference: no record may near the broker's limit. */
const INLINE_BYTES = 256 * 1024;
const nobody: Contact = {
  email: null,
  name: null,
  phone: null,
  title: null,
  company: null,
  website: null,
  country: null,
};

const nothingSaid: SentParts = { contact: nobody, subject: null, text: null, metadata: {}, attachments: [] };

const idsOf = (read: ReadMail | null, { eventId, threadId }: MailTold) => {
  const ownId = eventId ?? read?.headers.messageId ?? null;
  return {
    ownId: ownId === null ? null : boundedId(ownId),
    threadId: threadId === null || threadId === undefined ? null : boundedId(threadId),
  };
};

const saidIn = (read: ReadMail | null, { metadata = {} }: MailTold): SentParts =>
  read === null
    ? { ...nothingSaid, metadata }
    : { ...nothingSaid, metadata, contact: { ...nobody, ...read.contact }, subject: read.subject, text: read.text };

const tracer = trace.getTracer('@sluice/ingest');
const meter = metrics.getMeter('@sluice/ingest');
const accepted = meter.createCounter('sluice_intake', { description: 'Inquiries by source and result.' });
const mails = meter.createCounter('sluice_emails_ingested', { description: 'Mails by inbox.' });

/**
 * What makes an inquiry the same one: the sender's own id and what was sent, before it was cut. Without an id the content alone;
 * of a mail that was only named, the id alone.
 */
type Identity =
  | { readonly ownId: string; readonly fingerprint: string | null }
  | { readonly ownId: null; readonly fingerprint: string };

/** An inquiry before it has its id. */
interface Draft {
  readonly source: string;
  readonly channel: InquiryRaw['channel'];
  readonly identity: Identity;
  readonly contact: Contact;
  readonly attachments: Attachment[];
  readonly content: Omit<InquiryRaw['content'], 'sourceEventId' | 'fingerprint'>;
}

/** What a blob is, and whose: the playbook says how long it is kept. */
interface StoredFor {
  readonly mediaType: string;
  readonly source: string;
  readonly channel: InquiryRaw['channel'];
}

/** Takes an inquiry in: its blobs are stored and the broker has the record before anything is acknowledged. */
export const createIntake = (options: IntakeOptions): Intake => {
  const {
    brand,
    transport,
    codec,
    blobs,
    reader,
    receipts,
    memoryTerms,
    clock,
    bestEffort = createBestEffort(),
  } = options;

  const publish = async (raw: InquiryRaw): Promise<void> => {
    const span = tracer.startSpan(`send ${inquiryRaw.v1.type}`, {
      kind: SpanKind.PRODUCER,
      attributes: {
        'messaging.system': 'kafka',
        'messaging.operation.name': 'send',
        'messaging.operation.type': 'send',
        'messaging.destination.name': inquiryRaw.v1.type,
        'sluice.source': raw.source,
      },
    });
    const headers: Record<string, string> = {};
    propagation.inject(trace.setSpan(context.active(), span), headers);
    try {
      await transport.publish([
        await eventRecord(
          inquiryRaw.v1.of(raw),
          {
            id: uuidV5(raw.inquiryId, 'raw'),
            source: `/sluice/sources/${raw.source}`,
            time: raw.receivedAt,
            brand: raw.brand,
            playbook: null,
            headers,
          },
          { codec },
        ),
      ]);
    } finally {
      span.end();
    }
  };

  const claim = (inquiryId: InquiryId, fingerprint: string | null, days: number): Promise<ReceiptState> =>
    bestEffort(() => receipts.claim({ inquiryId, fingerprint, days }), 'new');

  /** What tells the same content apart from itself: when its window began; where there is none, nothing is the same. */
  const windowOf = (content: SourceContent, of: { readonly receivedAt: string; readonly minutes: number }) =>
    of.minutes > 0
      ? bestEffort(
          () => receipts.openWindow({ contentId: contentId(content), ...of }),
          windowByTheClock(of.receivedAt, of.minutes),
        )
      : randomUUID();

  /** Which id an inquiry gets, and what is known of it. Without receipts the plain id: the stage sees when two differ under one. */
  const identify = async (
    { source, identity }: Draft,
    { windowMinutes, receiptDays }: MemoryTerms,
    receivedAt: string,
  ): Promise<{ readonly inquiryId: InquiryId; readonly state: ReceiptState }> => {
    const { ownId, fingerprint } = identity;
    if (ownId === null) {
      const content = { brand, source, fingerprint };
      const inquiryId = contentInquiryId(content, await windowOf(content, { receivedAt, minutes: windowMinutes }));
      return { inquiryId, state: await claim(inquiryId, fingerprint, receiptDays) };
    }
    const event = { brand, source, ownId };
    const plain = plainInquiryId(event);
    const state = await claim(plain, fingerprint, receiptDays);
    if (state !== 'other' || fingerprint === null) return { inquiryId: plain, state };
    const other = otherInquiryId(event, fingerprint);
    return { inquiryId: other, state: await claim(other, fingerprint, receiptDays) };
  };

  const accept = async (draft: Draft): Promise<Accepted> => {
    const { source, channel, identity, contact, attachments, content } = draft;
    const { ownId: sourceEventId, fingerprint } = identity;
    const receivedAt = clock.now();
    const { inquiryId, state } = await identify(draft, await memoryTerms({ source, channel }), receivedAt);
    await publish({
      inquiryId,
      brand,
      source,
      channel,
      receivedAt,
      contact,
      content: { ...content, sourceEventId, ...(fingerprint === null ? {} : { fingerprint }) },
      attachments,
    });
    await bestEffort(() => receipts.acknowledge(inquiryId), undefined);
    const duplicate = state === 'acknowledged';
    accepted.add(1, { source, result: duplicate ? 'repeated' : 'accepted' });
    return { inquiryId, duplicate };
  };

  const store = async (bytes: Buffer, { mediaType, ...of }: StoredFor) => ({
    sha256: await blobs.put(bytes, { mediaType, keepDays: (await memoryTerms(of)).rawDays }),
    bytes: bytes.length,
    mediaType,
  });

  const storeAttachments = (attachments: readonly ReadAttachment[], source: string): Promise<Attachment[]> =>
    Promise.all(
      attachments.slice(0, bounds.attachments).map(async ({ bytes, mediaType, filename }) => ({
        ...(await store(bytes, { mediaType, source, channel: 'mail' })),
        filename,
      })),
    );

  const storeMail = async (bytes: Buffer, source: string): Promise<InquiryRaw['content']['mail']> => {
    const { mediaType: _, ...reference } = await store(bytes, { mediaType: 'message/rfc822', source, channel: 'mail' });
    return { at: 'blob', ...reference };
  };

  return {
    async acceptForm({ source, eventId, threadId, contact, subject, text, metadata }, channel, sent) {
      const parts = { contact, subject, text, metadata, attachments: [] };
      const { cut, contact: who, attachments, ...said } = withinBounds(parts);
      const fingerprint = fingerprintOf({ ...parts, threadId, hasOwnId: eventId !== null, unreadMail: null });
      const whole =
        cut.length > 0 ? { cut, whole: await store(sent.bytes, { mediaType: sent.mediaType, source, channel }) } : {};
      return accept({
        source,
        channel,
        identity: { ownId: eventId, fingerprint },
        contact: who,
        attachments,
        content: { ...said, threadId, mail: null, ...whole },
      });
    },

    async acceptMail(bytes, source, told = {}) {
      // A mail that can't be read is accepted all the same: it is kept as it came, and dead-lettered with its reason.
      const read = await reader.read(bytes);
      const { ownId, threadId } = idsOf(read, told);
      const files = read?.attachments ?? [];
      const parts = { ...saidIn(read, told), attachments: await storeAttachments(files, source) };
      const { cut: shortened, contact, attachments, ...said } = withinBounds(parts);
      const unnamed = files.length > bounds.attachments ? [{ field: '/attachments', length: files.length }] : [];
      const cut = [...shortened, ...unnamed];
      const unreadMail = read === null ? createHash('sha256').update(bytes).digest('hex') : null;
      const fingerprint = fingerprintOf({ ...parts, threadId, hasOwnId: ownId !== null, unreadMail });
      const isInline = bytes.length <= INLINE_BYTES && cut.length === 0;
      mails.add(1, { inbox: source });
      return accept({
        source,
        channel: 'mail',
        identity: { ownId, fingerprint },
        contact,
        attachments,
        content: {
          ...said,
          threadId,
          mail: isInline ? { at: 'inline', base64: bytes.toString('base64') } : await storeMail(bytes, source),
          ...(read === null ? {} : { headers: read.headers }),
          ...(cut.length > 0 ? { cut } : {}),
        },
      });
    },

    async acceptNamedMail(source, { eventId, threadId = null, metadata = {} }) {
      const { contact, attachments, subject, text, ...said } = withinBounds({ ...nothingSaid, metadata });
      return accept({
        source,
        channel: 'mail',
        identity: { ownId: boundedId(eventId), fingerprint: null },
        contact,
        attachments,
        content: { subject, text, metadata: said.metadata, threadId, mail: null },
      });
    },
  };
};
