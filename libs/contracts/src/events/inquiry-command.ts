import { z } from 'zod';
import { contract, type DataOf } from '../contract.ts';
import { conversationId, effectId, inquiryId, instant, term } from '../fields.ts';

/** What a person, or a system on a person's behalf, says about an inquiry. */
const command = z.discriminatedUnion('do', [
  z.object({ do: z.literal('acknowledge') }),
  /** An answer went out by another way than ours: a helpdesk, a telephone. */
  z.object({ do: z.literal('reply') }),
  z.object({ do: z.literal('claim'), owner: term }),
  /** The clocks stand still, for a reason of the playbook. */
  z.object({ do: z.literal('pause'), reason: term, until: instant.nullable() }),
  z.object({ do: z.literal('resume') }),
  z.object({ do: z.literal('close') }),
  /** What is proposed is done, or is not: the effects that are named, or all that still wait. */
  z.object({ do: z.literal('approve'), effects: z.array(effectId).nullable() }),
  z.object({ do: z.literal('decline'), effects: z.array(effectId).nullable() }),
]);

/** A command of a person. The stage that owns the state obeys it, or not. */
export const inquiryCommand = {
  v1: contract('inquiry.command.v1', {
    key: (asked) => asked.conversationId,
    subject: (asked) => asked.inquiryId,
    schema: z.object({
      inquiryId,
      conversationId,
      command,
      /** Who asks: the id of an API key, a person's key. Never an address. */
      by: term,
      why: z.string().max(200).nullable(),
      /** When it happened; may be earlier than when it was said. */
      at: instant,
    }),
  }),
};
export type InquiryCommand = DataOf<typeof inquiryCommand.v1>;

/** A command that changes nothing, since it can't be done. */
export const commandRefused = {
  v1: contract('command.refused.v1', {
    key: (refused) => refused.conversationId,
    subject: (refused) => refused.inquiryId,
    schema: z.object({
      inquiryId,
      conversationId,
      command: z.enum(['acknowledge', 'reply', 'claim', 'pause', 'resume', 'close', 'approve', 'decline']),
      /** Who asked. */
      by: term,
      /** In words, for people. */
      because: z.string(),
      refusedAt: instant,
    }),
  }),
};
export type CommandRefused = DataOf<typeof commandRefused.v1>;
