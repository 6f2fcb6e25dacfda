import {
  answerSettled,
  assignmentRequested,
  commandRefused,
  conversationDue,
  effectRequested,
  effectReviewed,
  inquiryAssigned,
  inquiryCommand,
  inquiryRouted,
  inquiryScored,
  poolCommand,
  recordFailed,
  slaAtRisk,
  slaBreached,
  slaClocksMoved,
  slaEscalated,
  TOO_MANY_ANSWERS,
  type AnswerSettled,
  type ConversationDue,
  type InquiryAssigned,
  type InquiryCommand,
  type InquiryScored,
  type RecordFailed,
} from '@sluice/contracts';
import { inForce, termsOf, type Playbook, type SlaTerms } from '@sluice/policy';
import { defineStage, emit, remembering, type Memory, type Moment } from '@sluice/stage';
import { chooseRoute, type ChosenRoute } from '../domain/choose-route.ts';
import { clockEvents } from '../domain/conversation/conversation-events.ts';
import {
  conversationState,
  ownedBy,
  readConversation,
  storeConversation,
  type Conversation,
  type StoredConversation,
} from '../domain/conversation/conversation.ts';
import { foldClocks, type FoldedClocks, type Signal } from '../domain/conversation/fold-clocks.ts';
import { earlier, isLater, type Message } from '../domain/conversation/clock.ts';
import {
  afterAssignment,
  afterRouting,
  claimInquiry,
  closeInquiries,
  isOutdated,
  type OpenInquiry,
} from '../domain/conversation/open-inquiries.ts';
import { queueRecipients, tell } from '../domain/notices.ts';
import { acknowledgementOf } from '../domain/answers/acknowledge.ts';
import { proposedIn, reviewProposals, withProposals } from '../domain/approvals/proposals.ts';
import { recordsOf } from '../domain/records/records-of.ts';
import { daysKept } from '../domain/retention.ts';
import { requestOf, routed } from '../domain/routing.ts';
import { scopeOf } from '../domain/scope-of.ts';

type Input = InquiryScored | InquiryAssigned | InquiryCommand | ConversationDue | AnswerSettled | RecordFailed;

const US = 'follow-conversation';
/** How an inquiry was assigned that somebody took themselves. */
const BY_CLAIM = 'claim';
/** Who keeps a promise by sending an answer. */
const ANSWERED_BY = 'notifier';

interface Deciding {
  /** Null where nothing is remembered of the conversation. */
  readonly before: Conversation | null;
  readonly moment: Moment<Playbook>;
}

const newConversation = ({ playbook }: Moment<Playbook>): Conversation => ({
  owner: null,
  ownedSince: null,
  clocks: {},
  open: {},
  closed: [],
  acknowledged: null,
  proposals: {},
  daysKept: daysKept(playbook),
});

const remembered = (conversation: Conversation, { conversationId }: Input): Record<string, StoredConversation> => ({
  [conversationId]: storeConversation(conversation),
});

/** What clocks did, told with the owner as it is from now on. */
const saidOf = (
  { happened }: FoldedClocks,
  owner: string | null,
  { input: { conversationId }, moment }: { readonly input: Input; readonly moment: Moment<Playbook> },
) => {
  const { decisionId, now, playbookOf } = moment;
  return clockEvents(happened, { conversationId, owner, decisionId, now, playbookOf });
};

interface Routed {
  readonly route: ChosenRoute;
  readonly terms: readonly SlaTerms[];
  readonly scope: ReturnType<typeof scopeOf>;
  readonly playbook: Playbook;
}

const routeOf = (inquiry: InquiryScored, whole: Playbook): Routed => {
  const scope = scopeOf(whole, inquiry);
  const playbook = inForce(whole, scope);
  const route = chooseRoute(inquiry, playbook);
  return { route, terms: termsOf(playbook, route), scope, playbook };
};

const openAs = ({ receivedAt: since }: InquiryScored, { route: { pool }, scope }: Routed): OpenInquiry =>
  pool === null
    ? { assignedBy: 'conversation', owner: null, since, scope }
    : { assignedBy: 'pool', owner: null, since, brand: scope.brand, pool };

/**
 * Where it goes and by when. Whoever is to be given it is asked for by pool, so that one rotation is decided in one order; of what
 * nobody is given the right people are told here.
 */
const decideScored = (inquiry: InquiryScored, { before, moment }: Deciding) => {
  const { now, decisionId } = moment;
  const routing = routeOf(inquiry, moment.playbook);
  const { route, terms, scope, playbook } = routing;
  const event = routed(inquiry, { route, terms, routedAt: now });
  const said = inquiryRouted.v1.of(event);
  const conversation = before ?? newConversation(moment);
  if (route.closed || conversation.closed.includes(inquiry.inquiryId))
    return remembering<typeof said, StoredConversation>(emit(said), {});
  const message: Message = {
    inquiryId: inquiry.inquiryId,
    rule: route.id,
    queue: route.queue,
    priority: event.decision.priority,
    playbook: moment.playbookHash,
    scope,
  };
  const folded = foldClocks(conversation.clocks, {
    signal: { kind: 'customer-wrote', terms, message },
    by: US,
    at: inquiry.receivedAt,
  });
  // Once a conversation, however often they write: nobody wants to be told with every message that it arrived.
  const sent =
    conversation.acknowledged === null
      ? acknowledgementOf(inquiry, { playbook, intent: scope.intent, queue: route.queue, decisionId, now })
      : null;
  const acknowledged = sent === null ? conversation.acknowledged : message;
  const { orders, ...inquiries } = afterRouting(
    conversation,
    { inquiryId: inquiry.inquiryId, inquiry: openAs(inquiry, routing) },
    { by: US, why: null, now },
  );
  const effects = [
    ...(sent === null ? [] : [sent]),
    ...(route.notify ? recordsOf(event, { playbook, intent: scope.intent, decisionId, now }) : []),
  ];
  const asked = effects.map(({ data }) => data);
  const request = requestOf(event, { playbook, route, intent: scope.intent, proposed: proposedIn(asked) });
  return remembering(
    emit(
      said,
      ...saidOf(folded, conversation.owner, { input: inquiry, moment }),
      ...orders,
      ...(route.pool === null
        ? tell({ kind: 'new-inquiry', inquiry: request, owner: null }, { to: request.tell, decisionId, now })
        : [assignmentRequested.v1.of({ ...request, pool: route.pool })]),
      ...effects,
    ),
    remembered(
      {
        ...conversation,
        ...inquiries,
        clocks: folded.clocks,
        acknowledged,
        proposals: withProposals(conversation.proposals, asked),
        daysKept: daysKept(playbook),
      },
      inquiry,
    ),
  );
};

/** Who takes an inquiry themselves has seen it; who is given one has not yet. */
const signalOf = ({ by, owner }: InquiryAssigned): { readonly signal: Signal; readonly by: string } =>
  by === BY_CLAIM && owner !== null
    ? { signal: { kind: 'claimed' }, by: owner }
    : { signal: { kind: 'time-passed' }, by: US };

/** Its pool says who has an inquiry, or that nobody has. */
const decideAssigned = (assigned: InquiryAssigned, { before, moment }: Deciding) => {
  const conversation = before ?? newConversation(moment);
  if (isOutdated(conversation, assigned)) return remembering<never, StoredConversation>(emit(), {});
  const { orders, ...inquiries } = afterAssignment(conversation, assigned, { by: US, why: null, now: moment.now });
  if (conversation.closed.includes(assigned.inquiryId))
    return remembering<(typeof orders)[number], StoredConversation>(emit(...orders), {});
  const folded = foldClocks(conversation.clocks, { ...signalOf(assigned), at: assigned.assignedAt });
  const owned = ownedBy(conversation, { owner: assigned.owner, at: assigned.assignedAt });
  return remembering(
    emit(...saidOf(folded, owned.owner, { input: assigned, moment }), ...orders),
    remembered({ ...conversation, ...inquiries, ...owned, clocks: folded.clocks }, assigned),
  );
};

const refusal = ({ inquiryId, conversationId, command, by }: InquiryCommand, because: string, now: string) =>
  commandRefused.v1.of({ inquiryId, conversationId, command: command.do, by, because, refusedAt: now });

/** Everybody who may have an inquiry that is in no pool. */
const ownersIn = (whole: Playbook, inquiry: OpenInquiry): readonly string[] =>
  inquiry.assignedBy === 'pool'
    ? []
    : Object.values(inForce(whole, inquiry.scope).pools).flatMap(({ owners }) => owners.map(({ key }) => key));

/**
 * Somebody wants to have an inquiry. Where a pool has it, the pool decides, and no clock hears of it before; where none has, whoever
 * is first has it.
 */
const decideClaim = (asked: InquiryCommand, owner: string, { conversation, moment }: Commanded) => {
  const { now, playbook } = moment;
  const claim = claimInquiry(
    conversation,
    { inquiryId: asked.inquiryId, owner },
    {
      asking: { by: asked.by, why: asked.why, now },
      owners: (inquiry) => ownersIn(playbook, inquiry),
    },
  );
  switch (claim.kind) {
    case 'asked':
      return remembering<typeof claim.order, StoredConversation>(emit(claim.order), {});
    case 'refused':
      return remembering<ReturnType<typeof refusal>, StoredConversation>(emit(refusal(asked, claim.because, now)), {});
    case 'holds': {
      const at = earlier(asked.at, now);
      const folded = foldClocks(conversation.clocks, { signal: { kind: 'claimed' }, by: owner, at });
      const owned = ownedBy(conversation, { owner, at });
      return remembering(
        emit(...saidOf(folded, owned.owner, { input: asked, moment })),
        remembered({ ...conversation, ...owned, open: claim.open, clocks: folded.clocks }, asked),
      );
    }
  }
};

const commandSignals = {
  acknowledge: 'acknowledged',
  reply: 'replied',
  resume: 'resumed',
  close: 'closed',
} as const;

interface Commanded {
  readonly conversation: Conversation;
  readonly moment: Moment<Playbook>;
}

const decideSaid = (
  asked: InquiryCommand,
  command: Exclude<InquiryCommand['command'], { readonly do: 'claim' | 'approve' | 'decline' }>,
  { conversation, moment }: Commanded,
) => {
  const { by, why } = asked;
  const { now } = moment;
  // What happened is not later than when it is heard of, whatever the clock of who says it.
  const at = earlier(asked.at, now);
  const folded = foldClocks(conversation.clocks, {
    signal: command.do === 'pause' ? { kind: 'paused', ...command } : { kind: commandSignals[command.do] },
    by,
    at,
  });
  const isPaused = folded.happened.some((one) => one.kind === 'moved' && one.change === 'paused');
  const { orders, ...inquiries } =
    command.do === 'close'
      ? closeInquiries(conversation, { ...asked, at }, { by, why, now })
      : { open: conversation.open, closed: conversation.closed, orders: [] };
  return remembering(
    emit(
      ...saidOf(folded, conversation.owner, { input: asked, moment }),
      ...orders,
      ...(command.do === 'pause' && !isPaused
        ? [refusal(asked, 'no clock of its conversation runs that may stand still for this reason', now)]
        : []),
    ),
    remembered({ ...conversation, ...inquiries, clocks: folded.clocks }, asked),
  );
};

const decideReview = (
  asked: InquiryCommand,
  command: Extract<InquiryCommand['command'], { readonly do: 'approve' | 'decline' }>,
  { conversation, moment: { now } }: Commanded,
) => {
  const reviewed = reviewProposals(conversation.proposals, { asked, command, now });
  return reviewed.kind === 'refused'
    ? remembering<ReturnType<typeof refusal>, StoredConversation>(emit(refusal(asked, reviewed.because, now)), {})
    : remembering<(typeof reviewed.said)[number], StoredConversation>(
        emit(...reviewed.said),
        remembered({ ...conversation, proposals: reviewed.proposals }, asked),
      );
};

/** A person says something about an inquiry. What can't be done is said, and changes nothing. */
const decideCommand = (asked: InquiryCommand, { before, moment }: Deciding) => {
  if (!before)
    return remembering<ReturnType<typeof refusal>, StoredConversation>(
      emit(refusal(asked, 'nothing of its conversation was routed that still runs or is remembered', moment.now)),
      {},
    );
  const { command } = asked;
  const commanded = { conversation: before, moment };
  switch (command.do) {
    case 'claim':
      return decideClaim(asked, command.owner, commanded);
    case 'approve':
    case 'decline':
      return decideReview(asked, command, commanded);
    default:
      return decideSaid(asked, command, commanded);
  }
};

/** A moment has come. Whoever says so is right about it, however slow the clock of this machine is. */
const decideDue = (due: ConversationDue, { before, moment }: Deciding) => {
  if (!before) return remembering<never, StoredConversation>(emit(), {});
  const at = isLater(due.dueAt, moment.now) ? due.dueAt : moment.now;
  const folded = foldClocks(before.clocks, { signal: { kind: 'time-passed' }, by: US, at });
  // Written also when nothing has changed: that sets the next moment.
  return remembering(
    emit(...saidOf(folded, before.owner, { input: due, moment: { ...moment, now: at } })),
    remembered({ ...before, clocks: folded.clocks }, due),
  );
};

const answerSignals = { acknowledgement: 'acknowledged', answer: 'sent' } as const;

/** Who has it is told when an answer did not get through. One that nobody was to send is no failure: people send it. */
const unsentNotices = (answer: AnswerSettled, message: Message, { moment }: Deciding) => {
  const { state, reason } = answer;
  if (state === 'confirmed' || (state === 'skipped' && reason !== TOO_MANY_ANSWERS)) return [];
  const { queue, priority } = message;
  return tell(
    { kind: 'answer-not-sent', inquiry: { ...answer, state, queue, priority } },
    {
      to: queueRecipients(inForce(moment.playbookOf(message.playbook), message.scope), queue),
      decisionId: moment.decisionId,
      now: moment.now,
    },
  );
};

/**
 * What became of an answer: one that got through keeps its promise; of another people are told. The next message is acknowledged anew
 * where this one was not for certain.
 */
const decideAnswer = (answer: AnswerSettled, { before, moment }: Deciding) => {
  const asked = before?.acknowledged ?? null;
  if (before === null || asked === null || asked.inquiryId !== answer.inquiryId)
    return remembering<never, StoredConversation>(emit(), {});
  const gotThrough = answer.state === 'confirmed';
  const folded = foldClocks(before.clocks, {
    signal: gotThrough ? { kind: answerSignals[answer.purpose] } : { kind: 'time-passed' },
    by: ANSWERED_BY,
    at: earlier(answer.settledAt, moment.now),
  });
  return remembering(
    emit(
      ...saidOf(folded, before.owner, { input: answer, moment }),
      ...unsentNotices(answer, asked, { before, moment }),
    ),
    remembered(
      { ...before, clocks: folded.clocks, acknowledged: gotThrough || answer.state === 'unknown' ? asked : null },
      answer,
    ),
  );
};

/** Whose it is are told; the conversation itself goes on as it was. */
const decideRecordFailed = (failed: RecordFailed, { moment }: Deciding) => {
  const { brand, channel, intent, queue, ...record } = failed;
  const scope = { brand, channel: channel ?? '', intent: intent ?? '' };
  const notices = tell(
    { kind: 'record-failed', inquiry: { ...record, queue } },
    {
      to: queueRecipients(inForce(moment.playbook, scope), queue ?? ''),
      decisionId: moment.decisionId,
      now: moment.now,
    },
  );
  return remembering<(typeof notices)[number], StoredConversation>(emit(...notices), {});
};

const conversationIn = (
  memory: Memory<StoredConversation>,
  { conversationId }: Input,
  { playbookOf }: Moment<Playbook>,
): Conversation | null => {
  const stored = memory.get(conversationId);
  return stored ? readConversation(stored, playbookOf) : null;
};

/**
 * Follows a conversation, as one fold over what the customer writes, what pools and people say, and time: where each inquiry goes
 * and by when, its clocks, and who has it.
 */
export const followConversation = defineStage<Playbook>()({
  name: US,
  consumes: [
    inquiryScored.v1,
    inquiryAssigned.v1,
    inquiryCommand.v1,
    conversationDue.v1,
    answerSettled.v1,
    recordFailed.v1,
  ],
  produces: [
    inquiryRouted.v1,
    assignmentRequested.v1,
    poolCommand.v1,
    commandRefused.v1,
    slaClocksMoved.v1,
    slaAtRisk.v1,
    slaBreached.v1,
    slaEscalated.v1,
    effectRequested.v1,
    effectReviewed.v1,
  ],
  gather: async () => null,
  state: conversationState,

  decide(input, _facts, memory, moment) {
    const deciding = { before: conversationIn(memory, input, moment), moment };
    if ('decision' in input) return decideScored(input, deciding);
    if ('considered' in input) return decideAssigned(input, deciding);
    if ('purpose' in input) return decideAnswer(input, deciding);
    if ('failedAt' in input) return decideRecordFailed(input, deciding);
    return 'command' in input ? decideCommand(input, deciding) : decideDue(input, deciding);
  },
});
