import { randomUUID } from 'node:crypto';
import type { Effect } from '../ports/connector.port.ts';

/** An effect nobody else has, with what a test says about it. */
export const anEffect = (over: Partial<Effect> = {}): Effect => ({
  effectId: randomUUID(),
  decisionId: randomUUID(),
  inquiryId: randomUUID(),
  conversationId: randomUUID(),
  kind: 'slack.message',
  target: '#sales',
  requestedAt: new Date().toISOString(),
  parts: {},
  content: { category: 'lead', priority: 'high', subject: 'Pricing', summary: 'Wants fifty seats.' },
  ...over,
});
