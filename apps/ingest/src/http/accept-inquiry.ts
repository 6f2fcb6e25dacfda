import { inquiryRaw, type Attachment, type InquiryRaw } from '@sluice/contracts';
import { contentHash, uuidV5, type Clock, type InquiryId } from '@sluice/kernel';
import { eventRecord, type BlobStore, type EventCodec, type Transport } from '@sluice/stage';
import { SpanKind, context, metrics, propagation, trace } from '@opentelemetry/api';
import PostalMime from 'postal-mime';
import type { Receipts } from '../ports/receipts.port.ts';
import type { InquiryBody } from './inquiry-body.ts';

export interface Accepted {
  readonly inquiryId: string;
  /** What is known now; normalize-inquiry decides. */
  readonly duplicate: boolean;
}

/** What a mail's source says of it besides the mail. */
export interface MailTold {
  /** The source's own id of the event; null: the mail's Message-ID, or else its bytes, are its identity. */
  readonly eventId?: string | null;
  readonly threadId?: string | null;
  readonly metadata?: InquiryRaw['content']['metadata'];
}

export interface Intake {
  acceptForm(body: InquiryBody, channel: 'form' | 'import'): Promise<Accepted>;
  acceptMail(bytes: Buffer, source: string, told?: MailTold): Promise<Accepted>;
  /** A mail of which only the id came. It is accounted for, as a dead letter, until the mail itself comes under the same id. */
  acceptNamedMail(source: string, told: MailTold & { readonly eventId: string }): Promise<Accepted>;
}

export interface IntakeOptions {
  readonly brand: string;
  readonly transport: Pick<Transport, 'publish'>;
  readonly codec: EventCodec;
  readonly blobs: BlobStore;
  readonly receipts: Receipts;
  readonly clock: Clock;
}

/** Above this a raw mail travels as a reference: no record may near the broker's limit. */
const INLINE_BYTES = 256 * 1024;
const nobody: InquiryRaw['contact'] = {
  email: null,
  name: null,
  phone: null,
  title: null,
  company: null,
  website: null,
  country: null,
};

const tracer = trace.getTracer('@sluice/ingest');
const meter = metrics.getMeter('@sluice/ingest');
const intake = meter.createCounter('sluice_intake', { description: 'Inquiries by source and result.' });
const mails = meter.createCounter('sluice_emails_ingested', { description: 'Mails by inbox.' });

type Draft = Omit<InquiryRaw, 'inquiryId' | 'brand' | 'receivedAt'>;

const messageIdOf = (headers: readonly { readonly key: string; readonly value: string }[]): string | null =>
  /<([^<>\s]+)>/.exec(headers.find(({ key }) => key === 'message-id')?.value ?? '')?.[1]?.toLowerCase() ?? null;

/** Takes an inquiry in: its blobs are stored and the broker has the record before anything is acknowledged. */
export const createIntake = ({ brand, transport, codec, blobs, receipts, clock }: IntakeOptions): Intake => {
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

  const accept = async (identity: string, draft: Draft): Promise<Accepted> => {
    const inquiryId = uuidV5(brand, draft.source, identity) as InquiryId;
    const duplicate = await receipts.has(inquiryId);
    await publish({ ...draft, inquiryId, brand, receivedAt: clock.now() });
    await receipts.add(inquiryId);
    intake.add(1, { source: draft.source, result: duplicate ? 'repeated' : 'accepted' });
    return { inquiryId, duplicate };
  };

  const storeAttachments = async (bytes: Buffer): Promise<{ attachments: Attachment[]; messageId: string | null }> => {
    // A mail that can't be read is accepted all the same: it is kept as it came, and dead-lettered with its reason.
    const mail = await PostalMime.parse(bytes, { forceRfc822Attachments: true }).catch(() => null);
    const attachments = await Promise.all(
      (mail?.attachments ?? []).map(async ({ content, mimeType, filename }): Promise<Attachment> => {
        const file = typeof content === 'string' ? Buffer.from(content) : Buffer.from(new Uint8Array(content));
        return { sha256: await blobs.put(file, mimeType), bytes: file.length, mediaType: mimeType, filename };
      }),
    );
    return { attachments, messageId: messageIdOf(mail?.headers ?? []) };
  };

  return {
    acceptForm(body, channel) {
      const { source, eventId, threadId, contact, subject, text, metadata } = body;
      const identity = eventId ?? `content:${contentHash({ contact, subject, text, metadata })}`;
      return accept(identity, {
        source,
        channel,
        contact,
        attachments: [],
        content: { sourceEventId: identity, threadId, subject, text, metadata, mail: null },
      });
    },

    async acceptMail(bytes, source, { eventId = null, threadId = null, metadata = {} } = {}) {
      const { attachments, messageId } = await storeAttachments(bytes);
      const identity = eventId ?? messageId ?? `content:${contentHash(bytes.toString('base64'))}`;
      const mail =
        bytes.length <= INLINE_BYTES
          ? { at: 'inline' as const, base64: bytes.toString('base64') }
          : { at: 'blob' as const, sha256: await blobs.put(bytes, 'message/rfc822'), bytes: bytes.length };
      mails.add(1, { inbox: source });
      return accept(identity, {
        source,
        channel: 'mail',
        contact: nobody,
        attachments,
        content: { sourceEventId: identity, threadId, subject: null, text: null, metadata, mail },
      });
    },

    acceptNamedMail: (source, { eventId, threadId = null, metadata = {} }) =>
      accept(eventId, {
        source,
        channel: 'mail',
        contact: nobody,
        attachments: [],
        content: { sourceEventId: eventId, threadId, subject: null, text: null, metadata, mail: null },
      }),
  };
};
