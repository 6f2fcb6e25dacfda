import { noFailPoints, type Clock, type FailPoints } from '@sluice/kernel';
import { headerNames } from '@sluice/contracts';
import type { Stage } from '../define-stage.ts';
import type { EventCodec } from '../ports/event-codec.port.ts';
import type { PlaybookSource } from '../ports/playbook-source.port.ts';
import type { StateStore } from '../ports/state-store.port.ts';
import type { ConsumedRecord, Transport } from '../ports/transport.port.ts';
import { endSpans, startCommitSpan } from './batch-spans.ts';
import { Breaker } from './breaker.ts';
import { Conveyor } from './conveyor.ts';
import type { Settlement } from './conveyor-spec.ts';
import type { AnyStage } from './decisions.ts';
import { compose, type Handler, type Prepared } from './delivery.ts';
import { settleBatch, type Settled } from './fold.ts';
import { headerOf, inputIdOf } from './headers.ts';
import { Ailments, type Runnable } from './health.ts';
import { createStageMeters, type StageMeters } from './meters.ts';
import { deadLettering, decoding, measuring, retrying, tracing } from './middleware.ts';
import { defaultRunnerOptions, type RunnerOptions } from './options.ts';
import { recordsOf } from './outcome-records.ts';

export interface StageRunnerSpec<In, Ports, Facts, State, Playbook> {
  readonly stage: Stage<In, Ports, Facts, State, Playbook>;
  readonly ports: Ports;
  readonly transport: Transport;
  readonly codec: EventCodec;
  readonly playbooks: PlaybookSource<Playbook>;
  /** Needed by a stage with state. */
  readonly stateStore?: StateStore;
  readonly clock: Clock;
  readonly options?: Partial<RunnerOptions>;
  readonly failPoints?: FailPoints;
}

/** Every stage's consumer group. */
export const groupOf = (stage: string): string => `sluice.${stage}`;

/** The playbook stamped on the inquiry, or, before it has one, the one now active for its brand and source. */
const playbookFor = ({ headers }: ConsumedRecord, playbooks: PlaybookSource<unknown>) => {
  const hash = headerOf(headers, headerNames.playbook);
  if (hash) return playbooks.byHash(hash);
  const source = (headerOf(headers, headerNames.source) ?? '').split('/').at(-1) ?? '';
  return playbooks.active({ brand: headerOf(headers, headerNames.brand) ?? '', source });
};

/** Facts as they will stand in the journal: a replay must not see anything that JSON would have lost. */
const asJournaled = (facts: unknown): unknown => JSON.parse(JSON.stringify(facts ?? null));

const gathering =
  (stage: AnyStage, ports: unknown, playbooks: PlaybookSource<unknown>): Handler =>
  async (delivery) => {
    const { playbook, hash } = await playbookFor(delivery.record, playbooks);
    const facts = await stage.gather(delivery.event, ports, { playbook, playbookHash: hash, signal: delivery.signal });
    return {
      kind: 'gathered',
      event: delivery.event,
      facts: asJournaled(facts),
      playbook,
      playbookHash: hash,
      delivery,
    };
  };

const count = (meters: StageMeters, breaker: Breaker, settled: readonly Settled[]): void => {
  for (const { decided } of settled) {
    if (decided?.kind === 'failed') meters.decided('defect', decided.error.name);
    else if (decided)
      meters.decided(decided.outcome.kind, decided.outcome.kind === 'emit' ? null : decided.outcome.reason);
    if (decided) breaker.record(decided.kind === 'failed');
  }
};

interface Running {
  readonly stage: AnyStage;
  readonly options: RunnerOptions;
  readonly ailments: Ailments;
  readonly meters: StageMeters;
}

const handlerOf = <In, Ports, Facts, State, Playbook>(
  { stage, ailments, meters }: Running,
  spec: StageRunnerSpec<In, Ports, Facts, State, Playbook>,
): Handler =>
  compose(
    [
      tracing({ stage: stage.name, group: groupOf(stage.name) }), // outermost, so that every outcome has its span
      measuring(meters, spec.clock), // sees what dead-lettering made of a failure
      deadLettering, // below it only unwell worlds are retried; what comes up is a defect
      retrying(ailments), // around decoding too: the registry may be away
      decoding(spec.codec, stage.inputs), // innermost: a gather sees events, not bytes
    ],
    gathering(stage, spec.ports, spec.playbooks),
  );

const settling = <In, Ports, Facts, State, Playbook>(
  { stage, options, meters }: Running,
  spec: StageRunnerSpec<In, Ports, Facts, State, Playbook>,
  halt: (reason: string) => void,
) => {
  const breaker = new Breaker(options.breaker);
  const { codec, clock, stateStore = null, failPoints = noFailPoints } = spec;
  return async (batch: readonly { readonly prepared: Prepared }[]): Promise<Settlement> => {
    const began = performance.now();
    const settled = await settleBatch(
      {
        stage,
        store: stateStore,
        clock,
        toRecords: (decided) => recordsOf({ stage, codec }, decided),
        onConflict: () => meters.conflicted(),
      },
      batch.map(({ prepared }) => prepared),
    );
    if (stage.state) failPoints.at('after-postgres-commit');
    const span = startCommitSpan({ topic: stage.consumes.type, group: groupOf(stage.name) }, settled);
    return {
      records: settled.flatMap(({ records }) => records),
      onCommitted(result) {
        span.setAttribute('sluice.result', result).end();
        endSpans(settled, result);
        meters.committed(result, { records: settled.length, seconds: (performance.now() - began) / 1_000 });
        if (result === 'committed') count(meters, breaker, settled);
        if (breaker.isOpen) halt('the breaker is open: defects came in bulk, and the stage has stopped');
      },
    };
  };
};

/** Runs one stage on a transport: everything a stage file leaves out. */
export const runStage = <In, Ports, Facts, State, Playbook>(
  spec: StageRunnerSpec<In, Ports, Facts, State, Playbook>,
): Runnable => {
  // The types were checked where the stage was defined; the runner only passes values through.
  const stage = spec.stage as AnyStage;
  if (stage.state && !spec.stateStore)
    throw new Error(`running ${stage.name}: it remembers, and so needs a state store`);
  const { clock, transport, failPoints = noFailPoints } = spec;
  const ailments = new Ailments();
  const running: Running = {
    stage,
    ailments,
    options: { ...defaultRunnerOptions, ...spec.options },
    meters: createStageMeters(stage.name, groupOf(stage.name)),
  };
  const handler = handlerOf(running, spec);
  const conveyor: Conveyor<Prepared> = new Conveyor<Prepared>({
    name: stage.name,
    group: groupOf(stage.name),
    topics: stage.inputs.map(({ type }) => type),
    transport,
    options: running.options,
    ailments,
    failPoints,
    prepare: (record, signal) =>
      handler({
        record,
        signal,
        fetchedAt: Date.parse(clock.now()),
        inputId: inputIdOf(record),
        attempt: 1,
        trace: null,
        event: null,
      }),
    settle: settling(running, spec, (reason) => void conveyor.halt(reason)),
  });
  running.meters.watchLag(() => conveyor.subscription);
  return conveyor;
};
