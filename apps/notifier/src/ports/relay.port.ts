import type { ProducedRecord } from '@sluice/stage';

/** Publishes records and the position after them in one transaction. `@sluice/transport` has it on Kafka and in memory. */
export interface Relay {
  open(): Promise<bigint | null>;
  publish(records: readonly ProducedRecord[], next: bigint): Promise<void>;
  close(): Promise<void>;
}
