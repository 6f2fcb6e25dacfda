import { inquiryNormalized, inquiryRaw, type InquiryNormalized, type InquiryRaw } from '@sluice/contracts';
import type { ContactId } from '@sluice/kernel';
import { inForce, type Playbook } from '@sluice/policy';
import { defineStage, drop, emit, reject, remembering } from '@sluice/stage';
import { detectAutomation } from '../domain/automation.ts';
import { findConversation } from '../domain/conversation.ts';
import { findRepetition } from '../domain/duplicates.ts';
import { fingerprintIn } from '../domain/fingerprint.ts';
import {
  allKeys,
  inquiryKeys,
  ownIdOf,
  recallAt,
  rememberedSchema,
  type Remembered,
  type SeenInquiry,
} from '../domain/inquiry-memory.ts';
import { messagesIn, withMessage, type MessagePace, type OneMessage } from '../domain/message-pace.ts';
import { describeAddress } from '../domain/sender-address.ts';
import type { InquiryParser, ParsedInquiry } from '../ports/inquiry-parser.port.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const after = (instant: string, ms: number): string => new Date(Date.parse(instant) + ms).toISOString();

/** What was cut of the inquiry, and where the whole of it lies; nothing where all of it stands in the event. */
const cutOf = ({ content }: InquiryRaw, parsed: ParsedInquiry): Pick<InquiryNormalized['content'], 'cut' | 'whole'> => {
  const cut = [...(content.cut ?? []), ...(parsed.cut ?? [])];
  if (cut.length === 0) return {};
  const mail =
    content.mail?.at === 'blob'
      ? { sha256: content.mail.sha256, bytes: content.mail.bytes, mediaType: 'message/rfc822' }
      : undefined;
  const whole = content.whole ?? mail;
  return { cut, ...(whole ? { whole } : {}) };
};

/** How fast the contact writes; null where the playbook looks at no window. */
const paceOf = (before: MessagePace | undefined, message: OneMessage): MessagePace | null =>
  message.windowMinutes > 0 ? withMessage(before, message) : null;

/** A machine that says so, or one that shows it by how much it writes. */
const automationOf = ({ signs }: ParsedInquiry, isLoop: boolean): InquiryNormalized['automation'] => {
  const said = detectAutomation(signs);
  return said.kind === 'none' && isLoop ? { kind: 'loop', evidence: ['messages-in-window'] } : said;
};

const under = (keys: readonly (string | null)[], seen: SeenInquiry): Readonly<Record<string, Remembered>> =>
  Object.fromEntries(keys.flatMap((key) => (key === null ? [] : [[key, seen]])));

/**
 * Decides what an inquiry is in form: whether it was seen before, which conversation it belongs to, who wrote, and whether a
 * machine did. What it says is read in `gather`; a repeat becomes an event, and what can't be read is kept as a dead letter.
 */
export const normalizeInquiry = defineStage<Playbook>()({
  name: 'normalize-inquiry',
  consumes: inquiryRaw.v1,
  produces: [inquiryNormalized.v1],

  gather: (raw: InquiryRaw, { parser }: { parser: InquiryParser }, { playbook }) =>
    parser.parse(raw, inForce(playbook, raw).intake),

  state: {
    schema: rememberedSchema,
    keys: (raw, parsed) => (parsed.kind === 'parsed' ? allKeys(inquiryKeys(raw, parsed)) : []),
    expiresAt: ({ until }) => until,
  },

  decide(raw, parsed, memory, { playbook, input, now }) {
    if (parsed.kind === 'unreadable') return remembering(reject(parsed.reason, parsed.detail), {});
    const { inquiryId, receivedAt, source } = raw;
    const { intake, retention } = inForce(playbook, raw);
    const { dedupeWindowMinutes: windowMinutes } = intake;
    const keys = inquiryKeys(raw, parsed);
    const recall = recallAt(receivedAt, (key) => memory.get(key));
    const owner = `${input.topic}/${input.partition}/${input.offset}`;
    const [ownId, fingerprint] = [ownIdOf(raw, parsed), fingerprintIn(raw)];

    const spec = { inquiryId, owner, receivedAt, source, ownId, fingerprint, windowMinutes };
    const repetition = findRepetition(spec, keys, recall);
    if (repetition.kind === 'repeat') return remembering(drop(repetition.reason, repetition.of), {});
    if (repetition.kind === 'id-taken')
      return remembering(
        reject('id-taken', 'an inquiry with other content has its id; send it under an id of its own'),
        {},
      );

    const { conversationId, evidence, size } = findConversation(inquiryId, keys, recall);
    const pace =
      keys.pace === null ? null : paceOf(recall.pace(keys.pace), { conversationId, receivedAt, windowMinutes });
    const automation = automationOf(
      parsed,
      pace !== null && messagesIn(pace, conversationId) > intake.loopAfterMessages,
    );
    const seen = { inquiryId, conversationId, owner, at: receivedAt, size, source, ownId, fingerprint };
    const kept = { ...seen, until: after(receivedAt, retention.receiptDays * DAY_MS) };
    const counted = keys.pace !== null && pace !== null ? { [keys.pace]: pace } : {};
    if (automation.kind !== 'none' && intake.drop.includes(automation.kind))
      return remembering(drop(automation.kind), { ...counted, [keys.receipt]: kept });

    return remembering(
      emit(
        inquiryNormalized.v1.of({
          inquiryId,
          conversationId,
          brand: raw.brand,
          source,
          channel: raw.channel,
          receivedAt,
          contactId: parsed.contactId as ContactId | null,
          ...describeAddress(parsed.contact.email),
          language: parsed.language,
          automation,
          thread: { evidence, size },
          contact: parsed.contact,
          content: {
            subject: parsed.subject,
            text: parsed.text,
            removed: [...parsed.removed],
            metadata: raw.content.metadata,
            ...(parsed.answerTo ? { answerTo: parsed.answerTo } : {}),
            ...cutOf(raw, parsed),
          },
          attachments: raw.attachments,
          normalizedAt: now,
        }),
      ),
      {
        ...counted,
        ...under([keys.receipt, keys.message, keys.sourceThread, keys.subject], kept),
        ...under([windowMinutes > 0 ? keys.content : null], {
          ...seen,
          until: after(receivedAt, windowMinutes * MINUTE_MS),
        }),
      },
    );
  },
});
