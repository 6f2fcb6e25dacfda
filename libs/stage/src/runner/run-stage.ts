import { noFailPoints, wellFormedJson, type Clock, type FailPoints } from '@sluice/kernel';
import { headerNames } from '@sluice/contracts';
import type { Stage } from '../define-stage.ts';
import { UndecodableError, type EventCodec } from '../ports/event-codec.port.ts';
import type { PlaybookSource } from '../ports/playbook-source.port.ts';
import type { StateStore } from '../ports/state-store.port.ts';
import type { CommitResult, ConsumedRecord, Subscription, Transport } from '../ports/transport.port.ts';
import { Conveyor, defaultRunnerOptions, type ProcessedBatch, type RunnerOptions } from './conveyor.ts';
import type { AnyStage } from './decisions.ts';
import { compose, deliveryOf, headerOf, type Handler, type Prepared } from './delivery.ts';
import { foldBatch, type Processed } from './fold.ts';
import { Breaker, HealthIssues, type Runnable } from './health.ts';
import { createStageMeters, type StageMeters } from './meters.ts';
import { deadLettering, decoding, measuring, retrying } from './middleware.ts';
import { recordsOf } from './records.ts';
import { endSpans, startCommitSpan, tracing } from './spans.ts';

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

/** Facts as they will stand in the journal: a replay must not see anything that JSON would have lost, or a database would refuse. */
const asJournaled = (facts: unknown): unknown =>
  facts === null || facts === undefined ? null : wellFormedJson(JSON.parse(JSON.stringify(facts)));

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

const count = (meters: StageMeters, processed: readonly Processed[]): void => {
  for (const { decided } of processed) {
    if (decided?.kind === 'failed') meters.decided('defect', decided.error.name);
    else if (decided)
      meters.decided(decided.outcome.kind, decided.outcome.kind === 'emit' ? null : decided.outcome.reason);
  }
};

/** What is no event at all is the fault of who wrote it, and says nothing of this build. */
const defectsOf = (processed: readonly Processed[]): readonly boolean[] =>
  processed.flatMap(({ decided }) =>
    !decided || (decided.kind === 'failed' && decided.error instanceof UndecodableError)
      ? []
      : [decided.kind === 'failed'],
  );

interface Running {
  readonly stage: AnyStage;
  readonly options: RunnerOptions;
  readonly issues: HealthIssues;
  readonly meters: StageMeters;
}

const handlerOf = <In, Ports, Facts, State, Playbook>(
  { stage, issues, meters }: Running,
  spec: StageRunnerSpec<In, Ports, Facts, State, Playbook>,
): Handler =>
  compose(
    [
      tracing({ stage: stage.name, group: groupOf(stage.name) }), // outermost, so that every outcome has its span
      measuring(meters, spec.clock), // sees what dead-lettering made of a failure
      deadLettering, // below it only unwell worlds are retried; what comes up is a defect
      retrying(issues), // around decoding too: the registry may be away
      decoding(spec.codec, stage.inputs), // innermost: a gather sees events, not bytes
    ],
    gathering(stage, spec.ports, spec.playbooks),
  );

/** How batches of a stage are decided, written and counted. */
const processing = <In, Ports, Facts, State, Playbook>(
  { stage, options, meters }: Running,
  spec: StageRunnerSpec<In, Ports, Facts, State, Playbook>,
  rest: (reason: string, ms: number) => void,
) => {
  const breaker = new Breaker(options.breaker);
  const { codec, clock, stateStore = null, failPoints = noFailPoints, transport } = spec;
  const recordsOptions = { stage, codec, maxRecordBytes: transport.maxRecordBytes };

  const asBatch = (processed: readonly Processed[], began: number): ProcessedBatch => {
    const span = startCommitSpan({ topic: stage.consumes.type, group: groupOf(stage.name) }, processed);
    return {
      taken: processed.length,
      records: processed.flatMap(({ records }) => records),
      onCommitted(result: CommitResult) {
        span.setAttribute('sluice.result', result).end();
        endSpans(processed, result);
        meters.committed(result, { records: processed.length, seconds: (performance.now() - began) / 1_000 });
        if (result !== 'committed') return;
        count(meters, processed);
        const restMs = breaker.judge(defectsOf(processed));
        if (restMs !== null)
          rest(
            `the breaker is open: defects came in bulk (look at the dead letters of ${stage.name}); one record is tried after ${restMs / 1_000} s`,
            restMs,
          );
      },
    };
  };

  return {
    async process(
      batch: readonly { readonly prepared: Prepared }[],
      subscription: Subscription,
    ): Promise<ProcessedBatch> {
      const began = performance.now();
      const processed = await foldBatch(
        {
          stage,
          store: stateStore,
          clock,
          playbooks: spec.playbooks,
          toRecords: (decided) => recordsOf(recordsOptions, decided),
          onConflict: () => meters.conflicted(),
          committedOffsets: (partitions) => subscription.committedOffsets(partitions),
        },
        batch.map(({ prepared }) => prepared),
      );
      if (stage.state) failPoints.at('after-postgres-commit');
      return asBatch(processed, began);
    },
    async giveUp({ prepared }: { readonly prepared: Prepared }, error: Error): Promise<ProcessedBatch> {
      const decided = { kind: 'failed', prepared, error } as const;
      return asBatch([{ prepared, decided, records: await recordsOf(recordsOptions, decided) }], performance.now());
    },
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
  const issues = new HealthIssues();
  const running: Running = {
    stage,
    issues,
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
    issues,
    failPoints,
    prepare: (record, signal) => handler(deliveryOf(record, signal, Date.parse(clock.now()))),
    ...processing(running, spec, (reason, ms) => conveyor.rest(reason, ms)),
  });
  running.meters.watchLag(() => conveyor.subscription);
  return conveyor;
};
