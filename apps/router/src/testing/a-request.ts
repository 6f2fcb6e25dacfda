import { assignmentRequested, type AssignmentRequested, type InquiryScored } from '@sluice/contracts';
import { anEnrichedInquiry } from '@sluice/contracts/testing';
import { uuidV5, type ConversationId, type DecisionId, type InquiryId } from '@sluice/kernel';
import { loadPlaybooks } from '@sluice/policy/files';
import type { Playbook, Pool } from '@sluice/policy';
import { join } from 'node:path';

const decision: InquiryScored['decision'] = {
  decisionId: '33333333-3333-5333-8333-333333333333' as DecisionId,
  category: 'lead',
  intent: null,
  product: null,
  urgency: null,
  sentiment: null,
  label: 'A',
  priority: 'high',
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

export const inquiryIdOf = (name: string): InquiryId => uuidV5('inquiry', name) as InquiryId;

/** An inquiry by a name of yours that asks for an owner in the pool `sales`. */
export const aRequest = (name: string, over: Partial<AssignmentRequested> = {}): AssignmentRequested => {
  const { enrichedAt: _enrichedAt, ...inquiry } = anEnrichedInquiry();
  return assignmentRequested.v1.parse({
    ...inquiry,
    inquiryId: inquiryIdOf(name),
    conversationId: uuidV5('conversation', name) as ConversationId,
    content: { ...inquiry.content, summary: 'A secret of the sender', extracted: {} },
    decision,
    routing: {
      rule: 'lead',
      queue: 'sales',
      pool: 'sales',
      closed: false,
      needs: { skills: [], territory: null, language: null },
      sla: [
        { clock: 'acknowledgement', minutes: 2, dueAt: '2026-01-05T09:02:00.000Z' },
        { clock: 'first_human', minutes: 120, dueAt: '2026-01-05T11:00:00.000Z' },
      ],
    },
    pool: 'sales',
    requestedAt: '2026-01-05T09:00:02.000Z',
    ...over,
  });
};

/** A playbook that is whole, with these pools. */
export const aPlaybookWith = (pools: Readonly<Record<string, Pool>>): Playbook => {
  const [first] = loadPlaybooks(join(import.meta.dirname, '..', '..', '..', '..', 'playbooks')).playbooks;
  if (!first) throw new Error('there is no playbook');
  return { ...first.playbook, name: 'test', pools };
};
