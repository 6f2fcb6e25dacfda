import { assignmentRequested, type AssignmentRequested } from '@sluice/contracts';
import { uuidV5, type ConversationId, type InquiryId } from '@sluice/kernel';
import { loadPlaybooks } from '@sluice/policy/files';
import type { Playbook, Pool } from '@sluice/policy';
import { join } from 'node:path';

export const inquiryIdOf = (name: string): InquiryId => uuidV5('inquiry', name) as InquiryId;
export const conversationIdOf = (name: string): ConversationId => uuidV5('conversation', name) as ConversationId;

/** An inquiry by a name of yours that asks for an owner in the pool `sales`. */
export const aRequest = (name: string, over: Partial<AssignmentRequested> = {}): AssignmentRequested =>
  assignmentRequested.v1.parse({
    inquiryId: inquiryIdOf(name),
    conversationId: conversationIdOf(name),
    brand: 'default',
    channel: 'form',
    source: 'web-form',
    contactId: null,
    intent: 'lead',
    category: 'lead',
    label: 'A',
    score: 90,
    priority: 'high',
    queue: 'sales',
    due: [
      { clock: 'acknowledgement', dueAt: '2026-01-05T09:02:00.000Z' },
      { clock: 'first_human', dueAt: '2026-01-05T11:00:00.000Z' },
    ],
    needs: { skills: [], territory: null, language: null },
    topics: [],
    vip: false,
    content: { subject: 'A secret subject', summary: 'A secret of the sender', fields: [] },
    tell: [
      { kind: 'slack.message', target: '#sales', mode: 'live' },
      { kind: 'webhook.delivery', target: 'subscribers', mode: 'live' },
    ],
    pool: 'sales',
    requestedAt: '2026-01-05T09:00:02.000Z',
    ...over,
  });

export const needing = (...skills: readonly string[]): Pick<AssignmentRequested, 'needs'> => ({
  needs: { skills: [...skills], territory: null, language: null },
});

let whole: Playbook | undefined;

/** A playbook that is whole, with these pools. */
export const aPlaybookWith = (pools: Readonly<Record<string, Pool>>): Playbook => {
  whole ??= loadPlaybooks(join(import.meta.dirname, '..', '..', '..', '..', 'playbooks')).playbooks[0]?.playbook;
  if (!whole) throw new Error('there is no playbook');
  return { ...whole, name: 'test', pools };
};
