export {
  defineStage,
  LIST_FRONT,
  type Due,
  type GatherMoment,
  type ListGroup,
  type ListPlace,
  type Memory,
  type Moment,
  type Stage,
  type StateDeclaration,
} from './define-stage.ts';
export { drop, emit, reject, remembering, type Outcome, type Remembering } from './outcome.ts';
export type { BlobStore } from './ports/blob-store.port.ts';
export { UndecodableError, UnknownSchemaError, type EventCodec } from './ports/event-codec.port.ts';
export type { PlaybookInForce, PlaybookSource } from './ports/playbook-source.port.ts';
export type {
  DecidedInput,
  DueTimes,
  ListedRow,
  LoadedState,
  PendingBatch,
  StateChange,
  StateRow,
  StateStore,
  TakenDue,
  Wanted,
} from './ports/state-store.port.ts';
export type {
  CommitResult,
  ConsumedRecord,
  Fence,
  FetchedRun,
  HeaderValue,
  PartitionLag,
  PartitionOffset,
  ProducedRecord,
  RecordHeaders,
  SubscribeOptions,
  Subscription,
  TopicPartition,
  Transaction,
  Transport,
} from './ports/transport.port.ts';
export { recordBytes, RefusedRecordsError } from './ports/transport.port.ts';
export { replayDecisions, type ReplayDifference, type ReplaySpec } from './replay.ts';
export { eventRecord, type EventEnvelope } from './event-record.ts';
export { defaultRunnerOptions, type RunnerOptions } from './runner/conveyor.ts';
export type { AnyStage } from './runner/decisions.ts';
export { headerOf } from './runner/delivery.ts';
export { type Health, type Runnable } from './runner/health.ts';
export { createDuePublisher, type DuePublisherOptions } from './runner/publish-due.ts';
export { Repeat, type RepeatOptions } from './runner/repeat.ts';
export { dataIn, runProjection, type ProjectedEvent, type ProjectionSpec } from './runner/run-projection.ts';
export { groupOf, runStage, type StageRunnerSpec } from './runner/run-stage.ts';
