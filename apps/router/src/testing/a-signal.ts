import { slaSignalled, type SlaSignalled } from '@sluice/contracts';

/** Something that one conversation's clocks are told at a moment. */
export const aSignal = (at: string, signal: SlaSignalled['signal'], over: Partial<SlaSignalled> = {}): SlaSignalled =>
  slaSignalled.v1.parse({
    inquiryId: '11111111-1111-5111-8111-111111111111',
    conversationId: '22222222-2222-5222-8222-222222222222',
    by: 'ada',
    signal,
    at,
    ...over,
  });

export const wrote = (at: string, rule = 'any', over: Partial<SlaSignalled> = {}): SlaSignalled =>
  aSignal(at, { kind: 'customer-wrote', rule, queue: 'sales', priority: 'normal' }, over);
