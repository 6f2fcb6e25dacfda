import { conversationDue } from '@sluice/contracts';
import type { ConversationId, InquiryId } from '@sluice/kernel';
import { inForce, termsOf, type Playbook, type SlaTerms } from '@sluice/policy';
import type { Due, StateDeclaration } from '@sluice/stage';
import { z } from 'zod';
import { daysLater } from '../retention.ts';
import { isLater, nextMoment, type Clock, type Message } from './clock.ts';
import type { Clocks } from './fold-clocks.ts';
import { storedProposals, type Proposals } from '../approvals/proposals.ts';
import { openInquiry, type OpenInquiries } from './open-inquiries.ts';

/** What is remembered of a conversation: its clocks, and its inquiries that nobody has closed. */
export interface Conversation {
  /** Who was given its last inquiry, or took it. */
  readonly owner: string | null;
  /** When that was decided; null where nothing was. */
  readonly ownedSince: string | null;
  readonly clocks: Clocks;
  readonly open: OpenInquiries;
  /** Inquiries that a person closed: what a pool gives them afterwards goes back at once. */
  readonly closed: readonly string[];
  /** The message that was acknowledged, or is about to be; null where none was, or that did not get through. */
  readonly acknowledged: Message | null;
  /** Effects that wait, or waited, for a person. */
  readonly proposals: Proposals;
  /** Days after which it is forgotten, once nothing runs and nobody has anything of it. */
  readonly daysKept: number;
}

const message = z.object({
  inquiryId: z.string(),
  rule: z.string(),
  queue: z.string(),
  priority: z.string(),
  playbook: z.string(),
  scope: z.object({ brand: z.string(), channel: z.string(), intent: z.string() }),
});

const clock = {
  /** Which of `messages` it waits on. */
  message: z.int().nonnegative(),
  revision: z.int().positive(),
  startedAt: z.string(),
  since: z.string(),
  spentMs: z.int().nonnegative(),
  passed: z.array(z.number()).optional(),
  breachedAt: z.string().optional(),
  deferred: z.array(z.object({ step: z.string(), reachedAt: z.string(), until: z.string() })).optional(),
};

/**
 * A conversation as it is stored. What a promise says (calendar, ladder, reasons to pause) is not repeated in it: it stands in the
 * playbook version that the message names, which never changes.
 */
export const storedConversation = z.object({
  owner: z.string().nullable(),
  ownedSince: z.string().optional(),
  messages: z.array(message),
  clocks: z.record(
    z.string(),
    z.discriminatedUnion('status', [
      z.object({ ...clock, status: z.literal('running') }),
      z.object({ ...clock, status: z.literal('paused'), until: z.string().nullable() }),
      z.object({ ...clock, status: z.literal('stopped'), result: z.enum(['met', 'missed', 'ended']) }),
    ]),
  ),
  open: z.record(z.string(), openInquiry),
  closed: z.array(z.string()),
  /** Which of `messages`. */
  acknowledged: z.int().nonnegative().optional(),
  proposals: storedProposals.optional(),
  daysKept: z.int(),
  /** When time alone changes something, and which of `messages` that is about. */
  due: z.object({ at: z.string(), message: z.int().nonnegative() }).optional(),
});
export type StoredConversation = z.output<typeof storedConversation>;
type StoredClock = StoredConversation['clocks'][string];

/** What a message's route promised. @throws Error for a clock that the version does not promise, which only another version can cause. */
const termsFor = (
  { playbook, scope, rule }: Message,
  name: string,
  playbookOf: (hash: string) => Playbook,
): SlaTerms => {
  const version = inForce(playbookOf(playbook), scope);
  const route = version.routes.find(({ id }) => id === rule);
  const terms = route && termsOf(version, route).find((one) => one.clock === name);
  if (!terms) throw new Error(`reading a clock: route ${rule} of ${version.name} does not promise ${name}`);
  return terms;
};

const readClock = (
  name: string,
  { passed = [], breachedAt, deferred = [], message: at, ...stored }: StoredClock,
  { messages, playbookOf }: { readonly messages: readonly Message[]; readonly playbookOf: (hash: string) => Playbook },
): Clock => {
  const about = messages[at];
  if (!about) throw new Error('reading a clock: it waits on no message');
  const terms = termsFor(about, name, playbookOf);
  return { ...stored, message: about, terms, passed, breachedAt: breachedAt ?? null, deferred };
};

/** Who has a conversation once somebody was given, or took, an inquiry of it: an older word changes nothing. */
export const ownedBy = (
  { owner, ownedSince }: Pick<Conversation, 'owner' | 'ownedSince'>,
  given: { readonly owner: string | null; readonly at: string },
): Pick<Conversation, 'owner' | 'ownedSince'> =>
  ownedSince !== null && isLater(ownedSince, given.at)
    ? { owner, ownedSince }
    : { owner: given.owner, ownedSince: given.at };

export const readConversation = (
  { owner, ownedSince, messages, clocks, open, closed, acknowledged, proposals, daysKept }: StoredConversation,
  playbookOf: (hash: string) => Playbook,
): Conversation => ({
  owner,
  ownedSince: ownedSince ?? null,
  clocks: Object.fromEntries(
    Object.entries(clocks).map(([name, one]) => [name, readClock(name, one, { messages, playbookOf })]),
  ),
  open,
  closed,
  acknowledged: acknowledged === undefined ? null : (messages[acknowledged] ?? null),
  proposals: proposals ?? {},
  daysKept,
});

const storeClock = (clock: Clock, at: number): StoredClock => {
  const { terms: _terms, message: _message, passed, breachedAt, deferred, ...rest } = clock;
  return {
    ...rest,
    message: at,
    ...(passed.length > 0 ? { passed: [...passed] } : {}),
    ...(breachedAt === null ? {} : { breachedAt }),
    ...(deferred.length > 0 ? { deferred: [...deferred] } : {}),
  };
};

/** The clock to which something happens next by itself. */
const firstDue = (clocks: readonly Clock[]): { readonly clock: Clock; readonly at: string } | null =>
  clocks.reduce<{ readonly clock: Clock; readonly at: string } | null>((first, clock) => {
    const at = nextMoment(clock);
    return at !== null && (first === null || isLater(first.at, at)) ? { clock, at } : first;
  }, null);

export const storeConversation = ({
  owner,
  ownedSince,
  clocks,
  open,
  closed,
  acknowledged,
  proposals,
  daysKept,
}: Conversation): StoredConversation => {
  const all = Object.values(clocks);
  // Clocks that wait on the same message share it, also after they were read.
  const messages = [
    ...new Set([...all.map(({ message }) => message), ...(acknowledged === null ? [] : [acknowledged])]),
  ];
  const indexOf = ({ message }: Clock): number => messages.indexOf(message);
  const due = firstDue(all);
  return {
    owner,
    ...(ownedSince === null ? {} : { ownedSince }),
    messages,
    clocks: Object.fromEntries(Object.entries(clocks).map(([name, one]) => [name, storeClock(one, indexOf(one))])),
    open,
    closed: [...closed],
    ...(acknowledged === null ? {} : { acknowledged: messages.indexOf(acknowledged) }),
    ...(Object.keys(proposals).length === 0 ? {} : { proposals }),
    daysKept,
    ...(due ? { due: { at: due.at, message: indexOf(due.clock) } } : {}),
  };
};

const dueOf = ({ due, messages }: StoredConversation, conversationId: string): Due | null => {
  const inquiryId = due && messages[due.message]?.inquiryId;
  if (!due || inquiryId === undefined) return null;
  return {
    at: due.at,
    event: conversationDue.v1.of({
      conversationId: conversationId as ConversationId,
      inquiryId: inquiryId as InquiryId,
      dueAt: due.at,
    }),
  };
};

const isOver = ({ due, clocks, open }: StoredConversation): boolean =>
  due === undefined &&
  Object.values(clocks).every(({ status }) => status === 'stopped') &&
  Object.values(open).every(({ assignedBy, owner }) => assignedBy === 'conversation' && owner === null);

/** When it may be forgotten: not while a person may still approve something. */
const forgottenAt = ({ daysKept, proposals = {} }: StoredConversation, now: string): string =>
  Object.values(proposals).reduce(
    (latest, { approveBy }) => (isLater(approveBy, latest) ? approveBy : latest),
    daysLater(now, daysKept),
  );

/** How a conversation is remembered, under its id. */
export const conversationState = {
  schema: storedConversation,
  keys: ({ conversationId }) => [conversationId],
  playbooksOf: ({ messages }) => [...new Set(messages.map(({ playbook }) => playbook))],
  dueOf,
  expiresAt: (stored, now) => (isOver(stored) ? forgottenAt(stored, now) : null),
} satisfies StateDeclaration<{ readonly conversationId: string }, unknown, StoredConversation>;
