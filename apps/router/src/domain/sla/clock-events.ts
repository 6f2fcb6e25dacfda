import {
  effectRequested,
  slaAtRisk,
  slaBreached,
  slaClockMoved,
  slaEscalated,
  type DomainEvent,
  type EffectRequested,
  type SlaAtRisk,
  type SlaBreached,
  type SlaClockMoved,
  type SlaEscalated,
} from '@sluice/contracts';
import { uuidV5, type ConversationId, type DecisionId, type EffectId, type InquiryId } from '@sluice/kernel';
import type { Playbook } from '@sluice/policy';
import type { ClockState, Happening } from './clock-state.ts';
import { dueOf, spentAt, wakeOf } from './clock-time.ts';

const MINUTE_MS = 60_000;
const PERCENT = 100;

export interface Telling {
  readonly playbook: Playbook;
  readonly conversationId: ConversationId;
  readonly decisionId: DecisionId;
  readonly owner: string | null;
  readonly now: string;
}

export type ClockEvent =
  | DomainEvent<'sla.clock-moved.v1', SlaClockMoved>
  | DomainEvent<'sla.at-risk.v1', SlaAtRisk>
  | DomainEvent<'sla.breached.v1', SlaBreached>
  | DomainEvent<'sla.escalated.v1', SlaEscalated>
  | DomainEvent<'effect.requested.v1', EffectRequested>;

type Escalation = Extract<Happening, { readonly kind: 'escalated' }>;
type Ask = Pick<EffectRequested, 'kind' | 'target' | 'mode' | 'content'>;

const aboutOf = ({ inquiryId, terms, queue }: ClockState, { conversationId, owner }: Telling) => ({
  inquiryId: inquiryId as InquiryId,
  conversationId,
  clock: terms.clock,
  queue,
  owner,
});

/** Says nothing of what the customer wrote: whoever wants to know opens the inquiry. */
const messageOf = ({ clock, step }: Escalation, { owner }: Telling): EffectRequested['content'] => {
  const { terms, priority, queue, inquiryId, startedAt } = clock;
  const due = dueOf(clock);
  const share = `${Math.round(step.at * PERCENT)} % of ${terms.budgetMs / MINUTE_MS} minutes`;
  return {
    category: step.at < 1 ? 'at risk' : 'overdue',
    priority,
    queue,
    owner,
    subject: `${terms.clock.replaceAll('_', ' ')}: ${share}`,
    summary: `Waiting since ${startedAt}; ${step.at < 1 ? 'due' : 'was due'} ${due ?? clock.breachedAt ?? 'later'}.`,
    entities: [{ name: 'inquiry', value: inquiryId }],
    due: due === null ? [] : [{ clock: terms.clock, dueAt: due }],
  };
};

const slackAsk = (target: string, escalation: Escalation, telling: Telling): readonly Ask[] => {
  const { mode } = telling.playbook.sinks.slack;
  return mode === 'off' ? [] : [{ kind: 'slack.message', target, mode, content: messageOf(escalation, telling) }];
};

const webhookAsk = (name: string, { clock, step, reachedAt }: Escalation, telling: Telling): readonly Ask[] =>
  telling.playbook.sinks.webhooks
    .filter((one) => one.name === name && one.mode !== 'off')
    .map(({ mode }) => ({
      kind: 'webhook.delivery',
      target: name,
      mode,
      content: {
        type: 'sla.escalated',
        timestamp: telling.now,
        data: {
          ...aboutOf(clock, telling),
          step: step.id,
          share: step.at,
          reachedAt,
          dueAt: dueOf(clock),
          priority: clock.priority,
        },
      },
    }));

const asksOf = (escalation: Escalation, telling: Telling): readonly Ask[] => {
  const { slack } = telling.playbook.sinks;
  return escalation.step.do.flatMap((action) => {
    switch (action.do) {
      case 'tell-queue':
        return slackAsk(slack.channels[escalation.clock.queue] ?? slack.otherwise, escalation, telling);
      case 'tell':
        return slackAsk(action.channel, escalation, telling);
      case 'webhook':
        return webhookAsk(action.name, escalation, telling);
      case 'raise-priority':
        return [];
    }
  });
};

/** The priority a step raises to, if it does: never to a lower one. */
const raisedBy = ({ clock, step }: Escalation, { playbook }: Telling): string | null => {
  const { priorities } = playbook.taxonomy;
  const wanted = step.do.flatMap((action) => (action.do === 'raise-priority' ? [action.to] : [])).at(-1) ?? null;
  return wanted !== null && priorities.indexOf(wanted) > priorities.indexOf(clock.priority) ? wanted : null;
};

/** One id for ever, however often it is decided: the ledger does it once. */
const effectIdOf = ({ clock, step }: Escalation, { kind, target }: Ask): EffectId =>
  uuidV5(clock.inquiryId, clock.terms.clock, clock.startedAt, step.id, kind, target) as EffectId;

const escalationEvents = (escalation: Escalation, telling: Telling): readonly ClockEvent[] => {
  const { clock, step, reachedAt } = escalation;
  const asks = asksOf(escalation, telling);
  const escalated = slaEscalated.v1.of({
    ...aboutOf(clock, telling),
    step: step.id,
    share: step.at,
    urgent: step.urgent,
    reachedAt,
    escalatedAt: telling.now,
    told: asks.map((ask) => ({ kind: ask.kind, target: ask.target, effectId: effectIdOf(escalation, ask) })),
    priority: raisedBy(escalation, telling),
  });
  const effects = asks.map((ask) =>
    effectRequested.v1.of({
      ...ask,
      effectId: effectIdOf(escalation, ask),
      decisionId: telling.decisionId,
      inquiryId: clock.inquiryId as InquiryId,
      conversationId: telling.conversationId,
      requestedAt: telling.now,
    }),
  );
  return [escalated, ...effects];
};

/** What a clock did, as events, and as effects that are asked for. */
export const eventsOf = (happening: Happening, telling: Telling): readonly ClockEvent[] => {
  const { clock } = happening;
  const about = aboutOf(clock, telling);
  const minutes = clock.terms.budgetMs / MINUTE_MS;
  switch (happening.kind) {
    case 'moved':
      return [
        slaClockMoved.v1.of({
          ...about,
          minutes,
          revision: clock.revision,
          change: happening.change,
          status: clock.status,
          because: happening.because,
          by: happening.by,
          at: happening.at,
          calendar: clock.terms.calendarName,
          spentMs: spentAt(clock, happening.at),
          dueAt: dueOf(clock),
          wakeAt: wakeOf(clock),
          passedShare: Math.max(0, ...clock.passed),
          result: clock.result,
          breachWithdrawn: happening.breachWithdrawn,
        }),
      ];
    case 'at-risk':
      return [
        slaAtRisk.v1.of({
          ...about,
          share: happening.share,
          reachedAt: happening.reachedAt,
          dueAt: happening.dueAt,
          noticedAt: telling.now,
        }),
      ];
    case 'breached':
      return [
        slaBreached.v1.of({
          ...about,
          minutes,
          startedAt: clock.startedAt,
          dueAt: happening.dueAt,
          noticedAt: telling.now,
        }),
      ];
    case 'escalated':
      return escalationEvents(happening, telling);
  }
};
