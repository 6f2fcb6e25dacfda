import type { Fence, TopicPartition } from '@sluice/stage';
import type { MemoryLog } from './memory-log.ts';

export interface MemoryMember {
  readonly name: string;
  readonly topics: readonly string[];
  onAssigned(partitions: readonly TopicPartition[], fence: Fence): void;
}

/** A consumer group with eager rebalances: every join and leave begins a new generation and takes all partitions away. */
export class MemoryGroup {
  readonly #name: string;
  readonly #log: MemoryLog;
  #members: readonly MemoryMember[] = [];
  #generation = 0;

  constructor(name: string, log: MemoryLog) {
    this.#name = name;
    this.#log = log;
  }

  join(member: MemoryMember): void {
    this.#members = [...this.#members, member];
    this.#rebalance();
  }

  leave(member: MemoryMember): void {
    this.#members = this.#members.filter((one) => one !== member);
    this.#rebalance();
  }

  isCurrent({ generation, member }: Fence): boolean {
    return generation === this.#generation && this.#members.some(({ name }) => name === member);
  }

  #rebalance(): void {
    this.#generation += 1;
    const all = [...new Set(this.#members.flatMap(({ topics }) => topics))].flatMap((topic) =>
      Array.from({ length: this.#log.partitions }, (_, partition) => ({ topic, partition })),
    );
    this.#members.forEach((member, at) => {
      const mine = all.filter((_, index) => index % this.#members.length === at);
      member.onAssigned(mine, { group: this.#name, member: member.name, generation: this.#generation });
    });
  }
}
