import {
  answerSettled,
  conversationDue,
  inquiryAssigned,
  inquiryCommand,
  type AnswerSettled,
  type ConversationDue,
  type DomainEvent,
  type InquiryAssigned,
  type InquiryCommand,
  type InquiryScored,
  type RecordFailed,
} from '@sluice/contracts';
import { uuidV5, type PlaybookHash } from '@sluice/kernel';
import type { Playbook } from '@sluice/policy';
import type { Moment } from '@sluice/stage';
import { stageSpec } from '@sluice/stage/testing';
import type { StoredConversation } from '../domain/conversation/conversation.ts';
import { followConversation } from '../stages/follow-conversation.stage.ts';
import { conversationIdOf, inquiryIdOf } from './a-request.ts';

export type Followed =
  InquiryScored | InquiryAssigned | InquiryCommand | ConversationDue | AnswerSettled | RecordFailed;

/** In the conversation `talk`, unless a test is about several. */
export const TALK = 'talk';

export const assigned = (name: string, owner: string | null, over: Partial<InquiryAssigned> = {}): InquiryAssigned =>
  inquiryAssigned.v1.parse({
    inquiryId: inquiryIdOf(name),
    conversationId: conversationIdOf(TALK),
    brand: 'default',
    pool: 'desk',
    owner,
    status: owner === null ? 'held' : 'assigned',
    considered: [],
    assignedAt: '2026-01-05T00:01:00.000Z',
    ...over,
  });

export const said = (
  name: string,
  command: InquiryCommand['command'],
  over: Partial<InquiryCommand> = {},
): InquiryCommand =>
  inquiryCommand.v1.parse({
    inquiryId: inquiryIdOf(name),
    conversationId: conversationIdOf(TALK),
    command,
    by: 'console',
    why: 'a reason',
    at: '2026-01-05T03:00:00.000Z',
    ...over,
  });

export const due = (at: string, name = 'i'): ConversationDue =>
  conversationDue.v1.parse({ conversationId: conversationIdOf(TALK), inquiryId: inquiryIdOf(name), dueAt: at });

/** What became of the acknowledgement of an inquiry. */
export const answered = (name: string, over: Partial<AnswerSettled> = {}): AnswerSettled =>
  answerSettled.v1.parse({
    effectId: uuidV5(inquiryIdOf(name), 'acknowledgement'),
    decisionId: '33333333-3333-5333-8333-333333333333',
    inquiryId: inquiryIdOf(name),
    conversationId: conversationIdOf(TALK),
    kind: 'mail.reply',
    purpose: 'acknowledgement',
    state: 'confirmed',
    reason: null,
    settledAt: '2026-01-05T00:00:03.000Z',
    ...over,
  });

const hashOf = (version: number): PlaybookHash => String(version).repeat(64) as PlaybookHash;

/** A conversation on its own, decided input by input on what was remembered before. The playbook may get a new version. */
export class ConversationRun {
  readonly #versions: Playbook[] = [];
  remembered: Readonly<Record<string, StoredConversation>> = {};
  /** What the last decision wrote. */
  written: Readonly<Record<string, StoredConversation>> = {};

  constructor(playbook: Playbook) {
    this.#versions.push(playbook);
  }

  /** What comes in from now on is decided by it. */
  newVersion(playbook: Playbook): void {
    this.#versions.push(playbook);
  }

  get state(): StoredConversation | undefined {
    return this.remembered[conversationIdOf(TALK)];
  }

  decide(input: Followed, over: Partial<Moment<Playbook>> = {}): readonly DomainEvent[] {
    const version = this.#versions.length - 1;
    const playbook = this.#versions[version] as Playbook;
    const { outcome } = stageSpec(followConversation, playbook)(input, this.remembered).when(null, {
      playbookHash: hashOf(version),
      playbookOf: (hash) => this.#versions[Number(hash[0])] as Playbook,
      ...over,
    });
    this.written = 'remember' in outcome ? (outcome.remember as Record<string, StoredConversation>) : {};
    this.remembered = { ...this.remembered, ...this.written };
    return outcome.kind === 'emit' ? outcome.events : [];
  }

  /** Each in turn; gives what the last one said. */
  all(...inputs: readonly Followed[]): readonly DomainEvent[] {
    return inputs.map((input) => this.decide(input)).at(-1) ?? [];
  }
}

export const ofType = <Data>(
  events: readonly DomainEvent[],
  { type, parse }: { type: string; parse(data: unknown): Data },
) => events.filter((one) => one.type === type).map(({ data }) => parse(data));
