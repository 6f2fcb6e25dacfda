import type { Routing } from '@sluice/contracts';
import type { Owner } from '@sluice/policy';
import { z } from 'zod';

/** What a pool remembers: the credit of each owner in the rotation, and how much each has open. */
export const rotationState = z.object({
  owners: z.record(z.string(), z.object({ credit: z.number(), open: z.int().nonnegative() })),
  /** Inquiries that wait for somebody, oldest first. */
  waiting: z.array(z.string()),
});
export type RotationState = z.output<typeof rotationState>;

export const emptyRotation: RotationState = { owners: {}, waiting: [] };

export interface Considered {
  readonly owner: string;
  readonly excludedBecause: string | null;
  /** Credit in the rotation: the highest is next. */
  readonly standing: number;
}

const exclusionOf = (owner: Owner, needs: Routing['needs'], open: number): string | null => {
  if (owner.away) return 'away';
  const missing = needs.skills.find((skill) => !owner.skills.includes(skill));
  if (missing) return `skill ${missing} missing`;
  if (needs.territory && owner.territories.length > 0 && !owner.territories.includes(needs.territory)) return `territory ${needs.territory} not covered`;
  if (needs.language && owner.languages.length > 0 && !owner.languages.includes(needs.language)) return `language ${needs.language} not spoken`;
  return owner.capacity !== null && open >= owner.capacity ? `capacity ${owner.capacity} reached` : null;
};

const creditOf = (state: RotationState, key: string): number => state.owners[key]?.credit ?? 0;
const openOf = (state: RotationState, key: string): number => state.owners[key]?.open ?? 0;

/** Everybody in the pool with why they were passed over. */
export const consider = (owners: readonly Owner[], needs: Routing['needs'], state: RotationState): readonly Considered[] =>
  owners.map((owner) => ({ owner: owner.key, excludedBecause: exclusionOf(owner, needs, openOf(state, owner.key)), standing: creditOf(state, owner.key) }));

export interface Pick {
  readonly owner: string | null;
  readonly state: RotationState;
}

/**
 * Smooth weighted round robin among those who may be given it: each gains its weight, the richest is chosen and pays the sum.
 * Nobody gets ahead of their share by more than one turn, and who was excluded loses no credit and gains none.
 */
export const rotate = (owners: readonly Owner[], considered: readonly Considered[], state: RotationState): Pick => {
  const eligible = owners.filter(({ key }) => considered.some(({ owner, excludedBecause }) => owner === key && excludedBecause === null));
  const total = eligible.reduce((sum, { weight }) => sum + weight, 0);
  const credits = eligible.map(({ key, weight }) => ({ key, credit: creditOf(state, key) + weight }));
  const chosen = credits.reduce<(typeof credits)[number] | null>((best, one) => (best === null || one.credit > best.credit ? one : best), null);
  if (!chosen) return { owner: null, state };
  const paid = credits.map(({ key, credit }) => [key, { credit: key === chosen.key ? credit - total : credit, open: openOf(state, key) + (key === chosen.key ? 1 : 0) }] as const);
  return { owner: chosen.key, state: { ...state, owners: { ...state.owners, ...Object.fromEntries(paid) } } };
};
