import type { DataOf, DomainEvent, EventContract } from '@sluice/contracts';
import type { DecisionId, PlaybookHash } from '@sluice/kernel';
import type { z } from 'zod';
import type { Outcome, Remembering } from './outcome.ts';

/** Everything `decide` may know besides the event, the facts and the state. No clock, no randomness: replayable. */
export interface Moment<Playbook = unknown> {
  /** RFC 3339, UTC. */
  readonly now: string;
  /** UUIDv5 of the input's id and the stage: what further ids derive from. */
  readonly decisionId: DecisionId;
  readonly playbook: Playbook;
  readonly playbookHash: PlaybookHash;
  /** Another version, to which a remembered value refers. @throws Error for one that no value asked for by its key refers to. */
  readonly playbookOf: (hash: string) => Playbook;
  /** Where the input lies on the log. Tells a redelivery (same) from a duplicate (another). */
  readonly input: { readonly topic: string; readonly partition: number; readonly offset: string };
}

/** What a stage remembers, as it stands when one decision is taken. */
export interface Memory<State> {
  /** The value under a declared key; undefined when nothing is remembered. @throws Error for a key that was not declared. */
  get(key: string): State | undefined;
  /** The groups of a declared list that hold anything. @throws Error for a list that was not declared. */
  list(name: string): readonly ListGroup<State>[];
}

/** The front of one group of a list: what grows without a bound is read from its front only. */
export interface ListGroup<State> {
  readonly group: string;
  /** In order of rank; `LIST_FRONT` of them at most. */
  readonly rows: readonly { readonly key: string; readonly value: State }[];
  /** False when more rows of this group lie behind these. */
  readonly isWhole: boolean;
}

/** Rows of a group that one decision sees. */
export const LIST_FRONT = 10;

/** Where a value stands. The order of a group is that of its ranks, compared as text by code point. */
export interface ListPlace {
  readonly list: string;
  readonly group: string;
  readonly rank: string;
}

/** A moment at which a value wants to be looked at, and the event that is published then, on a topic that the stage consumes. */
export interface Due {
  /** RFC 3339, UTC. */
  readonly at: string;
  readonly event: DomainEvent;
}

export interface StateDeclaration<In, Facts, State> {
  readonly schema: z.ZodType<State>;
  /** The keys this event may read and write: one or several, derived from event and facts alone. No personal data. */
  keys(event: In, facts: Facts): readonly string[];
  /** The lists whose fronts this event may look at; the rows that it sees may be written too. */
  lists?(event: In, facts: Facts): readonly string[];
  /** The list a value stands in; null, or left out, for none. Derived from the value alone. */
  placeOf?(value: State, key: string): ListPlace | null;
  /** When time alone changes something; null, or left out, for never. Each write of the value sets it anew. */
  dueOf?(value: State, key: string): Due | null;
  /** Hashes of the playbook versions that a value refers to rather than repeat what they say: `decide` may ask the moment for them. */
  playbooksOf?(value: State): readonly string[];
  /** RFC 3339: from when on the value may be forgotten. Null, or left out, for never. */
  expiresAt?(value: State, now: string): string | null;
}

/** A stage as the runner sees it: `decide` in one form, with or without state. */
export interface Stage<In, Ports, Facts, State, Playbook> {
  readonly name: string;
  /** The input that gives the stage its purpose; of several, the first. */
  readonly consumes: EventContract<string, In>;
  /** Everything it reads: `consumes`, and what else changes the same state (commands of people, say). */
  readonly inputs: readonly EventContract<string, unknown>[];
  readonly produces: readonly EventContract<string, unknown>[];
  readonly state: StateDeclaration<In, Facts, State> | null;
  gather(event: In, ports: Ports, moment: GatherMoment<Playbook>): Promise<Facts>;
  decide(
    event: In,
    facts: Facts,
    state: Memory<State>,
    moment: Moment<Playbook>,
  ): Outcome<DomainEvent> | Remembering<DomainEvent, State>;
  /** What the facts cost, in US dollars, for the journal. */
  costUsd(facts: Facts): number;
}

/** What `gather` may know: the playbook in force, and a signal that aborts when the partition is taken away. */
export interface GatherMoment<Playbook = unknown> {
  readonly playbook: Playbook;
  readonly playbookHash: PlaybookHash;
  readonly signal: AbortSignal;
}

type EventOf<C> = C extends EventContract<infer Type, infer Data> ? DomainEvent<Type, Data> : never;

interface Common<In, Ports, Facts, Playbook, Contracts> {
  /** Verb-noun; also the file, the span, the metric label and the dead-letter suffix. */
  name: string;
  produces: Contracts;
  /** Asks the outside world. May fail, may be repeated; never writes. @throws TransientError when it cannot do without. */
  gather: (event: In, ports: Ports, moment: GatherMoment<Playbook>) => Promise<Facts>;
  costUsd?: (facts: NoInfer<Facts>) => number;
}

interface Stateless<In, Ports, Facts, Playbook, Contracts extends Produced> extends Common<
  In,
  Ports,
  Facts,
  Playbook,
  Contracts
> {
  state?: never;
  /** Applies the rules. Synchronous and pure, so that a replay always agrees with the first run. */
  decide: (event: In, facts: NoInfer<Facts>, moment: Moment<Playbook>) => Outcome<NoInfer<EventOf<Contracts[number]>>>;
}

interface Stateful<In, Ports, Facts, State, Playbook, Contracts extends Produced> extends Common<
  In,
  Ports,
  Facts,
  Playbook,
  Contracts
> {
  state: StateDeclaration<In, NoInfer<Facts>, State>;
  decide: (
    event: In,
    facts: NoInfer<Facts>,
    state: Memory<NoInfer<State>>,
    moment: Moment<Playbook>,
  ) => Remembering<NoInfer<EventOf<Contracts[number]>>, NoInfer<State>>;
}

type Produced = readonly EventContract<string, unknown>[];

interface OneInput<In> {
  consumes: EventContract<string, In>;
}
/** Several topics that fold into one state: each record is told from the others by its data. */
interface SeveralInputs<Inputs extends Produced> {
  consumes: Inputs;
}

interface Define<Playbook> {
  <In, Ports, Facts, const Contracts extends Produced>(
    spec: OneInput<In> & Stateless<In, Ports, Facts, Playbook, Contracts>,
  ): Stage<In, Ports, Facts, never, Playbook>;
  <In, Ports, Facts, State, const Contracts extends Produced>(
    spec: OneInput<In> & Stateful<In, Ports, Facts, State, Playbook, Contracts>,
  ): Stage<In, Ports, Facts, State, Playbook>;
  <const Inputs extends Produced, Ports, Facts, State, const Contracts extends Produced>(
    spec: SeveralInputs<Inputs> & Stateful<DataOf<Inputs[number]>, Ports, Facts, State, Playbook, Contracts>,
  ): Stage<DataOf<Inputs[number]>, Ports, Facts, State, Playbook>;
}

/**
 * Declares a stage: a named step from one topic to others. `Playbook` is the type of policy it reads.
 * Call as `defineStage<MyPlaybook>()({...})`: the policy is named, everything else is inferred.
 */
export const defineStage = <Playbook = unknown>(): Define<Playbook> =>
  // The two signatures above are what callers are checked against; inside, a stage's types are only passed through.
  complete as never;

type AnySpec = { readonly consumes: EventContract<string, unknown> | Produced } & (
  | Stateful<unknown, unknown, unknown, unknown, unknown, Produced>
  | Stateless<unknown, unknown, unknown, unknown, Produced>
);

const isSeveral = (consumes: AnySpec['consumes']): consumes is Produced => Array.isArray(consumes);

const inputsOf = ({ consumes }: AnySpec): readonly [EventContract<string, unknown>, ...Produced] => {
  const [first, ...others] = isSeveral(consumes) ? consumes : [consumes];
  if (!first) throw new Error('defining a stage: it consumes nothing');
  return [first, ...others];
};

const complete = (spec: AnySpec): Stage<unknown, unknown, unknown, unknown, unknown> => ({
  name: spec.name,
  consumes: inputsOf(spec)[0],
  inputs: inputsOf(spec),
  produces: spec.produces,
  gather: spec.gather,
  costUsd: spec.costUsd ?? (() => 0),
  ...(spec.state
    ? { state: spec.state, decide: spec.decide }
    : { state: null, decide: (event, facts, _state, moment) => spec.decide(event, facts, moment) }),
});
