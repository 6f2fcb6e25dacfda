import { z } from 'zod';

/** How finely a window is counted, and of how many conversations: both bound what is remembered of a contact. */
const SLOTS = 10;
const CONVERSATIONS = 16;
const MINUTE_MS = 60_000;

/** How many messages a contact sent in their latest conversations, by slots of the window that is looked at. */
export const messagePaceSchema = z.object({
  slotMs: z.number().positive(),
  /** The one written to last comes first. */
  conversations: z.array(
    z.object({
      conversationId: z.string(),
      counts: z.array(z.object({ slot: z.int(), messages: z.int().positive() })),
    }),
  ),
  /** The last moment at which any of it counts; afterwards it may be deleted. */
  until: z.string(),
});
export type MessagePace = z.output<typeof messagePaceSchema>;

export interface OneMessage {
  readonly conversationId: string;
  readonly receivedAt: string;
  /** The window; nothing is counted where it is 0. */
  readonly windowMinutes: number;
}

type Counts = MessagePace['conversations'][number]['counts'];

const counted = (counts: Counts, slot: number): Counts => {
  const recent = counts.filter((one) => one.slot > slot - SLOTS);
  const same = recent.find((one) => one.slot === slot);
  return [...recent.filter((one) => one !== same), { slot, messages: (same?.messages ?? 0) + 1 }];
};

/** The pace with one more message. Counts of another window are forgotten: the playbook has changed. */
export const withMessage = (
  before: MessagePace | undefined,
  { conversationId, receivedAt, windowMinutes }: OneMessage,
): MessagePace => {
  const slotMs = (windowMinutes * MINUTE_MS) / SLOTS;
  const at = Date.parse(receivedAt);
  const known = before?.slotMs === slotMs ? before.conversations : [];
  const counts = known.find((one) => one.conversationId === conversationId)?.counts ?? [];
  const others = known.filter((one) => one.conversationId !== conversationId);
  return {
    slotMs,
    conversations: [
      { conversationId, counts: counted(counts, Math.floor(at / slotMs)) },
      ...others.slice(0, CONVERSATIONS - 1),
    ],
    until: new Date(at + windowMinutes * MINUTE_MS).toISOString(),
  };
};

/** How many messages the conversation got from the contact within the window, the latest included. */
export const messagesIn = ({ conversations }: MessagePace, conversationId: string): number =>
  (conversations.find((one) => one.conversationId === conversationId)?.counts ?? []).reduce(
    (sum, { messages }) => sum + messages,
    0,
  );
