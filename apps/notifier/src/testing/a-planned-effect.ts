import { randomUUID } from 'node:crypto';
import { laneOf } from '../domain/lane-of.ts';
import type { PlannedEffect } from '../ports/ledger.port.ts';

/** An effect nobody else has, with what a test says about it. */
export const aPlannedEffect = (over: Partial<PlannedEffect> = {}): PlannedEffect => {
  const { kind = 'slack.message', target = '#sales' } = over;
  const destination = over.destination ?? target;
  return {
    effectId: randomUUID(),
    decisionId: randomUUID(),
    inquiryId: randomUUID(),
    conversationId: randomUUID(),
    kind,
    target,
    destination,
    lane: laneOf(kind, destination),
    mode: 'live',
    requestedAt: '2026-01-05T09:00:00.000Z',
    content: { category: 'lead', priority: 'high', subject: 'Pricing', summary: 'Wants fifty seats.' },
    traceParent: null,
    brand: 'default',
    playbook: 'f'.repeat(64),
    ...over,
  };
};
