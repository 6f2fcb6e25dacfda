import { inquiryNormalized, inquiryRaw, type InquiryRaw } from '@sluice/contracts';
import type { ContactId } from '@sluice/kernel';
import { inForce, type Playbook } from '@sluice/policy';
import { defineStage, drop, emit, reject, remembering } from '@sluice/stage';
import { detectAutomation } from '../domain/automation.ts';
import { allKeys, conversationKeys, findConversation, traceSchema, type Trace } from '../domain/conversation.ts';
import { findDuplicate } from '../domain/duplicates.ts';
import { describeAddress } from '../domain/sender-address.ts';
import type { InquiryParser } from '../ports/inquiry-parser.port.ts';

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
    schema: traceSchema,
    keys: (raw, parsed) => (parsed.kind === 'parsed' ? allKeys(conversationKeys(raw, parsed)) : []),
  },

  decide(raw, parsed, memory, { playbook, input, now }) {
    if (parsed.kind === 'unreadable') return remembering(reject(parsed.reason, parsed.detail), {});
    const { intake } = inForce(playbook, raw);
    const keys = conversationKeys(raw, parsed);
    const recall = (key: string): Trace | undefined => memory.get(key);
    const owner = `${input.topic}/${input.partition}/${input.offset}`;
    const spec = {
      inquiryId: raw.inquiryId,
      owner,
      receivedAt: raw.receivedAt,
      windowMinutes: intake.dedupeWindowMinutes,
    };

    const duplicate = findDuplicate(spec, keys, recall);
    if (duplicate) return remembering(drop(duplicate.reason, duplicate.of), {});

    const { conversationId, evidence, size } = findConversation(raw.inquiryId, keys, recall);
    const trace: Trace = { inquiryId: raw.inquiryId, conversationId, owner, at: raw.receivedAt, size };
    const remember = Object.fromEntries(
      [keys.receipt, keys.fingerprint, keys.own, keys.sourceThread, keys.subject].flatMap((key) =>
        key === null ? [] : [[key, trace]],
      ),
    );

    const machine = detectAutomation(parsed.signs);
    const automation =
      machine.kind === 'none' && size > intake.loopAfterMessages
        ? { kind: 'loop' as const, evidence: ['thread-size'] }
        : machine;
    if (automation.kind !== 'none' && intake.drop.includes(automation.kind))
      return remembering(drop(automation.kind), { [keys.receipt]: trace });

    return remembering(
      emit(
        inquiryNormalized.v1.of({
          inquiryId: raw.inquiryId,
          conversationId,
          brand: raw.brand,
          source: raw.source,
          channel: raw.channel,
          receivedAt: raw.receivedAt,
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
          },
          attachments: raw.attachments,
          normalizedAt: now,
        }),
      ),
      remember,
    );
  },
});
