import type { CommitResult, ConsumedRecord, ProducedRecord, Transport } from '../ports/transport.port.ts';
import type { FailPoints } from '@sluice/kernel';
import type { Ailments } from './health.ts';
import type { RunnerOptions } from './options.ts';

export interface Settlement {
  /** What is written in the transaction that commits the offsets. */
  readonly records: readonly ProducedRecord[];
  /** Called once after the outcome is certain. */
  onCommitted?(result: CommitResult): void;
}

export interface ConveyorSpec<Prepared> {
  readonly name: string;
  readonly group: string;
  readonly topics: readonly string[];
  readonly transport: Transport;
  readonly options: RunnerOptions;
  readonly failPoints: FailPoints;
  readonly ailments: Ailments;
  /** Reads what one record needs. Runs many at a time, outside any transaction; never throws but when `signal` aborted it. */
  prepare(record: ConsumedRecord, signal: AbortSignal): Promise<Prepared>;
  /** Decides a batch in order. @throws TransientError to be called again with the same batch. */
  settle(batch: readonly { readonly record: ConsumedRecord; readonly prepared: Prepared }[]): Promise<Settlement>;
}
