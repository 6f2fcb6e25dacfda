import type { ConsumedRecord, Fence, FetchedRun, PartitionOffset, TopicPartition } from '../ports/transport.port.ts';

/** One record on its way: being prepared, or ready to be processed. */
export interface Entry<Prepared> extends TopicPartition {
  /** Null for the end of a run that held nothing to read: only the offset moves. */
  readonly record: ConsumedRecord | null;
  /** The offset to commit once this entry is done. */
  readonly nextOffset: bigint;
  readonly fence: Fence;
  readonly bytes: number;
  prepared: Prepared | null;
  readyAt: number;
}

/** An entry that holds a record, and what it was prepared into. */
export type Whole<Prepared> = Entry<Prepared> & { readonly record: ConsumedRecord; readonly prepared: Prepared };
export const isWhole = <Prepared>(entry: Entry<Prepared>): entry is Whole<Prepared> =>
  entry.record !== null && entry.prepared !== null;

export interface ReadyBatch<Prepared> {
  readonly entries: readonly Entry<Prepared>[];
  readonly offsets: readonly PartitionOffset[];
  readonly fence: Fence;
}

const nameOf = ({ topic, partition }: TopicPartition): string => `${topic}/${partition}`;
const isReady = (entry: Entry<unknown>): boolean => entry.record === null || entry.prepared !== null;
const sizeOf = ({ key, value }: ConsumedRecord): number => (key?.length ?? 0) + (value?.length ?? 0);

/**
 * What was fetched and is not committed yet, per partition in order. Entries become ready in any order and leave in theirs:
 * what can be committed is the longest ready prefix of each partition.
 */
export class Window<Prepared> {
  readonly #queues = new Map<string, { readonly at: TopicPartition; readonly entries: Entry<Prepared>[] }>();
  #records = 0;
  #bytes = 0;
  #preparing = 0;

  get records(): number {
    return this.#records;
  }

  /** How full the window is: 1 when it holds as much as it may. */
  fill({ windowRecords, windowBytes }: { readonly windowRecords: number; readonly windowBytes: number }): number {
    return Math.max(this.#records / windowRecords, this.#bytes / windowBytes);
  }

  /** Takes a run in and gives its entries, which have to be prepared. */
  add(run: FetchedRun, now: number): readonly Entry<Prepared>[] {
    const last = run.records.length - 1;
    const { topic, partition } = run;
    const entries = run.records.map((record, index): Entry<Prepared> => ({
      topic,
      partition,
      record,
      fence: run.fence,
      bytes: sizeOf(record),
      prepared: null,
      readyAt: 0,
      nextOffset: index === last ? run.nextOffset : record.offset + 1n,
    }));
    const queue = this.#queueOf(run);
    queue.push(
      ...(entries.length > 0
        ? entries
        : [
            {
              topic,
              partition,
              record: null,
              fence: run.fence,
              bytes: 0,
              prepared: null,
              readyAt: now,
              nextOffset: run.nextOffset,
            },
          ]),
    );
    this.#records += entries.length;
    this.#preparing += entries.length;
    this.#bytes += entries.reduce((sum, { bytes }) => sum + bytes, 0);
    return entries;
  }

  /** What an entry of this window was prepared into. */
  prepared(entry: Entry<Prepared>, prepared: Prepared, now: number): void {
    entry.prepared = prepared;
    entry.readyAt = now;
    this.#preparing -= 1;
  }

  /** The longest ready prefix of every partition, at most about `limit` records together; null when nothing is ready. */
  ready(limit: number): ReadyBatch<Prepared> | null {
    const entries: Entry<Prepared>[] = [];
    const offsets: PartitionOffset[] = [];
    for (const { at, entries: queue } of this.#queues.values()) {
      let last: Entry<Prepared> | null = null;
      for (const entry of queue) {
        if (entries.length >= limit || !isReady(entry)) break;
        entries.push(entry);
        last = entry;
      }
      if (last) offsets.push({ ...at, offset: last.nextOffset });
    }
    const fence = entries[0]?.fence;
    return fence ? { entries, offsets, fence } : null;
  }

  /** Forgets what was committed: of each partition the front of what is held. */
  remove({ entries }: ReadyBatch<Prepared>): void {
    const gone = new Map<string, number>();
    for (const entry of entries) {
      const name = nameOf(entry);
      gone.set(name, (gone.get(name) ?? 0) + 1);
      if (entry.record !== null) this.#records -= 1;
      this.#bytes -= entry.bytes;
    }
    for (const [name, count] of gone) this.#queues.get(name)?.entries.splice(0, count);
  }

  /** True while something is still being prepared. */
  isPreparing(): boolean {
    return this.#preparing > 0;
  }

  clear(): void {
    this.#queues.clear();
    this.#records = 0;
    this.#bytes = 0;
    this.#preparing = 0;
  }

  #queueOf({ topic, partition }: TopicPartition): Entry<Prepared>[] {
    const name = nameOf({ topic, partition });
    const queue = this.#queues.get(name) ?? { at: { topic, partition }, entries: [] };
    this.#queues.set(name, queue);
    return queue.entries;
  }
}
