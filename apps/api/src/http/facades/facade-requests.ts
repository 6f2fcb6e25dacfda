import { bareMessageId } from '@sluice/policy';
import { z } from 'zod';

const id = z.string().trim().min(1).max(500);

/** Document 001A: `Input: message_id, thread_id`. */
export const triageBody = z.looseObject({
  message_id: id.describe('Message-ID of a mail that has come in'),
  thread_id: id.nullish().describe("The provider's id of its thread"),
});

/** Document 001E: `replay by email_id`. */
export const replayEmailBody = z.looseObject({
  email_id: id.describe("As POST /webhook/email answered it, or the mail's Message-ID"),
  thread_id: id.nullish().describe('Beside a Message-ID, where the mail came with one'),
});

/** Document 004: what POST /webhooks/lead answered. */
export const leadId = id;

/** What a mail's source may have called its event. */
export const mailIds = (messageId: string, threadId: string | null | undefined): readonly string[] => {
  const own = bareMessageId(messageId);
  return threadId ? [`${own}+${threadId}`, own] : [own];
};
