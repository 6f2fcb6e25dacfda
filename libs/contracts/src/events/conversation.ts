import { contract, type DataOf } from '../contract.ts';
import { z } from 'zod';
import { conversationId, inquiryId, instant } from '../fields.ts';

/** A moment has come at which time alone changes something in a conversation. Written by the router to itself. */
export const conversationDue = {
  v1: contract('conversation.due.v1', {
    key: (due) => due.conversationId,
    subject: (due) => due.inquiryId,
    schema: z.object({
      conversationId,
      /** The inquiry whose clock is due first. */
      inquiryId,
      dueAt: instant,
    }),
  }),
};
export type ConversationDue = DataOf<typeof conversationDue.v1>;
