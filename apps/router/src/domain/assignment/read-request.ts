import type { AssignmentRequested, EffectRequested } from '@sluice/contracts';
import type { Notice, Unowned } from './pool-memory.ts';

const FIRST_ANSWER = 'first_human';
const noNeeds: Unowned['needs'] = { skills: [], territory: null, language: null };

const dueAtOf = ({ routing: { sla } }: AssignmentRequested): string | null => {
  const first = sla.find(({ clock }) => clock === FIRST_ANSWER);
  return first?.dueAt ?? sla.map(({ dueAt }) => dueAt).sort()[0] ?? null;
};

const topicsOf = ({ decision, enrichment }: AssignmentRequested): string[] =>
  [decision.category, decision.label, decision.product, decision.intent, enrichment.company?.industry].flatMap(
    (topic) => (topic ? [topic] : []),
  );

export interface Asked {
  readonly playbook: string;
  readonly repeatKey: string | null;
  readonly repeatOwner: string | null;
  readonly now: string;
}

/** What finding an owner rests on. Another pool takes it without its own conditions: better a stranger than nobody. */
export const unownedOf = (request: AssignmentRequested, { now, ...asked }: Asked): Unowned => ({
  ...asked,
  inquiryId: request.inquiryId,
  needs: (request.overflowedFrom ?? []).length > 0 ? noNeeds : request.routing.needs,
  category: request.decision.category,
  topics: topicsOf(request),
  vip: request.routing.vip ?? false,
  dueAt: dueAtOf(request),
  heldSince: now,
  past: [],
});

/** What may be told again later, and where: nothing of the message itself. */
export const noticeOf = (
  { conversationId, source, decision, routing }: AssignmentRequested,
  told: readonly Pick<EffectRequested, 'kind' | 'target' | 'mode'>[],
): Notice => ({
  conversationId,
  source,
  category: decision.category,
  label: decision.label,
  score: decision.score,
  priority: decision.priority,
  queue: routing.queue,
  due: routing.sla.map(({ clock, dueAt }) => ({ clock, dueAt })),
  told: told.map(({ kind, target, mode }) => ({ kind, target, mode })),
});
