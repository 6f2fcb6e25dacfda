import {
  effectRequested,
  TOO_MANY_ANSWERS,
  type AnswerSettled,
  type AssignmentRequested,
  type EffectPurpose,
  type EffectRequested,
  type RecordFailed,
  type Recipient,
} from '@sluice/contracts';
import { uuidV5, type DecisionId, type EffectId } from '@sluice/kernel';
import type { Playbook, SlaStep } from '@sluice/policy';

/** An inquiry as far as it is told of without a word of what was written. */
export type ToldInquiry = Pick<
  AssignmentRequested,
  'inquiryId' | 'conversationId' | 'brand' | 'source' | 'category' | 'label' | 'score' | 'priority' | 'queue' | 'due'
>;

/** A step of a ladder that was reached, and the clock as it stood then. */
export interface ReachedStep extends Pick<ToldInquiry, 'inquiryId' | 'conversationId' | 'queue' | 'priority'> {
  readonly step: Pick<SlaStep, 'id' | 'at'>;
  readonly clock: string;
  readonly minutes: number;
  readonly startedAt: string;
  readonly reachedAt: string;
  /** When the promise is due; null while the clock stands still. */
  readonly dueAt: string | null;
  readonly breachedAt: string | null;
  readonly owner: string | null;
}

/** An answer that did not get through. */
export interface UnsentAnswer extends Pick<ToldInquiry, 'inquiryId' | 'conversationId' | 'queue' | 'priority'> {
  readonly effectId: EffectId;
  readonly purpose: EffectPurpose;
  readonly state: AnswerSettled['state'];
  readonly reason: string | null;
}

/** A record that is not where people look for it. */
export interface FailedRecord extends Pick<ToldInquiry, 'inquiryId' | 'conversationId'> {
  readonly effectId: EffectId;
  readonly kind: RecordFailed['kind'];
  readonly target: string;
  readonly queue: string | null;
  readonly priority: string | null;
  readonly state: RecordFailed['state'];
  readonly reason: string | null;
  readonly made: readonly string[];
}

/** Everything the router tells people and subscribers. */
export type Notice =
  | {
      readonly kind: 'new-inquiry';
      readonly inquiry: ToldInquiry & Pick<AssignmentRequested, 'content' | 'intent' | 'channel' | 'proposed'>;
      /** Null while nobody has it. */
      readonly owner: string | null;
    }
  /** Somebody has what was waiting. What the message says was told when it came. */
  | {
      readonly kind: 'owner-found';
      readonly inquiry: ToldInquiry;
      readonly owner: string;
      readonly waitingSince: string;
    }
  | { readonly kind: 'long-line'; readonly inquiry: ToldInquiry; readonly pool: string; readonly waiting: number }
  | { readonly kind: 'step-reached'; readonly inquiry: ReachedStep }
  /** Who wrote was to be answered and was not, or nobody knows: somebody else has to. */
  | { readonly kind: 'answer-not-sent'; readonly inquiry: UnsentAnswer }
  /** A system that people keep does not have it, or nobody knows: somebody has to look. */
  | { readonly kind: 'record-failed'; readonly inquiry: FailedRecord };

type Content = EffectRequested['content'];

const PERCENT = 100;
/** What people may do about a new inquiry where they are told of it. */
const ACTIONS = ['claim', 'close'];
const REVIEW_ACTIONS = ['approve', 'decline'];

const stepMessage = ({ step, clock, minutes, ...about }: ReachedStep): Content => {
  const isEarly = step.at < 1;
  return {
    category: isEarly ? 'at risk' : 'overdue',
    priority: about.priority,
    queue: about.queue,
    owner: about.owner,
    subject: `${clock.replaceAll('_', ' ')}: ${Math.round(step.at * PERCENT)} % of ${minutes} minutes`,
    summary: `Waiting since ${about.startedAt}; ${isEarly ? 'due' : 'was due'} ${about.dueAt ?? about.breachedAt ?? 'later'}.`,
    entities: [{ name: 'inquiry', value: about.inquiryId }],
    due: about.dueAt === null ? [] : [{ clock, dueAt: about.dueAt }],
  };
};

/** What people are told to do about it, by the reason that the connector gives. */
const REMEDIES: Readonly<Record<string, string>> = {
  'recipient-refused': 'Its mail server refuses the address: find another way to reach them.',
  [TOO_MANY_ANSWERS]:
    'This person was to get as many answers today as one may: perhaps a machine writes. Look, and answer by hand.',
  'slots-unfilled': 'The template names something that has no value. Answer by hand, and mend the playbook.',
  'no-sandbox-mailbox': 'This deployment has no mailbox for its sandbox: set SLUICE_MAIL_SANDBOX.',
};

/** Something about an inquiry that somebody has to see to. */
const alert = (
  {
    inquiryId,
    queue,
    priority,
  }: { readonly inquiryId: string; readonly queue: string | null; readonly priority: string | null },
  said: { readonly category: string; readonly subject: string; readonly summary: string },
): Content => ({ ...said, priority, queue, owner: null, entities: [{ name: 'inquiry', value: inquiryId }], due: [] });

const unsentMessage = (answer: UnsentAnswer): Content => {
  const { purpose, state, reason } = answer;
  return alert(answer, {
    category: state === 'unknown' ? 'answer uncertain' : 'answer not sent',
    subject: `${purpose}: ${reason ?? state}`,
    summary:
      state === 'unknown'
        ? 'The mail server had the whole message and did not answer: it may have gone out, and is not sent again. Ask the person, or look into the mailbox.'
        : (REMEDIES[reason ?? ''] ?? 'Nobody has answered the person who wrote: answer by hand.'),
  });
};

/** What people do about a record, by the reason that the connector gives. */
const RECORD_REMEDIES: Readonly<Record<string, string>> = {
  suppressed: 'They have asked not to be written to: nothing is sent.',
  'recipient-refused': 'The number or address is none: mend it in the playbook.',
  'nobody-to-answer': 'The system wants an address, and there is none: enter it by hand.',
};

const failedRecordMessage = (record: FailedRecord): Content => {
  const { state, reason, kind, target, made } = record;
  const there = made.length === 0 ? '' : ` Made before that: ${made.join(', ')}.`;
  return alert(record, {
    category: state === 'unknown' ? 'record uncertain' : 'record not written',
    subject: `${kind} in ${target}: ${reason ?? state}`,
    summary:
      (state === 'unknown'
        ? 'It may be there, and is not written again: look, and enter it by hand where it is missing.'
        : (RECORD_REMEDIES[reason ?? ''] ?? 'It is not there: enter it by hand.')) + there,
  });
};

const slackMessage = (notice: Notice): Content => {
  if (notice.kind === 'step-reached') return stepMessage(notice.inquiry);
  if (notice.kind === 'answer-not-sent') return unsentMessage(notice.inquiry);
  if (notice.kind === 'record-failed') return failedRecordMessage(notice.inquiry);
  const { category, label, priority, queue, due, inquiryId } = notice.inquiry;
  const about = { category: label ?? category, priority, queue, due };
  switch (notice.kind) {
    case 'new-inquiry': {
      const { content, proposed = [] } = notice.inquiry;
      const { subject, summary, fields } = content;
      const actions = proposed.length === 0 ? ACTIONS : [...REVIEW_ACTIONS, ...ACTIONS];
      return { ...about, subject, summary, owner: notice.owner, entities: fields, proposed, actions, inquiryId };
    }
    case 'owner-found': {
      const { owner, waitingSince } = notice;
      return {
        ...about,
        subject: null,
        summary: `Waited since ${waitingSince}, now with ${owner}`,
        owner,
        entities: [],
      };
    }
    case 'long-line':
      return {
        ...about,
        category: 'long line',
        due: [],
        subject: `${notice.waiting} wait in the pool ${notice.pool}`,
        summary: 'Each waits until somebody has a place free.',
        owner: null,
        entities: [{ name: 'inquiry', value: inquiryId }],
      };
  }
};

const inquiryData = ({ inquiryId, conversationId, brand, source, ...inquiry }: ToldInquiry, owner: string | null) => {
  const { category, label, score, priority, queue, due } = inquiry;
  return { inquiryId, conversationId, brand, source, category, label, score, priority, queue, owner, due };
};

const webhookDelivery = (notice: Notice, timestamp: string): Content => {
  switch (notice.kind) {
    case 'new-inquiry':
      return { type: 'inquiry.routed', timestamp, data: inquiryData(notice.inquiry, notice.owner) };
    case 'owner-found':
      return { type: 'inquiry.assigned', timestamp, data: inquiryData(notice.inquiry, notice.owner) };
    case 'long-line':
      return { type: 'pool.line-long', timestamp, data: { pool: notice.pool, waiting: notice.waiting } };
    case 'step-reached': {
      const { step, startedAt: _since, minutes: _minutes, breachedAt: _breached, ...about } = notice.inquiry;
      return { type: 'sla.escalated', timestamp, data: { ...about, step: step.id, share: step.at } };
    }
    case 'answer-not-sent':
      return { type: 'answer.unsent', timestamp, data: { ...notice.inquiry } };
    case 'record-failed':
      return { type: 'record.failed', timestamp, data: { ...notice.inquiry, made: [...notice.inquiry.made] } };
  }
};

/**
 * What makes an effect one effect for ever, however often it is asked for: a step is the same whichever decision reaches it, and so is
 * what became of an answer or a record; the rest is told once by each decision.
 */
const occasionOf = (notice: Notice, decisionId: DecisionId): readonly string[] => {
  if (notice.kind === 'answer-not-sent' || notice.kind === 'record-failed')
    return [notice.inquiry.effectId, notice.kind, notice.inquiry.state];
  if (notice.kind !== 'step-reached') return [decisionId, notice.inquiry.inquiryId, notice.kind];
  const { inquiryId, clock, startedAt, step } = notice.inquiry;
  return [inquiryId, clock, startedAt, step.id];
};

export interface Telling {
  readonly to: readonly Recipient[];
  readonly decisionId: DecisionId;
  readonly now: string;
}

/** What switches name it by. */
const aboutOf = (notice: Notice): Pick<EffectRequested, 'intent' | 'channel'> =>
  notice.kind === 'new-inquiry' ? { intent: notice.inquiry.intent, channel: notice.inquiry.channel } : {};

/** Asks for everybody to be told: one effect for each. */
export const tell = (notice: Notice, { to, decisionId, now }: Telling) => {
  const occasion = occasionOf(notice, decisionId);
  return to.map(({ kind, target, mode }) =>
    effectRequested.v1.of({
      kind,
      target,
      mode,
      ...aboutOf(notice),
      content: kind === 'slack.message' ? slackMessage(notice) : webhookDelivery(notice, now),
      effectId: uuidV5(...occasion, kind, target) as EffectId,
      decisionId,
      inquiryId: notice.inquiry.inquiryId,
      conversationId: notice.inquiry.conversationId,
      requestedAt: now,
    }),
  );
};

const slackRecipient = ({ sinks: { slack } }: Playbook, target: string): readonly Recipient[] =>
  slack.mode === 'off' ? [] : [{ kind: 'slack.message', target, mode: slack.mode }];

const webhookRecipients = ({ sinks: { webhooks } }: Playbook): readonly Recipient[] =>
  webhooks.flatMap(({ name, mode }) =>
    mode === 'off' ? [] : [{ kind: 'webhook.delivery' as const, target: name, mode }],
  );

const channelOf = ({ sinks: { slack } }: Playbook, queue: string): string => slack.channels[queue] ?? slack.otherwise;

/** Whom `queue` belongs to. */
export const queueRecipients = (playbook: Playbook, queue: string): readonly Recipient[] => [
  ...slackRecipient(playbook, channelOf(playbook, queue)),
  ...webhookRecipients(playbook),
];

/** Who is told of an inquiry. Nobody by a sink that is off. */
export const inquiryRecipients = (
  playbook: Playbook,
  { queue, review }: { readonly queue: string; readonly review: boolean },
): readonly Recipient[] => [
  ...slackRecipient(playbook, (review ? playbook.sinks.slack.review : null) ?? channelOf(playbook, queue)),
  ...webhookRecipients(playbook),
];

const actionRecipients = (playbook: Playbook, action: SlaStep['do'][number], queue: string): readonly Recipient[] => {
  switch (action.do) {
    case 'tell-queue':
      return slackRecipient(playbook, channelOf(playbook, queue));
    case 'tell':
      return slackRecipient(playbook, action.channel);
    case 'webhook':
      return webhookRecipients(playbook).filter(({ target }) => target === action.name);
    case 'raise-priority':
      return [];
  }
};

/** Who is told when a step of a ladder is reached, each once. */
export const stepRecipients = (playbook: Playbook, step: SlaStep, queue: string): readonly Recipient[] => {
  const all = step.do.flatMap((action) => actionRecipients(playbook, action, queue));
  return all.filter(
    (one, at) => all.findIndex(({ kind, target }) => kind === one.kind && target === one.target) === at,
  );
};
