import type { InquiryScored } from '@sluice/contracts';
import { ANY_COUNTRY, contextOf, holds, type ConditionContext, type Playbook, type Route } from '@sluice/policy';

const decisionOf = ({ decision }: InquiryScored): NonNullable<ConditionContext['decision']> => ({
  category: decision.category,
  label: decision.label ?? '',
  priority: decision.priority,
  score: decision.score,
  confidence: decision.confidence,
  intent: decision.intent ?? '',
  product: decision.product ?? '',
  urgency: decision.urgency ?? '',
  sentiment: decision.sentiment ?? '',
  flags: decision.flags,
  review: decision.review.needed,
  passed: decision.gates.filter(({ passed }) => passed).map(({ gate }) => gate),
});

/** What the text says: a field that is null is not there. */
const readingOf = ({ content }: InquiryScored): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(content.extracted).filter(([, value]) => value !== null));

const countryOf = ({ contact, enrichment }: InquiryScored): string | null =>
  contact.country ?? enrichment.company?.country ?? null;

/** Whose it is: by the table of territories where the route says so. */
const poolOf = (inquiry: InquiryScored, { byTerritory, pool }: Route, { territories }: Playbook): string | null =>
  byTerritory ? (territories[countryOf(inquiry) ?? ''] ?? pool ?? territories[ANY_COUNTRY] ?? null) : pool;

/** The first route whose condition holds. The last one always does: the playbook's parser saw to that. */
export const chooseRoute = (inquiry: InquiryScored, playbook: Playbook): Route => {
  const context = { ...contextOf(inquiry, playbook), reading: readingOf(inquiry), decision: decisionOf(inquiry) };
  const route = playbook.routes.find(({ when }) => holds('route', when, context));
  if (!route) throw new Error(`choosing a route: none of ${playbook.name} holds`);
  return { ...route, pool: poolOf(inquiry, route, playbook) };
};

/** What an owner must cover, for this inquiry. */
export const needsOf = ({ needs }: Route, inquiry: InquiryScored) => ({
  skills: [...needs.skills],
  territory: needs.territory === 'country' ? countryOf(inquiry) : null,
  language: needs.language === 'message' ? inquiry.language.code : null,
});
