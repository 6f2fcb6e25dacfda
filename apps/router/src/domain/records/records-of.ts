import {
  effectRequested,
  type CrmContent,
  type EffectKind,
  type EffectRequested,
  type InquiryRouted,
} from '@sluice/contracts';
import { uuidV5, type DecisionId, type EffectId } from '@sluice/kernel';
import type { Playbook } from '@sluice/policy';
import { isFor, reachOf, type Sink } from './sink-terms.ts';

export interface Recording {
  readonly playbook: Playbook;
  /** As the playbook's overrides name what it is about. */
  readonly intent: string;
  readonly decisionId: DecisionId;
  readonly now: string;
}

type Content = EffectRequested['content'];
/** An effect of a system of record, or of a telephone, before it is one. */
interface Wanted {
  readonly kind: EffectKind;
  readonly target: string;
  readonly reach: ReturnType<typeof reachOf>;
  readonly content: Content;
}

const MOST_REASONS = 3;
/** What an SMS of one part takes of a text. */
const LONGEST_SMS = 300;

const fieldsOf = ({ content: { extracted } }: InquiryRouted) =>
  Object.entries(extracted).flatMap(([name, value]) =>
    value === null || (Array.isArray(value) && value.length === 0)
      ? []
      : [{ name, value: Array.isArray(value) ? value.join(', ') : String(value) }],
  );

const companyOf = ({ enrichment, contact, companyDomain }: InquiryRouted): CrmContent['company'] => {
  const name = enrichment.company?.name ?? contact.company;
  const domain = companyDomain ?? enrichment.company?.domain ?? null;
  return name === null && domain === null ? null : { name, domain };
};

/** What every system of record is told. */
const recordOf = (inquiry: InquiryRouted) => {
  const { contact, content, decision, routing, channel, source, language, receivedAt } = inquiry;
  const due = routing.sla.map(({ dueAt }) => dueAt).toSorted();
  return {
    person: { email: contact.email, name: contact.name, phone: contact.phone },
    company: companyOf(inquiry),
    inquiry: {
      subject: content.subject,
      summary: content.summary,
      category: decision.category,
      label: decision.label,
      priority: decision.priority,
      score: decision.score,
      confidence: decision.confidence,
      queue: routing.queue,
      channel,
      source,
      language: language.code,
      receivedAt,
      dueAt: due[0] ?? null,
    },
    reasons: decision.reasons
      .toSorted((one, other) => Math.abs(other.points) - Math.abs(one.points))
      .slice(0, MOST_REASONS)
      .map(({ rule, points }) => ({ rule, points })),
    fields: fieldsOf(inquiry),
  };
};

/** A deal is opened where it is sure enough, by the playbook. */
const dealOf = ({ decision }: InquiryRouted, { gates: { deal }, sinks: { crm } }: Playbook): CrmContent['deal'] =>
  deal.minConfidence === null || decision.confidence < deal.minConfidence
    ? null
    : { openWindowDays: deal.openWindowDays, pipeline: crm.pipeline, stage: crm.stage };

const shortOf = ({ decision, content, routing }: InquiryRouted): string =>
  `[${decision.category}][${decision.priority}] ${content.subject ?? content.summary} (${routing.queue})`.slice(
    0,
    LONGEST_SMS,
  );

/** What a person has to look at is written about people only once one has said so. */
const unlessSure = <Of extends Sink>(sink: Of, { decision: { review } }: InquiryRouted): Of =>
  review.needed && sink.mode !== 'off' ? { ...sink, mode: 'propose' } : sink;

/** By sink of the playbook, what is written for an inquiry; the sinks that are not for it are left out. */
const wantedOf = (inquiry: InquiryRouted, { playbook, intent, now }: Recording): readonly Wanted[] => {
  const { crm, helpdesk, table, marketing, sms } = playbook.sinks;
  const scope = { queue: inquiry.routing.queue, category: inquiry.decision.category, intent };
  const record = recordOf(inquiry);
  const to = (kind: EffectKind, sink: Sink, content: Content): readonly Wanted[] =>
    sink.provider === null || !isFor(sink, scope)
      ? []
      : [{ kind, target: sink.provider, reach: reachOf(sink, { playbook, now }), content }];
  // A CRM and a mailing list know people by their address, and nobody without one.
  const isPerson = record.person.email !== null;
  const tags = [...new Set([scope.category, scope.queue])];
  return [
    ...(isPerson ? to('crm.upsert', unlessSure(crm, inquiry), { ...record, deal: dealOf(inquiry, playbook) }) : []),
    ...to('helpdesk.ticket', helpdesk, { ...record, group: helpdesk.groups[scope.queue] ?? null, tags }),
    ...to('table.row', table, { ...record, table: table.table }),
    ...(isPerson
      ? to('marketing.enrol', unlessSure(marketing, inquiry), {
          ...record,
          list: marketing.list,
          tags: [...marketing.tags],
          automation: marketing.automation,
        })
      : []),
    ...sms.numbers.flatMap((number) => to('sms.message', sms, { to: number, text: shortOf(inquiry) })),
  ];
};

/** What makes it one effect for ever, however often the inquiry is decided: its kind, where it goes, and to whom. */
const effectIdOf = ({ inquiryId }: InquiryRouted, { kind, target, content }: Wanted): EffectId =>
  uuidV5(inquiryId, kind, target, ...(kind === 'sms.message' ? [String(content['to'])] : [])) as EffectId;

/**
 * What is written into systems that people keep: CRM, helpdesk, table, mailing list; and who is told by telephone. What no person wrote
 * (a bounce, a list, an automatic reply) is written nowhere.
 */
export const recordsOf = (inquiry: InquiryRouted, recording: Recording) =>
  inquiry.automation.kind !== 'none'
    ? []
    : wantedOf(inquiry, recording).map((wanted) =>
        effectRequested.v1.of({
          effectId: effectIdOf(inquiry, wanted),
          decisionId: recording.decisionId,
          inquiryId: inquiry.inquiryId,
          conversationId: inquiry.conversationId,
          kind: wanted.kind,
          target: wanted.target,
          ...wanted.reach,
          intent: recording.intent,
          channel: inquiry.channel,
          content: wanted.content,
          requestedAt: recording.now,
        }),
      );
