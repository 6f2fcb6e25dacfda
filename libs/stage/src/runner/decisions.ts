import { contentHash, uuidV5, type Clock, type DecisionId } from '@sluice/kernel';
import type { DomainEvent, EventContract } from '@sluice/contracts';
import type { Memory, Moment, Stage } from '../define-stage.ts';
import type { Outcome, Remembering } from '../outcome.ts';
import type { Gathered, Prepared } from './delivery.ts';

export type AnyStage = Stage<unknown, unknown, unknown, unknown, unknown>;
export type AnyOutcome = Outcome<DomainEvent> | Remembering<DomainEvent, unknown>;

/** One decision with all it rested on. */
export interface Decision {
  readonly kind: 'decided';
  readonly prepared: Prepared & Gathered;
  readonly moment: Moment;
  readonly outcome: AnyOutcome;
  /** The remembered values it was given; null for a stage without state. */
  readonly state: Readonly<Record<string, unknown>> | null;
}

/** `decide` threw, or nothing could be gathered. */
export interface Failure {
  readonly kind: 'failed';
  readonly prepared: Prepared;
  readonly error: Error;
}

export type Decided = Decision | Failure;

export const momentOf = (
  stage: AnyStage,
  { delivery, playbook, playbookHash }: Prepared & Gathered,
  clock: Clock,
): Moment => ({
  now: clock.now(),
  decisionId: uuidV5(delivery.inputId, stage.name) as DecisionId,
  playbook,
  playbookHash,
  input: { topic: delivery.record.topic, partition: delivery.record.partition, offset: String(delivery.record.offset) },
});

/** The values of declared keys; reading another key would make a decision depend on what was not loaded. */
const memoryOf = (values: Readonly<Record<string, unknown>>): Memory<unknown> => ({
  get: (key) => {
    if (!(key in values)) throw new Error(`reading a state key that the stage does not declare for this event`);
    return values[key];
  },
});

/** The contract of the topic that a record came from. */
export const inputOf = ({ name, inputs }: AnyStage, topic: string): EventContract<string, unknown> => {
  const found = inputs.find(({ type }) => type === topic);
  if (!found) throw new Error(`reading an input: ${name} does not consume ${topic}`);
  return found;
};

export const rememberedBy = (outcome: AnyOutcome): Readonly<Record<string, unknown>> =>
  'remember' in outcome ? outcome.remember : {};

/** Same event, facts, state and moment, same hash: what replay compares. */
export const outcomeHash = (outcome: AnyOutcome): string => contentHash(outcome);

/** Takes one decision. Whatever `decide` throws is a defect of ours and fails this record alone. */
export const decideOne = (
  stage: AnyStage,
  prepared: Prepared,
  given: { readonly clock: Clock; readonly values: Readonly<Record<string, unknown>> },
): Decided => {
  if (prepared.kind === 'defect') return { kind: 'failed', prepared, error: prepared.error };
  try {
    const moment = momentOf(stage, prepared, given.clock);
    const outcome = stage.decide(prepared.event, prepared.facts, memoryOf(given.values), moment);
    return { kind: 'decided', prepared, moment, outcome, state: stage.state ? given.values : null };
  } catch (thrown) {
    return {
      kind: 'failed',
      prepared,
      error: thrown instanceof Error ? thrown : new Error('something that is no error was thrown'),
    };
  }
};
