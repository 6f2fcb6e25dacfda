import { inquiryScored, type InquiryScored } from '@sluice/contracts';
import { anEnrichedInquiry } from '@sluice/contracts/testing';
import type { DecisionId } from '@sluice/kernel';
import { conversationIdOf, inquiryIdOf } from './a-request.ts';

const decision: InquiryScored['decision'] = {
  decisionId: '33333333-3333-5333-8333-333333333333' as DecisionId,
  category: 'lead',
  intent: null,
  product: null,
  urgency: null,
  sentiment: null,
  label: 'A',
  priority: 'normal',
  flags: [],
  score: 90,
  reasons: [],
  confidence: 0.9,
  gates: [],
  review: { needed: false, reasons: [] },
  reading: {
    mode: 'rules',
    degradedBecause: null,
    model: null,
    promptHash: null,
    cached: false,
    repaired: false,
    inputTokens: 0,
    outputTokens: 0,
    costUsd: 0,
  },
};

export interface ScoredOver {
  readonly receivedAt?: string;
  readonly conversation?: string;
  readonly decision?: Partial<InquiryScored['decision']>;
  readonly channel?: InquiryScored['channel'];
  readonly brand?: string;
}

/** A scored inquiry by a name of yours, in a conversation of the same name unless you say another. */
export const aScored = (name: string, { conversation = name, decision: over = {}, ...rest }: ScoredOver = {}) => {
  const { enrichedAt: _enrichedAt, ...inquiry } = anEnrichedInquiry();
  return inquiryScored.v1.parse({
    ...inquiry,
    inquiryId: inquiryIdOf(name),
    conversationId: conversationIdOf(conversation),
    contact: { ...inquiry.contact, company: 'Example' },
    content: { ...inquiry.content, summary: 'A secret of the sender', extracted: { product: 'Anvil' } },
    decision: { ...decision, ...over },
    scoredAt: '2026-01-05T09:00:01.000Z',
    ...rest,
  });
};
