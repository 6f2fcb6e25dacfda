import { inquiryDropped, type DomainEvent, type EventContract } from '@sluice/contracts';
import { canonicalJson, uuidV5, type Clock, type DecisionId, type InquiryId } from '@sluice/kernel';
import { hash } from 'node:crypto';
import type { Memory, Moment, Stage } from '../define-stage.ts';
import type { Outcome, Remembering } from '../outcome.ts';
import type { Gathered, Prepared } from './delivery.ts';

export type AnyStage = Stage<unknown, unknown, unknown, unknown, unknown>;
export type AnyOutcome = Outcome<DomainEvent> | Remembering<DomainEvent, unknown>;

/** An event with its data as the text that goes onto the log. */
export interface WrittenEvent {
  readonly event: DomainEvent;
  readonly json: string;
}

/** One remembered value that a decision was given, as the journal names it: not its text. */
export interface GivenState {
  readonly key: string;
  readonly version: number;
  /** SHA-256 of its JSON; null where nothing was remembered. */
  readonly hash: string | null;
  /** The list at whose front it was seen; left out for a value that was asked for by its key. */
  readonly list?: string;
  /** True on the last row seen of a group behind which more lie. */
  readonly behind?: true;
}

/** One decision with all it rested on. */
export interface Decision {
  readonly kind: 'decided';
  readonly prepared: Prepared & Gathered;
  readonly moment: Moment;
  readonly outcome: AnyOutcome;
  readonly written: WrittenOutcome;
  /** Null for a stage without state. */
  readonly given: readonly GivenState[] | null;
}

/** `decide` threw, nothing could be gathered, or the outcome can't be written. */
export interface Failure {
  readonly kind: 'failed';
  readonly prepared: Prepared;
  readonly error: Error;
}

export type Decided = Decision | Failure;

/** Playbook versions by their hash. */
export type Playbooks = ReadonlyMap<string, unknown>;

export const momentOf = (
  stage: AnyStage,
  { delivery, playbook, playbookHash }: Prepared & Gathered,
  { clock, playbooks }: { readonly clock: Clock; readonly playbooks: Playbooks },
): Moment => ({
  now: clock.now(),
  decisionId: uuidV5(delivery.inputId, stage.name) as DecisionId,
  playbook,
  playbookHash,
  playbookOf(hash) {
    if (hash === playbookHash) return playbook;
    if (!playbooks.has(hash)) throw new Error('asking for a playbook version to which nothing remembered refers');
    return playbooks.get(hash);
  },
  input: { topic: delivery.record.topic, partition: delivery.record.partition, offset: String(delivery.record.offset) },
});

/** The contract of the topic that a record came from. */
export const inputOf = ({ name, inputs }: AnyStage, topic: string): EventContract<string, unknown> => {
  const found = inputs.find(({ type }) => type === topic);
  if (!found) throw new Error(`reading an input: ${name} does not consume ${topic}`);
  return found;
};

export const rememberedBy = (outcome: AnyOutcome): Readonly<Record<string, unknown>> =>
  'remember' in outcome ? outcome.remember : {};

export const sha256 = (text: string): string => hash('sha256', text, 'hex');

/** An outcome as text: what is written, and what is hashed. */
export interface WrittenOutcome {
  readonly events: readonly WrittenEvent[];
  /** Canonical JSON by state key. */
  readonly remember: ReadonlyMap<string, string>;
  /** Same event, facts, state and moment, same hash: what replay compares. */
  readonly hash: string;
}

/** A drop as the event that says so. */
const droppedEvent = (
  { name }: AnyStage,
  { reason, duplicateOf }: Extract<AnyOutcome, { readonly kind: 'drop' }>,
  { subject, now }: { readonly subject: string; readonly now: string },
): DomainEvent =>
  inquiryDropped.v1.of({
    inquiryId: subject as InquiryId,
    stage: name,
    reason,
    duplicateOf: duplicateOf as InquiryId | null,
    droppedAt: now,
  });

/** `subject` is the inquiry that the input is about. */
export const writeOutcome = (
  stage: AnyStage,
  outcome: AnyOutcome,
  about: { readonly subject: string; readonly now: string },
): WrittenOutcome => {
  const events =
    outcome.kind === 'emit' ? outcome.events : outcome.kind === 'drop' ? [droppedEvent(stage, outcome, about)] : [];
  const written = events.map((event) => ({ event, json: JSON.stringify(event.data) }));
  // Canonical: what a stage takes over from a playbook has its keys in the order of whoever read the playbook.
  const remember = new Map(Object.entries(rememberedBy(outcome)).map(([key, value]) => [key, canonicalJson(value)]));
  const said = outcome.kind === 'reject' ? `${outcome.reason} ${outcome.detail}` : '';
  const parts = [
    outcome.kind,
    said,
    ...written.map(({ event: { type, key }, json }) => `${type} ${key} ${json}`),
    ...[...remember].map(([key, json]) => `${key} ${json}`),
  ];
  return { events: written, remember, hash: sha256(parts.join('\n')) };
};

/** What a decision is given: the remembered values, and how the journal names them. */
export interface DecisionState {
  readonly memory: Memory<unknown>;
  readonly given: readonly GivenState[];
}

/** Takes one decision. Whatever `decide` throws is a defect of ours and fails this record alone. */
export const decideOne = (
  stage: AnyStage,
  prepared: Prepared,
  {
    clock,
    playbooks,
    state,
  }: {
    readonly clock: Clock;
    readonly playbooks: Playbooks;
    /** Null for a stage without state. */
    readonly state: DecisionState | null;
  },
): Decided => {
  if (prepared.kind === 'defect') return { kind: 'failed', prepared, error: prepared.error };
  try {
    const moment = momentOf(stage, prepared, { clock, playbooks });
    const outcome = stage.decide(prepared.event, prepared.facts, state?.memory ?? noMemory, moment);
    const written = writeOutcome(stage, outcome, { subject: subjectOf(stage, prepared), now: moment.now });
    return { kind: 'decided', prepared, moment, outcome, written, given: state?.given ?? null };
  } catch (thrown) {
    return { kind: 'failed', prepared, error: errorOf(thrown) };
  }
};

const noMemory: Memory<unknown> = {
  get: () => undefined,
  list: () => [],
};

/** The inquiry that an input is about: as its header says, else as its event does. */
export const subjectOf = (stage: AnyStage, { delivery: { subject, record }, event }: Prepared & Gathered): string =>
  subject ?? inputOf(stage, record.topic).of(event).subject;

export const errorOf = (thrown: unknown): Error =>
  thrown instanceof Error ? thrown : new Error('something that is no error was thrown');
