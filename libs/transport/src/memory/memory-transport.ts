import { randomUUID } from 'node:crypto';
import { MAX_RECORD_BYTES } from '@sluice/contracts';
import type {
  CommitResult,
  Fence,
  SubscribeOptions,
  Subscription,
  TopicPartition,
  Transaction,
  Transport,
} from '@sluice/stage';
import { MemoryGroup, type MemoryMember } from './memory-group.ts';
import { measureRecords } from '../record-limits.ts';
import { MemoryLog } from './memory-log.ts';

const groups = new WeakMap<MemoryLog, Map<string, MemoryGroup>>();

const groupOf = (log: MemoryLog, name: string): MemoryGroup => {
  const ofLog = groups.get(log) ?? new Map<string, MemoryGroup>();
  groups.set(log, ofLog);
  const group = ofLog.get(name) ?? new MemoryGroup(name, log);
  ofLog.set(name, group);
  return group;
};

const nameOf = ({ topic, partition }: TopicPartition): string => `${topic}/${partition}`;

class MemorySubscription implements Subscription {
  readonly #log: MemoryLog;
  readonly #maxRecordBytes: number;
  readonly #options: SubscribeOptions;
  readonly #group: MemoryGroup;
  readonly #member: MemoryMember;
  readonly #unlisten: () => void;
  readonly #positions = new Map<string, bigint>();
  readonly #paused = new Set<string>();
  #assigned: readonly TopicPartition[] = [];
  #fence: Fence | null = null;
  #closed = false;

  constructor(log: MemoryLog, maxRecordBytes: number, options: SubscribeOptions) {
    this.#log = log;
    this.#maxRecordBytes = maxRecordBytes;
    this.#options = options;
    this.#group = groupOf(log, options.group);
    this.#member = {
      name: randomUUID(),
      topics: options.topics,
      onAssigned: (partitions, fence) => this.#assign(partitions, fence),
    };
    this.#unlisten = log.onChange(() => this.#deliver());
    this.#group.join(this.#member);
  }

  #assign(partitions: readonly TopicPartition[], fence: Fence): void {
    this.#options.onRevoked();
    this.#positions.clear();
    this.#paused.clear();
    this.#assigned = partitions;
    this.#fence = fence;
    queueMicrotask(() => this.#deliver());
  }

  #deliver(): void {
    for (const at of this.#assigned) if (!this.#closed && !this.#paused.has(nameOf(at))) this.#deliverFrom(at);
  }

  #deliverFrom(at: TopicPartition): void {
    const position = this.#positions.get(nameOf(at)) ?? this.#log.committed(this.#options.group, at);
    const records = this.#log.read(at).slice(Number(position));
    if (records.length === 0 || this.#fence === null) return;
    const nextOffset = position + BigInt(records.length);
    this.#positions.set(nameOf(at), nextOffset);
    this.#options.onRun({ ...at, records, nextOffset, fence: this.#fence });
  }

  async commit({ records, offsets, fence }: Transaction): Promise<CommitResult> {
    await Promise.resolve();
    measureRecords(records, this.#maxRecordBytes);
    if (this.#closed || !this.#group.isCurrent(fence)) return 'fenced';
    for (const { topic, partition, offset } of offsets) this.#log.commit(fence.group, { topic, partition }, offset);
    this.#log.append(records);
    return 'committed';
  }

  async committedOffsets(partitions: readonly TopicPartition[]) {
    return partitions.map(({ topic, partition }) => ({
      topic,
      partition,
      offset: this.#log.committed(this.#options.group, { topic, partition }),
    }));
  }

  pause(partitions: readonly TopicPartition[]): void {
    for (const at of partitions) this.#paused.add(nameOf(at));
  }

  resume(partitions: readonly TopicPartition[]): void {
    for (const at of partitions) this.#paused.delete(nameOf(at));
    queueMicrotask(() => this.#deliver());
  }

  assignment(): readonly TopicPartition[] {
    return this.#assigned;
  }

  isActive(): boolean {
    return !this.#closed && this.#fence !== null;
  }

  async lag() {
    return this.#assigned.map((at) => ({
      ...at,
      lag: BigInt(this.#log.read(at).length) - this.#log.committed(this.#options.group, at),
    }));
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#unlisten();
    this.#assigned = [];
    this.#group.leave(this.#member);
  }
}

export interface MemoryOptions {
  /** As `Transport.maxRecordBytes`; what the declared topics take unless told. */
  readonly maxRecordBytes?: number;
}

/** The memory adapter of the transport: one process, no broker. Transports on the same log meet as services on one broker do. */
export const createMemoryTransport = (
  log: MemoryLog = new MemoryLog(),
  { maxRecordBytes = MAX_RECORD_BYTES }: MemoryOptions = {},
): Transport => {
  const open = new Set<Subscription>();
  return {
    maxRecordBytes,
    async subscribe(options) {
      const subscription = new MemorySubscription(log, maxRecordBytes, options);
      open.add(subscription);
      return subscription;
    },
    async publish(records) {
      measureRecords(records, maxRecordBytes);
      log.append(records);
    },
    reachability: async () => true,
    async close() {
      await Promise.all([...open].map((subscription) => subscription.close()));
    },
  };
};
