import type { ConsumedRecord, HeaderValue, ProducedRecord, RecordHeaders, TopicPartition } from '@sluice/stage';

/** The same for every record of one key, so that order per key holds; the value itself means nothing. */
const spread = (key: Buffer | string | null, partitions: number): number => {
  let sum = 0;
  for (const byte of key === null ? [] : Buffer.from(key)) sum = (sum * 31 + byte) % 1_000_003;
  return sum % partitions;
};

const toBytes = (headers: Readonly<Record<string, HeaderValue | string>>): RecordHeaders =>
  Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, typeof value === 'string' ? Buffer.from(value) : value]),
  );

/** An in-process log that several memory transports share, as services share a broker. Holds committed records only. */
export class MemoryLog {
  readonly partitions: number;
  readonly #records = new Map<string, ConsumedRecord[]>();
  readonly #committed = new Map<string, bigint>();
  readonly #listeners = new Set<() => void>();

  constructor(options: { readonly partitions?: number } = {}) {
    this.partitions = options.partitions ?? 3;
  }

  append(records: readonly ProducedRecord[]): void {
    for (const { topic, key, value, headers } of records) {
      const partition = spread(key, this.partitions);
      const run = this.read({ topic, partition });
      run.push({
        topic,
        partition,
        offset: BigInt(run.length),
        key: key === null ? null : Buffer.from(key),
        value,
        headers: toBytes(headers),
        timestamp: Date.now(),
      });
    }
    this.notify();
  }

  /** The live run of a partition, in order. */
  read({ topic, partition }: TopicPartition): ConsumedRecord[] {
    const name = `${topic}/${partition}`;
    const run = this.#records.get(name) ?? [];
    this.#records.set(name, run);
    return run;
  }

  /** All records of a topic, partition by partition. */
  records(topic: string): readonly ConsumedRecord[] {
    return Array.from({ length: this.partitions }, (_, partition) => this.read({ topic, partition })).flat();
  }

  committed(group: string, { topic, partition }: TopicPartition): bigint {
    return this.#committed.get(`${group}/${topic}/${partition}`) ?? 0n;
  }

  commit(group: string, { topic, partition }: TopicPartition, offset: bigint): void {
    this.#committed.set(`${group}/${topic}/${partition}`, offset);
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  notify(): void {
    for (const listener of this.#listeners) queueMicrotask(listener);
  }
}
