import type { InquiryScored } from '@sluice/contracts';
import { contextOf, holds, type Playbook, type Route } from '@sluice/policy';

/** The first route whose condition holds. The last one always does: the playbook's parser saw to that. */
export const chooseRoute = (inquiry: InquiryScored, playbook: Playbook): Route => {
  const { category, label, priority, score, confidence, flags, review } = inquiry.decision;
  const context = { ...contextOf(inquiry, playbook), decision: { category, label: label ?? '', priority, score, confidence, flags, review: review.needed } };
  const route = playbook.routes.find(({ when }) => holds('route', when, context));
  if (!route) throw new Error(`choosing a route: none of ${playbook.name} holds`);
  return route;
};

/** What an owner must cover, for this inquiry. */
export const needsOf = ({ needs }: Route, { contact, enrichment, language }: InquiryScored) => ({
  skills: [...needs.skills],
  territory: needs.territory === 'country' ? (contact.country ?? enrichment.company?.country ?? null) : null,
  language: needs.language === 'message' ? language.code : null,
});
