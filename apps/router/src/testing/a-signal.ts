import type { SlaTerms } from '@sluice/policy';
import type { Message } from '../domain/conversation/clock.ts';
import type { Heard, Signal } from '../domain/conversation/fold-clocks.ts';

const message: Message = {
  inquiryId: '11111111-1111-5111-8111-111111111111',
  rule: 'any',
  queue: 'sales',
  priority: 'normal',
  playbook: 'a'.repeat(64),
  scope: { brand: 'default', channel: 'form', intent: 'lead' },
};

/** Something that a conversation's clocks hear of. */
export const aSignal = (at: string, signal: Signal, by = 'ada'): Heard => ({ signal, by, at });

/** A message of the customer, and what is promised for it. */
export const wrote = (at: string, terms: readonly SlaTerms[], over: Partial<Message> = {}): Heard =>
  aSignal(at, { kind: 'customer-wrote', message: { ...message, ...over }, terms });
