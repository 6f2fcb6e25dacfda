import { effectRequested, type EffectRequested, type InquiryRouted } from '@sluice/contracts';
import type { Playbook } from '@sluice/policy';
import { uuidV5, type DecisionId, type EffectId } from '@sluice/kernel';

export interface NoticeSpec {
  readonly decisionId: DecisionId;
  readonly inquiry: Omit<InquiryRouted, 'routedAt'>;
  readonly owner: string | null;
  readonly now: string;
}

type Ask = Pick<EffectRequested, 'kind' | 'target' | 'mode' | 'content'>;

/** The fields a playbook shows beside the summary, and whom the writer speaks for where the text does not say. */
const entitiesOf = (
  { content, contact, enrichment }: NoticeSpec['inquiry'],
  fields: readonly string[],
): { name: string; value: string }[] => {
  const read = fields.flatMap((name) =>
    content.extracted[name] === null || content.extracted[name] === undefined
      ? []
      : [{ name, value: String(content.extracted[name]) }],
  );
  const company = enrichment.company?.name ?? contact.company;
  return [
    ...(company && !read.some(({ name }) => name === 'company') ? [{ name: 'company', value: company }] : []),
    ...read,
  ];
};

const slackAsk = ({ sinks }: Playbook, { inquiry, owner }: NoticeSpec): Ask[] => {
  const { decision, routing, content } = inquiry;
  const { mode, channels, otherwise, review, fields } = sinks.slack;
  if (mode === 'off') return [];
  const channel = decision.review.needed && review ? review : (channels[routing.queue] ?? otherwise);
  return [
    {
      kind: 'slack.message',
      target: channel,
      mode,
      content: {
        category: decision.label ?? decision.category,
        priority: decision.priority,
        subject: content.subject,
        summary: content.summary,
        owner,
        queue: routing.queue,
        entities: entitiesOf(inquiry, fields),
        due: routing.sla.map(({ clock, dueAt }) => ({ clock, dueAt })),
      },
    },
  ];
};

const webhookAsks = ({ sinks }: Playbook, { inquiry, owner, now }: NoticeSpec): Ask[] =>
  sinks.webhooks
    .filter(({ mode }) => mode !== 'off')
    .map(({ name, mode }) => ({
      kind: 'webhook.delivery',
      target: name,
      mode,
      content: {
        type: 'inquiry.routed',
        timestamp: now,
        data: {
          inquiryId: inquiry.inquiryId,
          conversationId: inquiry.conversationId,
          brand: inquiry.brand,
          source: inquiry.source,
          category: inquiry.decision.category,
          label: inquiry.decision.label,
          score: inquiry.decision.score,
          priority: inquiry.decision.priority,
          queue: inquiry.routing.queue,
          owner,
          due: inquiry.routing.sla.map(({ clock, dueAt }) => ({ clock, dueAt })),
        },
      },
    }));

/** Who would be told, where and what. */
export const asksFor = (playbook: Playbook, spec: NoticeSpec): readonly Ask[] => [
  ...slackAsk(playbook, spec),
  ...webhookAsks(playbook, spec),
];

/** Who is told, as effects that are asked for: one per sink, each with an id that makes it happen once. */
export const noticesFor = (playbook: Playbook, spec: NoticeSpec) =>
  asksFor(playbook, spec).map((ask) =>
    effectRequested.v1.of({
      ...ask,
      effectId: uuidV5(spec.decisionId, ask.kind, ask.target) as EffectId,
      decisionId: spec.decisionId,
      inquiryId: spec.inquiry.inquiryId,
      conversationId: spec.inquiry.conversationId,
      requestedAt: spec.now,
    }),
  );
