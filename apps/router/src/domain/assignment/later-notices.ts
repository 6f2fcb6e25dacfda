import { effectRequested, type EffectRequested } from '@sluice/contracts';
import { uuidV5, type ConversationId, type DecisionId, type EffectId, type InquiryId } from '@sluice/kernel';
import type { InquiryMemory, Notice } from './pool-memory.ts';

export interface LaterNotice {
  readonly decisionId: DecisionId;
  readonly brand: string;
  readonly inquiry: InquiryMemory;
  readonly owner: string;
  readonly now: string;
}

const slackContent = (
  { category, label, priority, queue, due }: Notice,
  { inquiry, owner }: LaterNotice,
): EffectRequested['content'] => ({
  category: label ?? category,
  priority,
  subject: null,
  summary: `Waited since ${inquiry.unowned.heldSince}, now with ${owner}`,
  owner,
  queue,
  entities: [],
  due,
});

const webhookContent = (
  { conversationId, source, category, label, score, priority, queue, due }: Notice,
  { inquiry, owner, brand, now }: LaterNotice,
): EffectRequested['content'] => ({
  type: 'inquiry.assigned',
  timestamp: now,
  data: {
    inquiryId: inquiry.unowned.inquiryId,
    conversationId,
    brand,
    source,
    category,
    label,
    score,
    priority,
    queue,
    owner,
    due,
  },
});

/** Tells those who were told that it waits who has it now. What the message says was told then, and is not remembered. */
export const laterNotices = (later: LaterNotice) => {
  const { decisionId, inquiry, now } = later;
  const { notice } = inquiry;
  return notice.told.map(({ kind, target, mode }) =>
    effectRequested.v1.of({
      kind,
      target,
      mode,
      content: kind === 'slack.message' ? slackContent(notice, later) : webhookContent(notice, later),
      effectId: uuidV5(decisionId, kind, target) as EffectId,
      decisionId,
      inquiryId: inquiry.unowned.inquiryId as InquiryId,
      conversationId: notice.conversationId as ConversationId,
      requestedAt: now,
    }),
  );
};
