import {
  slaAtRisk,
  slaBreached,
  slaClocksMoved,
  slaEscalated,
  type DomainEvent,
  type EffectRequested,
  type SlaAtRisk,
  type SlaBreached,
  type SlaClockMove,
  type SlaClocksMoved,
  type SlaEscalated,
} from '@sluice/contracts';
import type { ConversationId, DecisionId, InquiryId } from '@sluice/kernel';
import { inForce, type Playbook } from '@sluice/policy';
import { stepRecipients, tell } from '../notices.ts';
import { dueOf, spentAt, type Clock, type Happening } from './clock.ts';

const MINUTE_MS = 60_000;

export interface Saying {
  readonly conversationId: ConversationId;
  readonly owner: string | null;
  readonly decisionId: DecisionId;
  readonly now: string;
  readonly playbookOf: (hash: string) => Playbook;
}

export type ClockEvent =
  | DomainEvent<'sla.clocks-moved.v1', SlaClocksMoved>
  | DomainEvent<'sla.at-risk.v1', SlaAtRisk>
  | DomainEvent<'sla.breached.v1', SlaBreached>
  | DomainEvent<'sla.escalated.v1', SlaEscalated>
  | DomainEvent<'effect.requested.v1', EffectRequested>;

type Moved = Extract<Happening, { readonly kind: 'moved' }>;
type StepReached = Extract<Happening, { readonly kind: 'step-reached' }>;

const minutesOf = ({ terms }: Clock): number => terms.budgetMs / MINUTE_MS;

const aboutOf = ({ message, terms }: Clock, { conversationId, owner }: Saying) => ({
  inquiryId: message.inquiryId as InquiryId,
  conversationId,
  clock: terms.clock,
  queue: message.queue,
  owner,
});

const moveOf = ({ clock, change, because, by, at, breachWithdrawn }: Moved): SlaClockMove => ({
  clock: clock.terms.clock,
  revision: clock.revision,
  change,
  status: clock.status,
  because,
  by,
  at,
  minutes: minutesOf(clock),
  calendar: clock.terms.calendarName,
  spentMs: spentAt(clock, at),
  dueAt: dueOf(clock),
  result: clock.status === 'stopped' ? clock.result : null,
  breachWithdrawn,
});

/** One event for all clocks that wait on the same message. */
const movedEvents = (moved: readonly Moved[], { conversationId, owner }: Saying): readonly ClockEvent[] =>
  [...Map.groupBy(moved, ({ clock }) => clock.message.inquiryId).values()].flatMap((of) => {
    const [first] = of;
    if (!first) return [];
    const { inquiryId, queue } = first.clock.message;
    return [
      slaClocksMoved.v1.of({
        inquiryId: inquiryId as InquiryId,
        conversationId,
        queue,
        owner,
        moves: of.map(moveOf),
      }),
    ];
  });

/** The priority a step raises to, if it does: never to a lower one. */
const raisedBy = ({ clock, step }: StepReached, { taxonomy: { priorities } }: Playbook): string | null => {
  const wanted = step.do.flatMap((action) => (action.do === 'raise-priority' ? [action.to] : [])).at(-1) ?? null;
  return wanted !== null && priorities.indexOf(wanted) > priorities.indexOf(clock.message.priority) ? wanted : null;
};

/** The version by which the clock began says who is told. */
const stepEvents = (reached: StepReached, saying: Saying): readonly ClockEvent[] => {
  const { clock, step, reachedAt } = reached;
  const { message } = clock;
  const playbook = inForce(saying.playbookOf(message.playbook), message.scope);
  const effects = tell(
    {
      kind: 'step-reached',
      inquiry: {
        ...aboutOf(clock, saying),
        priority: message.priority,
        step,
        minutes: minutesOf(clock),
        startedAt: clock.startedAt,
        reachedAt,
        dueAt: dueOf(clock),
        breachedAt: clock.breachedAt,
      },
    },
    { to: stepRecipients(playbook, step, message.queue), decisionId: saying.decisionId, now: saying.now },
  );
  const escalated = slaEscalated.v1.of({
    ...aboutOf(clock, saying),
    step: step.id,
    share: step.at,
    urgent: step.urgent,
    reachedAt,
    escalatedAt: saying.now,
    told: effects.map(({ data: { kind, target, effectId } }) => ({ kind, target, effectId })),
    priority: raisedBy(reached, playbook),
  });
  return [escalated, ...effects];
};

const eventsOf = (happening: Exclude<Happening, Moved>, saying: Saying): readonly ClockEvent[] => {
  const { clock } = happening;
  const about = aboutOf(clock, saying);
  switch (happening.kind) {
    case 'at-risk': {
      const { share, reachedAt, dueAt } = happening;
      return [slaAtRisk.v1.of({ ...about, share, reachedAt, dueAt, noticedAt: saying.now })];
    }
    case 'breached':
      return [
        slaBreached.v1.of({
          ...about,
          minutes: minutesOf(clock),
          startedAt: clock.startedAt,
          dueAt: happening.dueAt,
          noticedAt: saying.now,
        }),
      ];
    case 'step-reached':
      return stepEvents(happening, saying);
  }
};

/** What clocks did, as events: what came due in its order, then how each of them stands now. */
export const clockEvents = (happened: readonly Happening[], saying: Saying): readonly ClockEvent[] => {
  const moved = happened.filter((one) => one.kind === 'moved');
  return [
    ...happened.flatMap((one) => (one.kind === 'moved' ? [] : eventsOf(one, saying))),
    ...movedEvents(moved, saying),
  ];
};
