import { scoreInquiry } from '@sluice/classifier';
import { recordKinds, type EffectRequested, type InquiryRouted, type InquiryScored } from '@sluice/contracts';
import type { DecisionId, PlaybookHash } from '@sluice/kernel';
import { followConversation } from '@sluice/router';
import { pathOf, type Playbook } from '@sluice/policy';
import { inquiryOfCase, playbookOfCase, type Case } from '@sluice/policy/cases';
import type { Moment } from '@sluice/stage';

const usage = {
  model: 'm',
  promptHash: '0'.repeat(64),
  cached: false,
  repaired: false,
  inputTokens: 1,
  outputTokens: 1,
  costUsd: 0,
};

/** What the model said of a case: the fact that its decision rests on. */
export const readingOf = ({ reading, unavailable, unreadable }: Case) => {
  if (unavailable) return { kind: 'unavailable', because: unavailable, usage } as const;
  if (unreadable) return { kind: 'unreadable', because: unreadable, usage } as const;
  return reading ? ({ kind: 'understood', fields: reading, usage } as const) : ({ kind: 'not-asked' } as const);
};

export interface CaseDecision {
  readonly scored: InquiryScored;
  readonly routed: InquiryRouted;
  /** What tells who wrote that it arrived; null where nothing does. */
  readonly acknowledgement: EffectRequested | null;
  /** What is written into systems that people keep. */
  readonly records: readonly EffectRequested[];
}

const momentOf = (playbook: Playbook, now: string): Moment<Playbook> => ({
  now,
  decisionId: '00000000-0000-5000-8000-000000000001' as DecisionId,
  playbook,
  playbookHash: '0'.repeat(64) as PlaybookHash,
  playbookOf: () => playbook,
  input: { topic: 'in', partition: 0, offset: '0' },
});

const nothing = { get: () => undefined, list: () => [] };

/** What the stages themselves decide on a case. */
export const decideCase = (playbook: Playbook, one: Case): CaseDecision => {
  const moment = momentOf(playbookOfCase(playbook, one), one.at);
  const outcome = scoreInquiry.decide(inquiryOfCase(one), readingOf(one), nothing, moment);
  const scored = (outcome.kind === 'emit' ? outcome.events[0]?.data : null) as InquiryScored;
  const route = followConversation.decide(scored, null, nothing, moment);
  const events = route.kind === 'emit' ? route.events : [];
  const asked = events.map(({ data }) => data as Partial<EffectRequested>);
  const acknowledgement = asked.find(({ purpose }) => purpose === 'acknowledgement') ?? null;
  return {
    scored,
    routed: events[0]?.data as InquiryRouted,
    acknowledgement: acknowledgement as EffectRequested | null,
    records: asked.filter(({ kind }) => recordKinds.some((one) => one === kind)) as readonly EffectRequested[],
  };
};

/** What was decided, under the names that a case's expectations use. */
export const seenIn = ({
  scored: { decision },
  routed: { routing, decision: routed },
  acknowledgement,
}: CaseDecision) => {
  const minutes = Object.fromEntries(routing.sla.map((clock) => [clock.clock, clock.minutes]));
  const { category, intent, product, urgency, sentiment, label, score, confidence, flags } = decision;
  return {
    category,
    intent,
    product,
    urgency,
    sentiment,
    label,
    score,
    confidence,
    flags,
    priority: routed.priority,
    review: decision.review.needed,
    path: pathOf(decision),
    mode: decision.reading.mode,
    deal: decision.gates.some(({ gate, passed }) => gate === 'deal' && passed),
    points: Object.fromEntries(decision.reasons.map(({ rule, points }) => [rule, points])),
    route: routing.rule,
    queue: routing.queue,
    pool: routing.pool,
    closed: routing.closed,
    sla: minutes['first_human'],
    clocks: minutes,
    acknowledged: acknowledgement !== null,
  };
};
