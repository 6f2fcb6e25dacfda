import type { Owner } from '@sluice/policy';
import { awayOf, offHours } from './absence.ts';
import { newPlace, rostersOf, type PoolMemory } from './pool-memory.ts';
import type { StaffedPool } from './staffed-pool.ts';

/** When each of a pool who is away may be there again by themselves. */
const returnsOf = (pool: StaffedPool, { owners }: PoolMemory, now: string): readonly string[] => {
  const returnOf = (owner: Owner): string | null =>
    (awayOf(owner, owners[owner.key] ?? newPlace, now) ?? offHours(pool, owner, now))?.until ?? null;
  return pool.owners.flatMap((owner) => returnOf(owner) ?? []);
};

/** When somebody who is away can be given something again, while others wait; null where time alone changes nothing. */
const nextLook = (memory: PoolMemory, now: string): string | null => {
  const rosters = rostersOf(memory);
  const pools = [...new Set(memory.waiting.map(({ playbook }) => playbook))].flatMap(
    (playbook) => rosters(playbook) ?? [],
  );
  return pools.flatMap((pool) => returnsOf(pool, memory, now)).sort()[0] ?? null;
};

/** The pool with the moment at which it wants to be looked at. */
export const withNextLook = ({ lookAt: _before, ...memory }: PoolMemory, now: string): PoolMemory => {
  const lookAt = nextLook(memory, now);
  return lookAt === null ? memory : { ...memory, lookAt };
};
