import type { InquiryScored, Unevaluated } from '@sluice/contracts';
import {
  ANY_COUNTRY,
  contextOf,
  testCondition,
  type ConditionContext,
  type Playbook,
  type Route,
} from '@sluice/policy';

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

/** A route, and what of the way to it could not be evaluated. */
export interface ChosenRoute extends Route {
  readonly unevaluated: readonly Unevaluated[];
}

/** Whether anything is left that a person has to look at: then nothing is closed. */
const isCertain = ({ review, unevaluated = [] }: InquiryScored['decision']): boolean =>
  !review.needed && unevaluated.length === 0;

/**
 * The first route whose condition holds; the last one always does: the playbook's parser saw to that. A route that closes is passed
 * over while anything is uncertain: where a person has to look, or where a condition before it could not be evaluated. One that can't
 * be evaluated is not taken.
 */
export const chooseRoute = (inquiry: InquiryScored, playbook: Playbook): ChosenRoute => {
  const context = { ...contextOf(inquiry, playbook), reading: readingOf(inquiry), decision: decisionOf(inquiry) };
  const unevaluated: Unevaluated[] = [];
  const chosen = playbook.routes.find(({ id, when, closed }) => {
    const { holds, fault } = testCondition('route', when, context);
    if (fault !== null) unevaluated.push({ condition: `routes.${id}`, because: fault, counted: 'not-held' });
    return holds && (!closed || (isCertain(inquiry.decision) && unevaluated.length === 0));
  });
  const last = playbook.routes.at(-1);
  if (!last) throw new Error(`choosing a route: ${playbook.name} has none`);
  // Where all that is left would close it, it stays open there, and people are told.
  const route = chosen ?? { ...last, closed: false, notify: true };
  return { ...route, pool: poolOf(inquiry, route, playbook), unevaluated };
};

/** What an owner must cover, for this inquiry. */
export const needsOf = ({ needs }: Route, inquiry: InquiryScored) => ({
  skills: [...needs.skills],
  territory: needs.territory === 'country' ? countryOf(inquiry) : null,
  language: needs.language === 'message' ? inquiry.language.code : null,
});
