import type { AssignmentRequested, InquiryRouted, InquiryScored, Routing } from '@sluice/contracts';
import { dueAt, type Playbook, type Route, type SlaTerms } from '@sluice/policy';
import { needsOf, type ChosenRoute } from './choose-route.ts';
import { inquiryRecipients } from './notices.ts';

const MINUTE_MS = 60_000;

/** The promises of a route as moments, by the open hours of each clock's calendar. */
const dueTimes = (terms: readonly SlaTerms[], receivedAt: string): Routing['sla'] =>
  terms.map(({ clock, budgetMs, calendar }) => ({
    clock,
    minutes: budgetMs / MINUTE_MS,
    dueAt: dueAt(calendar, receivedAt, budgetMs),
  }));

/** An inquiry with where it goes and by when. */
export const routed = (
  inquiry: InquiryScored,
  {
    route,
    terms,
    routedAt,
  }: { readonly route: ChosenRoute; readonly terms: readonly SlaTerms[]; readonly routedAt: string },
): InquiryRouted => ({
  ...inquiry,
  decision: {
    ...inquiry.decision,
    priority: route.priority ?? inquiry.decision.priority,
    ...(route.unevaluated.length > 0 && {
      unevaluated: [...(inquiry.decision.unevaluated ?? []), ...route.unevaluated],
    }),
  },
  routing: {
    rule: route.id,
    queue: route.queue,
    pool: route.pool,
    closed: route.closed,
    sla: dueTimes(terms, inquiry.receivedAt),
    needs: needsOf(route, inquiry),
    vip: route.vip,
  },
  routedAt,
});

/** What the inquiry is about, as far as an owner of the playbook is an expert in it: no word of a model's own goes on. */
const topicsOf = ({ decision, enrichment }: InquiryRouted, { pools }: Playbook): string[] => {
  const known = new Set(Object.values(pools).flatMap(({ owners }) => owners.flatMap(({ expertise }) => expertise)));
  const topics = [decision.category, decision.label, decision.product, decision.intent, enrichment.company?.industry];
  return [...new Set(topics.flatMap((topic) => (topic && known.has(topic) ? [topic] : [])))];
};

/** The fields that the playbook shows beside the summary, and whom the writer speaks for where the text does not say. */
const fieldsOf = ({ content, contact, enrichment }: InquiryRouted, { sinks }: Playbook) => {
  const read = sinks.slack.fields.flatMap((name) => {
    const value = content.extracted[name];
    return value === null || value === undefined ? [] : [{ name, value: String(value) }];
  });
  const company = enrichment.company?.name ?? contact.company;
  return company && !read.some(({ name }) => name === 'company')
    ? [{ name: 'company', value: company }, ...read]
    : read;
};

export interface Requesting {
  readonly playbook: Playbook;
  readonly route: Pick<Route, 'notify'>;
  /** By which the playbook's overrides are looked up. */
  readonly intent: string;
  /** What waits for a person, in words. */
  readonly proposed: readonly string[];
}

/** What finding an owner for it and telling people about it takes, and no more. */
export const requestOf = (
  inquiry: InquiryRouted,
  { playbook, route, intent, proposed }: Requesting,
): Omit<AssignmentRequested, 'pool'> => {
  const { decision, routing, content } = inquiry;
  return {
    inquiryId: inquiry.inquiryId,
    conversationId: inquiry.conversationId,
    brand: inquiry.brand,
    channel: inquiry.channel,
    source: inquiry.source,
    contactId: inquiry.contactId,
    intent,
    category: decision.category,
    label: decision.label,
    score: decision.score,
    priority: decision.priority,
    queue: routing.queue,
    due: routing.sla.map(({ clock, dueAt: at }) => ({ clock, dueAt: at })),
    needs: routing.needs,
    topics: topicsOf(inquiry, playbook),
    vip: routing.vip ?? false,
    content: { subject: content.subject, summary: content.summary, fields: fieldsOf(inquiry, playbook) },
    tell: route.notify
      ? [...inquiryRecipients(playbook, { queue: routing.queue, review: decision.review.needed })]
      : [],
    ...(proposed.length === 0 ? {} : { proposed: [...proposed] }),
    requestedAt: inquiry.routedAt,
  };
};
