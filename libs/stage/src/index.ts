export { defineStage, type GatherMoment, type Memory, type Moment, type Stage, type StateDeclaration } from './define-stage.ts';
export { drop, emit, reject, remembering, type Outcome, type Remembering } from './outcome.ts';
export type { BlobStore } from './ports/blob-store.port.ts';
export { UndecodableError, type EventCodec } from './ports/event-codec.port.ts';
export type { PlaybookInForce, PlaybookSource } from './ports/playbook-source.port.ts';
export type { InputPosition, LoadedState, StateStore, StoredOutcome, VersionedState } from './ports/state-store.port.ts';
export type {
  CommitResult, ConsumedRecord, Fence, FetchedRun, HeaderValue, PartitionLag, PartitionOffset, ProducedRecord,
  RecordHeaders, SubscribeOptions, Subscription, TopicPartition, Transaction, Transport,
} from './ports/transport.port.ts';
